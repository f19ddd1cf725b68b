"""The steps of the first day, in the words of whoever takes them."""
