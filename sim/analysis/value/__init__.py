"""What money buys in health: full incremental analysis, net benefit, and what it is worth to know more."""
