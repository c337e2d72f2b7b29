"""One file per vendor that sells batches."""
