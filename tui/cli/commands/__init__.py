"""The commands: a module for each, with its options beside what runs it.

Each has `add_options` and `run`, and is imported when a line names it; `tui.cli.main` lists them.
At its top it imports only what its options need, and what runs it inside functions, when it runs:
`--help` is quick, and a question that a running service answers waits for next to nothing.
"""
