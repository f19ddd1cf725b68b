"""Input shapes of contracts and formulas."""
