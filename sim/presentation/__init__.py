"""Words, tables, charts and the one-page report; nothing new is computed here."""
