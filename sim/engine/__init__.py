"""The engine: the ordered day, the calendar of wake days, queues with named workers, and the run."""
