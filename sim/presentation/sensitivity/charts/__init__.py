"""Charts of sensitivity indices and of their convergence."""
