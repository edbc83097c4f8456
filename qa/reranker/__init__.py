"""The reranker: it orders the passages that were retrieved by how well they answer a question."""
