"""Files and folders: paths and patterns, safe opening, private files, and changes."""
