"""One call, paid once: providers, the ledger, limits, retries and money."""
