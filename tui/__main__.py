"""`python -m tui` is `quoteback`."""

import sys

try:
    from tui.cli import main
except ImportError as error:
    sys.exit(f"quoteback: {error}")

sys.exit(main())
