"""Where votes are kept; one file per kind of database."""
