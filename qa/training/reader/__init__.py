"""The reader in training: its network, batches, losses, state and scores."""
