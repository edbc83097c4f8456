"""The app: its main screen, keys, palette and status line."""
