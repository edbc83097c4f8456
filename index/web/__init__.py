"""Pages of the web that a person has named among the paths: their addresses, and fetching them."""
