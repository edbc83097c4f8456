"""The command `serve`: the app in a browser."""
