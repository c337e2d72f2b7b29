"""The site: what is live, and the files that show it; made from stored records, never by asking a model."""
