"""Everything of the outside is fetched here, by one guarded client: public addresses only, within limits."""
