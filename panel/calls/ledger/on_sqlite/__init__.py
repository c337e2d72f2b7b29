"""The parts of the ledger in SQLite: its file, tables, writing thread, reserve and upkeep."""
