"""Whether the quotations in a text stand in the documents of an index."""
