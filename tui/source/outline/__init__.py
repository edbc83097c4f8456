"""The headings and pages of a document, and choosing among them."""
