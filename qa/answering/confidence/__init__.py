"""How sure an answer is: the fitted numbers, and what tells against it."""
