"""The commands, with their options beside what runs them; `tui.cli.main` lists them.

The command `ask` has `add_ask_options` and `run_ask`, which returns the exit code. Its module is
imported when a line names it. At its top it imports only what its options need, and what runs it
inside functions, when it runs: `--help` is quick, and a question that a running service answers
waits for next to nothing.
"""
