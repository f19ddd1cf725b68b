"""Writing contracts: drafts, Add, schedules, endings, hand-overs, renewals, and what follows from them."""
