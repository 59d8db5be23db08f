"""Sensitivity to the model's uncertain numbers: designs are points to run, indices are what their results say."""
