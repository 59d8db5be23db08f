"""From totals to answers: values, paired differences and their intervals."""
