"""One file per endpoint: how it reads a request, what it refuses, and the envelope it answers in."""
