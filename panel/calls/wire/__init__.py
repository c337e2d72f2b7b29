"""What goes over the network and what comes back: shared by the providers that speak HTTP."""
