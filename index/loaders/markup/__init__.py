"""Text with marks in it: Markdown and its like, notebooks, LaTeX, Texinfo, manual pages' source."""
