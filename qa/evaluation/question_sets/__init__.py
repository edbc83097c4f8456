"""Question sets: read from files of several formats, and checked."""
