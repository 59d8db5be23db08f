"""What a run counts: the declared measures, the groups they are counted for, and the totals of one run."""
