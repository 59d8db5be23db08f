"""Run folders: parts and tables written so that no half result looks whole, the manifest, and reading them back."""
