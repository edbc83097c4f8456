"""Values for the app if a person sets none; see also `index.defaults`, `qa.defaults`."""

DEFAULT_THEME = "quoteback-dark"
