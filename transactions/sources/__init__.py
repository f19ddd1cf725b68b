"""Files that people bring: what their columns hold, every row checked before anything is written."""
