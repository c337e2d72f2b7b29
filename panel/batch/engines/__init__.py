"""Where the calls of a list are made: one file for each way, found by its name."""
