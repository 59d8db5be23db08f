"""Scenarios x draws x replicates: the plan, the threads that work through it, and what is kept of every run."""
