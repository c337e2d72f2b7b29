"""The site: what is live, and the folder it is built into."""
