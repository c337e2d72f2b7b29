"""The parts of the ledger in PostgreSQL: its server, tables, writes and upkeep."""
