"""Documents as a person would read them: what of the text is drawn, and how."""
