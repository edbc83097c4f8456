"""Renders documents and colours code in a process of its own, since either may take for ever."""
