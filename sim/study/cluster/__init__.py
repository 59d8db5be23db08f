"""A study's blocks on the workers of a Dask scheduler."""
