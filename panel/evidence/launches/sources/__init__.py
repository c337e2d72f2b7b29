"""Ready-made sources of launches: how to ask each one, and how to read its answer."""
