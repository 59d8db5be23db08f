"""Run folders: shards and tables written so that no half result looks whole, the manifest, and reading them back."""
