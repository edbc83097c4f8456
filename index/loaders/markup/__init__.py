"""Text with marks in it: Markdown and its like, notebooks, LaTeX, manual pages' source."""
