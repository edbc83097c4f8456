"""Quotations of somebody else's text, checked against the documents."""
