"""A panel of LLM reviewers that says ship or skip about new AI tools, and keeps the evidence."""

__version__ = "0.1.0"
