"""The commands: a module for each, with its options beside what runs it.

At its top a command's module imports only what its options need. What runs it is imported
inside functions, when it runs: `quoteback --help` and every other command then start quickly.
"""
