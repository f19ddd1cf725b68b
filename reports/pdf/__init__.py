"""Documents as PDF: text and fonts, pages, the file, and the job that makes it."""
