"""Who asks what: personas, the one reply schema, the prompts and who sits."""
