"""People: the record of one person, how a cohort is sampled, and checks of the whole state."""
