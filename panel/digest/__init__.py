"""The weekly digest: what is new of all that is live, as one value, rendered, and sent by e-mail."""
