"""Other programs that open a document."""
