"""One document, several renderings: what a page says (blocks), as plain text (text) and as Markdown (markdown)."""
