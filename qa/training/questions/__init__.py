"""Questions to train on, with passages that answer and others, and to fit confidence to."""
