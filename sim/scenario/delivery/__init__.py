"""From money to capacity: what a scenario's purchases deliver on each day."""
