"""One chart a file; each takes a table of results and gives a figure with its words."""
