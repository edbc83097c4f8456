"""A document in rows: wrapped to the width of a pane, coloured and highlighted."""
