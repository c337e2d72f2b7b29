"""The vote server: what readers say about tools, beside the panel and never part of its verdict."""
