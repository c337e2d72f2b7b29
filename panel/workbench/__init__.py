"""The workbench: what an edited persona or prompt changed, found out by asking and by counting."""
