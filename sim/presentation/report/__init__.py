"""The pages, tables and files of a comparison."""
