"""Real worker processes, killed at random moments: what is in afterwards is what is in without a kill."""
