"""Shared ground of the tests: makes tests/fake_study.py importable from every folder."""
