"""Where personas are written, checked and tried: lint, the voice report, drafts of new reviewers."""
