"""The command line: `main` reads the options and runs a command; `commands` has them all.

Beside them stand what several commands share: reading the question, printing, progress.
"""
