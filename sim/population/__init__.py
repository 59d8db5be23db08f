"""People: the record of one person, the traits, how a cohort is sampled, and the margins at baseline."""
