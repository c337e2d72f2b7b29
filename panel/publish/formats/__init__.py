"""One file per output format; the file's name is the format's name."""
