"""Each kind of pages."""
