"""What is read of transactions."""
