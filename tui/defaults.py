"""What holds for the app if a person sets nothing; see also `index.defaults`, `qa.defaults`."""

DEFAULT_THEME = "quoteback-dark"
