"""The driver of an app that is served to a browser."""

from __future__ import annotations

import os
import signal

from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp

# Seconds from the end of its server until an app that is still busy is ended by the system.
_GRACE_SECONDS = 5


class ServedDriver(WebDriver):
    """Ends the app when its server has ended, and writes nothing beside what it draws."""

    def start_application_mode(self) -> None:
        # The server would print it.
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 2)
        super().start_application_mode()

    def run_input_thread(self) -> None:
        super().run_input_thread()
        # Whatever the app is at, it cannot outlive this.
        signal.alarm(_GRACE_SECONDS)
        self._app.post_message(ExitApp())
