"""The command `quoteback`, also `python -m tui`."""

from __future__ import annotations

import gc
import os
import sys

# Importing leaves few circles behind. Python would look for some after every 700 new objects, which
# takes a twentieth of the time of a question to a service that runs.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def main() -> int:
    """Run the command line; returns the exit code."""
    if sys.platform == "win32":
        print("quoteback: it runs on Linux and macOS, on Windows within WSL", file=sys.stderr)
        return 1
    # Whatever is written holds text of a person's documents: it is for that person alone.
    os.umask(0o077)
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        # First: it says so if another package hides one of ours.
        import qa  # noqa: F401
        from tui.cli.main import main as run
    except ImportError as error:
        print(f"quoteback: {error}", file=sys.stderr)
        return 1
    code = run()
    # All that is left ends with the process. To look for circles in it would take half as long
    # again as a question to a service that runs.
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
