"""The pages, tables and files of a sensitivity analysis."""
