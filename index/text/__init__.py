"""Document text to the passages that are indexed: paragraphs, sentences, patterns."""
