"""One experiment from what is asked for to its folder: set up, run, estimate, expand, replay, validate."""
