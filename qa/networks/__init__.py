"""The reader's network, which also ranks: its weights, compiling, what it reads."""
