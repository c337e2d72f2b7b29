"""From a list of launches to launches, and from a launch to a dossier; nothing here fetches."""
