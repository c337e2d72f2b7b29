"""The workbench: personas written, checked, listened to, and what an edit changed, by asking and counting."""
