"""Scenario files: strict YAML, its schema, and every mistake in one pass."""
