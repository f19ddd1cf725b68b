"""The pages of rates, one file per noun."""
