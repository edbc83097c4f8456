"""Without asking: documents and headings by name, passages by keyword, quotations checked."""
