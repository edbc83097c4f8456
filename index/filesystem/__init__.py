"""Files and folders: paths and patterns, opening without harm, writing for good, and changes."""
