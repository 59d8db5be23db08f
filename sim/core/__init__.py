"""Ground under everything else: errors, days, rates, keyed draws, clocks and the compiled-code cache."""
