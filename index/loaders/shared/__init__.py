"""What several loaders need: decoding, archives, assembling text, naming table columns."""
