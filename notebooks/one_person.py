# %% [markdown]
# # One person under two policies, day by day
#
# What a sum of money means for one person. The person is sampled from published shares: nobody real is in it. Change
# the next cell (people, place, pounds), then run all cells: a few seconds.

# %%
from sim import notebook as nb
from sim.presentation.charts import person_paths

nb.start()

# %%
people = 1_100  # in the run from which the person is taken
place = ["Bristol", "Plymouth"]
pounds = 500_000  # a year, for navigators there

# %%
navigators = nb.funding("navigators", place=place, gbp_per_year=pounds)
paths = nb.one_person(navigators, people=people)

# %% [markdown]
# ## Two paths of one person
#
# The same person with the same luck, under today's services and with navigators. This is the person in whose year most
# changes, for better or worse; the lines beneath the picture say how many people's years change at all, and by how much
# on average.

# %%
nb.show(person_paths.plot(paths))

# %% [markdown]
# ## Somebody else
#
# Any number from 0 on. Most people's years are the same under both: then the money did not reach them.

# %%
number = 331
nb.show(person_paths.plot(nb.one_person(navigators, people=people, number=number)))
