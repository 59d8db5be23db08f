"""The mechanisms: one file each with its rule, its equation, the parameters it reads and the fields it writes.

A mechanism is a few small functions of one person's row, the run's numbers and the day. It draws only from keyed
streams of random numbers, opens no file and knows no scenario. Its class Numbers declares its numbers once, for the
record of the run and for the type checker: a rule that reads no others takes `params: Numbers`, a rule that reads or
calls another mechanism takes `params: Params` (sim/mechanisms/parameters.py), all numbers together. The order in which
the mechanisms act stands in sim/engine/person_day.py.
"""
