"""What commands print: each page of text from its result."""
