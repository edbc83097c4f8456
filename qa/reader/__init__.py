"""The reader: it finds the answer span in the passages that were retrieved."""
