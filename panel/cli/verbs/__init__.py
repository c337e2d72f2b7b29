"""One file per verb; each has `register(app)`."""
