"""What is quoted from documents, whole or in short, and what can be copied of it."""
