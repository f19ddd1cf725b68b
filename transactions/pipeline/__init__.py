"""What happens to a file on its way to rows: looked through, mapped, checked, committed (rules 5.14–5.18)."""
