"""A record a passage: tables of text, JSON, XML, BibTeX, calendars, contacts."""
