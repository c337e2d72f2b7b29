"""Many tools, unattended: a list taken in, screened, judged and reported, one tool at a time."""
