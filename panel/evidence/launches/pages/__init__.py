"""The main text of a web page, read in a process of its own that can be killed."""
