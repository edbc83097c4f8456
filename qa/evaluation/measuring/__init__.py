"""Measuring one configuration on a question set, and comparing configurations."""
