"""The mechanisms: one file each with its rule, its equation, the parameters it reads and the fields it writes.

A mechanism is a few small functions of one person's row, the run's numbers (`facts`) and the day. It draws only keyed
luck, opens no file and knows no scenario. The order in which the mechanisms act stands in sim/engine/person_day.py.
"""
