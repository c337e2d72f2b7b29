"""Where every call that was sent is kept, before anything else is done with its reply."""
