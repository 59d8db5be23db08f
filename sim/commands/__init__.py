"""The command line: one file a group of commands; they parse, call sim.experiment and print."""
