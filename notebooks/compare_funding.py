# %% [markdown]
# # What does this sum buy, here?
#
# Three ways to spend the same money in the same place, side by side. Change the next cell (people, place, pounds),
# then run all cells: some ten to twenty seconds, and half a minute or more the very first time.

# %%
from sim import notebook as nb
from sim.presentation.charts import headline_differences, since_release, what_money_bought

nb.start()

# %%
people = 1_100  # in a run; 2,200 are a year's releases in the region
place = "Bristol"
prison = "HMP/YOI Bristol"  # from which people come home there
pounds = 500_000  # a year, for each of the three

# %% [markdown]
# ## What is compared
#
# Today's services, and with them one of these. `throughgate levers` lists all 37 kinds of help; a wrong name is
# answered with the nearest right one.

# %%
navigators = nb.funding("navigators", place=place, gbp_per_year=pounds)
homes = nb.funding("supported_beds", place=place, gbp_per_year=pounds)
inreach = nb.funding("inreach_worker", prison=prison, gbp_per_year=pounds)

# %%
comparison = nb.compare(navigators, homes, inreach, people=people)
nb.show(comparison)

# %% [markdown]
# ## What changes in a year
#
# The same people with the same luck live under each, so a difference is policy and not noise. A line that touches zero
# claims nothing.

# %%
nb.show(headline_differences.plot(comparison))

# %% [markdown]
# ## When it changes
#
# Most of what happens after prison happens in the first weeks.

# %%
nb.show(since_release.plot(comparison))

# %% [markdown]
# ## What the money bought
#
# Posts, beds and payers, and the part of the money that finds nobody left to reach.

# %%
nb.show(what_money_bought.plot(comparison))
