"""Finding one's way without asking: documents and headings by name, passages by keyword."""
