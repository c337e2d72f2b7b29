"""One file per vendor: what all its endpoints share."""
