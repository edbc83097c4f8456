"""How things are put for a person: the same on the screen and in a pipe."""
