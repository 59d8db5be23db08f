# %% [markdown]
# # Which inputs matter?
#
# What a scenario changes depends on some two hundred uncertain numbers, and on luck. This notebook reads a small
# finished study in which all of them were varied at once, group by group, and asks which of them decide how large the
# advantage is. It runs nothing: a few seconds.

# %%
from sim import notebook as nb

nb.start()

# %%
folder = "results/reference/which_inputs_matter"  # or a study of your own: throughgate study scenarios/studies/...
measure = "engaged_within_3_weeks"

# %%
study = nb.inputs(folder)

# %% [markdown]
# ## One outcome
#
# How much of the spread of the difference from today's services comes from each group of inputs, with its interval.
# Luck stands among them: its share is noise, which more people would make smaller. What cannot be told from zero is
# marked.

# %%
nb.show(study.one_outcome(measure))

# %% [markdown]
# ## All outcomes
#
# An input may decide one outcome and leave another alone.

# %%
nb.show(study.all_outcomes())

# %% [markdown]
# ## Are the samples enough?
#
# Lines that still wander, or bands that overlap, say that the order of the inputs is not settled.

# %%
nb.show(study.convergence(measure))
