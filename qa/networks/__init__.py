"""What the reader's and the reranker's networks share: weights, compiling, what they read."""
