# %% [markdown]
# # The map and the last bus
#
# Where people live, where treatment is, and whether there is a way there and home again. A few seconds.

# %%
from sim import notebook as nb

nb.start()

# %% [markdown]
# ## The area
#
# Each place by the time from door to door to the drug and alcohol hub that serves it. Ringed: places from which a part
# of the day's first appointments cannot be reached and returned from.

# %%
nb.show(nb.area_shown())

# %% [markdown]
# ## Before and after evening buses
#
# A missed last bus is a missed appointment: whoever cannot get home afterwards cannot keep it. First the shipped
# scenario, £500,000 a year for ten rural links.

# %%
nb.show(nb.access_shown("evening_buses"))

# %% [markdown]
# ## Your own buses
#
# Change this cell: links (their ids stand in `sim/area/areas/south_west/links.csv`), pounds a year, and when the buses
# run: evening, daytime or sunday.

# %%
links = ["L138", "L139"]  # Tavistock to Princetown, Yelverton to Princetown
pounds = 300_000
when = "daytime"
title = "Daytime buses to Princetown"

# %%
buses = nb.funding("bus_trips", link=links, gbp_per_year=pounds, when=when, title=title)
nb.show(nb.access_shown(buses))
