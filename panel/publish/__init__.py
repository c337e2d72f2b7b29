"""What readers get: records turned into pages and files; nothing here asks a model or writes to disk."""
