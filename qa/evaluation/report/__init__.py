"""An evaluation as one HTML file."""
