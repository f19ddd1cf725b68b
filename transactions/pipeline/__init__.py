"""The import pipeline: look, check, commit, undo, derive again. Each stage is one file and may run twice."""
