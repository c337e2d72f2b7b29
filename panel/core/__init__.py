"""The values every other part of the program speaks in, and where they lie on disk."""
