"""What is quoted of a passage, in which form, with which sentences as evidence."""
