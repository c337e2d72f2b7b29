"""What looks after stored runs: `panel runs verify|cost|backup|copy|prune`, a file each."""
