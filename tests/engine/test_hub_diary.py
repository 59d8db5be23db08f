"""A hub's diary by hand: posts of a day, named workers, dates, and what a hub finds on the eve of an open day."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from engine_ground import Ground, with_numbers
from scipy import stats

from sim.core.compiled import rows
from sim.core.days import MOMENTS_PER_DAY, NEVER
from sim.core.keys import uniform
from sim.engine.hub_diary import add_up_team, book_first, count_hubs, move_others, named_worker, plan_diary
from sim.engine.records import MONTH, SERVICE, WORKER
from sim.mechanisms.hubs import LONGEST_LEAD, MOST_LOAD, others_today
from sim.population import processes as P
from sim.population.codes import COMMUNITY, NAVIGATOR_SERVICE, NO_TREATMENT, TREATMENT_SERVICE, WAITING
from sim.population.person import new_people

Array = np.ndarray[Any, Any]

LEAVERS = 0.1  # part of a post for everybody that is for people leaving prison
BY_HAND: dict[str, Any] = {
    "hub_load_matters": 1.0,
    "hub_contacts": 4.0,
    "hub_first_cost": 1.0,
    "hub_others_first_cost": 1.0,
    "hub_first_part": 0.4,
    "hub_full": 10.0,
    "hub_least_lead": 1.2,
    "hub_least_every": 1.0,
    "hub_most_every": 60.0,
    "hub_shared_part": 0.5,
    "hub_others_start": 0.6,
    "hub_others_leave": 0.01,
    "hub_give_up": 0.02,
    "start_weekday": 0,
}
WORKING_WEEK = 0b0011111


class Post(NamedTuple):
    """Full-time posts of a keyworker, the part of them for people leaving prison, days, and a pooled post's place."""

    hours: float
    leavers_part: float = LEAVERS
    starts: int = 0
    ends: int = NEVER
    pool: int = -1
    holds: int = 0


TODAY = (Post(10.0), Post(10.0))  # kept for people leaving prison: half of the tenth of 20 posts


@pytest.fixture(scope="module")
def params(ground: Ground) -> Any:
    return rows(with_numbers(ground.run_inputs(people=20), BY_HAND).params)[0]


def hub_of(today: tuple[Post, ...], *changed: Post) -> tuple[Array, Array]:
    """A hub, and its workers: today's posts in its first rows, those added or taken away behind a post of elsewhere."""
    services = np.zeros(1, dtype=SERVICE)
    posts = (*today, Post(50.0), *changed)
    workers = np.zeros(len(posts), dtype=WORKER)
    for name in Post._fields:
        workers[name] = [getattr(post, name) for post in posts]
    workers["stream"] = 7919 * np.arange(1, len(posts) + 1)
    workers["first_held"] = -1
    services["service_type"], services["open_days"], services["closes"] = TREATMENT_SERVICE, WORKING_WEEK, NEVER
    services["n_workers"], services["n_bought"] = len(today), len(changed)
    services["first_bought"] = len(today) + 1
    return services, workers


def team_of(services: Array, workers: Array, params: Any, day: int = 0) -> tuple[float, float, int]:
    """Posts for people leaving prison alone, posts for everybody, and the day until which the team stays."""
    add_up_team(rows(services)[0], rows(workers), params, day)
    return float(services["own_hours"][0]), float(services["common_hours"][0]), int(services["team_until"][0])


@pytest.mark.parametrize(
    ("changed", "own", "common"),
    [
        ((), 1.0, 19.0),
        ((Post(0.75, 1.0),), 1.75, 19.0),
        ((Post(10.0),), 1.5, 28.5),
        ((Post(-0.4, 1.0),), 0.6, 19.0),
        ((Post(-1.5, 1.0),), 0.0, 18.5),  # the time that is kept for them first, then the time that all share
        ((Post(-0.9, 1.0), Post(-0.6, 1.0)), 0.0, 18.5),
        ((Post(-0.4, 1.0), Post(0.75, 1.0)), 1.35, 19.0),
        ((Post(-1.5, 1.0), Post(0.75, 1.0)), 0.75, 18.5),  # what is bought is not eaten
        ((Post(-10.0),), 0.5, 9.5),
        ((Post(-10.0), Post(-1.0, 1.0)), 0.0, 9.0),
        ((Post(-20.0),), 0.0, 0.0),
        ((Post(-30.0),), 0.0, 0.0),
        ((Post(-50.0, 1.0),), 0.0, 0.0),
        ((Post(-50.0, 1.0), Post(0.75, 1.0)), 0.75, 0.0),
        ((Post(0.75, 1.0, pool=0),), 1.0, 19.0),
        ((Post(0.75, 1.0, pool=0, holds=1),), 1.75, 19.0),
        ((Post(0.75, 1.0, starts=1), Post(-0.4, 1.0, ends=0)), 1.0, 19.0),
    ],
)
def test_posts_of_a_day(params: Any, changed: tuple[Post, ...], own: float, common: float) -> None:
    team = team_of(*hub_of(TODAY, *changed), params)
    assert team[:2] == pytest.approx((own, common), abs=1e-12)


def test_the_team_is_added_up_anew_on_the_days_on_which_posts_begin_or_end(params: Any) -> None:
    hub = hub_of(TODAY, Post(-0.4, 1.0, starts=10, ends=30), Post(0.75, 1.0, starts=20))
    team = {day: team_of(*hub, params, day) for day in (0, 9, 10, 19, 20, 29, 30)}
    assert [team[day][2] for day in team] == [10, 10, 20, 20, 30, 30, NEVER]
    own = [team[day][0] for day in (0, 10, 20, 30)]
    assert own == pytest.approx([1.0, 0.6, 1.35, 1.75])
    assert {common for _, common, _ in team.values()} == {19.0}


def workers_of(services: Array, workers: Array, streams: Array, *, joined: int = 1, day: int = 0) -> Array:
    """Row of the named worker of each stream."""
    service, posts = rows(services)[0], rows(workers)
    return np.array([named_worker(np.uint64(stream), joined, service, posts, day) for stream in streams])


STREAMS = np.random.default_rng(5).integers(0, 1 << 63, 3000, dtype=np.uint64)


def test_people_are_shared_out_by_the_time_that_posts_have_for_them() -> None:
    """1 and 3 posts for everybody and 0.2 for people leaving prison: 0.1, 0.3 and 0.2 of a post."""
    chosen = workers_of(*hub_of((Post(1.0), Post(3.0)), Post(0.2, 1.0)), STREAMS)
    seen = np.bincount(chosen, minlength=4)
    assert seen[2] == 0  # the post of another hub
    assert stats.chisquare(seen[[0, 1, 3]], len(STREAMS) * np.array([1, 3, 2]) / 6).pvalue > 1e-4
    again = workers_of(*hub_of((Post(1.0), Post(3.0)), Post(0.2, 1.0)), STREAMS, joined=2)
    assert 0.3 < (again != chosen).mean() < 0.8  # at random: 1 - (1 + 9 + 4) / 36 = 0.61


def test_a_post_that_begins_or_ends_moves_only_those_who_go_to_it_or_had_it() -> None:
    today = (Post(1.0), Post(3.0))
    before = workers_of(*hub_of(today, Post(0.2, 1.0)), STREAMS)
    after = workers_of(*hub_of(today, Post(0.2, 1.0), Post(0.3, 1.0)), STREAMS)
    moved = after != before
    assert (after[moved] == 4).all() and 0.25 < moved.mean() < 0.42  # 0.3 of 0.9 of a post
    ended = workers_of(*hub_of(today, Post(0.2, 1.0, ends=41)), STREAMS, day=40)
    assert (ended[before != 3] == before[before != 3]).all() and set(ended) == {0, 1}
    assert (workers_of(*hub_of(today, Post(0.2, 1.0, ends=42)), STREAMS, day=40) == before).all()
    assert (workers_of(*hub_of(today, Post(0.2, 1.0), Post(-0.3, 1.0)), STREAMS) == before).all()  # loads stretch


def test_nobody_is_named_where_no_post_has_hours() -> None:
    for hub in (hub_of(()), hub_of((Post(0.0),), Post(-1.0, 1.0)), hub_of((), Post(1.0, 1.0, pool=0))):
        assert (workers_of(*hub, STREAMS[:50]) == -1).all()


def on_the_list(n: int, *, asked_on: int, missed: int = 0) -> Array:
    """People who join the hub's list for the first time."""
    people = new_people(n)
    people["stream"] = STREAMS[:n]
    people["status"], people["treatment"], people["asked_on"], people["missed"] = COMMUNITY, WAITING, asked_on, missed
    people["joined"][:, TREATMENT_SERVICE] = 1
    people["settled_at"] = asked_on * MOMENTS_PER_DAY
    return people


def put_on(people: Array, services: Array, workers: Array, params: Any, day: int) -> tuple[Array, Array]:
    """Whether each person is booked on the evening of the day, and MONTH[1]."""
    month = np.zeros(1, dtype=MONTH)
    booked = [
        book_first(rows(people), i, rows(services)[0], rows(workers), rows(month)[0], params, day)
        for i in range(len(people))
    ]
    return np.array(booked), month[0]


def patience_of(stream: int) -> float:
    return -math.log(uniform(np.uint64(stream), P.PATIENCE, 1)) / BY_HAND["hub_give_up"]


def luck_of(people: Array) -> Array:
    return np.array([uniform(stream, P.DIARY_DAY, 1) for stream in people["stream"]])


@pytest.mark.parametrize("missed", [0, 2])
def test_a_date_in_the_diary(params: Any, missed: int) -> None:
    """On Friday, day 4, with a lead of 1.3 open days: Monday for seven in ten, Tuesday for the rest; those without
    patience for so long, an exponential of mean 50 days, give up."""
    services, workers = hub_of(TODAY)
    services["lead"], services["contact_every"] = 1.3, 14.5
    workers["trust_start"], workers["bought"] = [0.25, 0.5, 0.0], [0, 1, 0]
    people = on_the_list(400, asked_on=1, missed=missed)
    dates = np.where(luck_of(people) < 0.7, 7, 8)
    stays = dates - 4 <= 1.0 + np.array([patience_of(stream) for stream in people["stream"]])
    booked, month = put_on(people, services, workers, params, 4)
    assert (booked == stays).all() and 0.9 < stays.mean() < 1.0 and 0.6 < (dates == 7).mean() < 0.8
    assert (people["appointment_day"] == np.where(stays, dates, NEVER)).all()
    assert (people["treatment"] == np.where(stays, WAITING, NO_TREATMENT)).all()
    ahead, waited = int((dates - 6)[stays].sum()), int((dates - 1)[stays].sum())
    offers = int(stays.sum()) if missed == 0 else 0
    assert (month["bookings"], month["lead_days"]) == (stays.sum(), ahead)
    assert (month["offers"], month["wait_days"]) == (offers, waited if offers else 0)
    assert (people["gave_up"] == ~stays).all()
    assert people["waits"].sum() == offers and people["wait_days"].sum() == month["wait_days"]
    # A keyworker, whose roll and start of trust are theirs; the hub counts all who hold one.
    of_worker = people["worker"][:, TREATMENT_SERVICE]
    assert (np.isin(of_worker, (0, 1)) == stays).all() and services["load"][0] == stays.sum()
    assert workers["load"].tolist() == [(of_worker == w).sum() for w in range(3)]
    assert (people["worker_start"][stays] == workers["trust_start"][of_worker[stays]]).all()
    assert (people["contact_every"][stays] == 14.5).all()
    # Those who give up have waited to the end of Friday.
    assert (people["waiting_moments"][~stays] == 4 * MOMENTS_PER_DAY).all()


@pytest.mark.parametrize(("lead", "most"), [(0.0, 1), (0.3, 1), (1.0, 1), (2.0, 2), (7.5, 8)])
def test_dates_lie_the_lead_or_a_day_more_ahead_and_never_on_the_same_day(params: Any, lead: float, most: int) -> None:
    """On Tuesday, day 1; in open days: Wednesday is one ahead, the Monday after four."""
    services, workers = hub_of(TODAY)
    services["lead"] = lead
    people = on_the_list(300, asked_on=1)
    put_on(people, services, workers, params, 1)
    dates = people["appointment_day"][people["appointment_day"] < NEVER]
    ahead = np.array([sum(day % 7 < 5 for day in range(2, date + 1)) for date in range(30)])
    assert set(ahead[dates]) == {max(1, int(lead)), most} and (dates % 7 < 5).all()
    if most > lead > 1.0:
        assert abs((ahead[dates] == most).mean() - (lead - int(lead))) < 0.12


def planned(services: Array, params: Any, days: int = 1) -> Array:
    for _ in range(days):
        plan_diary(rows(services)[0], params)
    return services


def busy_hub(own: float, common: float) -> Array:
    """20 people leaving prison in treatment and 2 booked, as long since; 180 others in treatment, 18 waiting."""
    services, _ = hub_of(TODAY)
    services["own_hours"], services["common_hours"] = own, common
    services["load"], services["booked"] = 22, 2
    services["held_mean"], services["booked_mean"] = 20.0, 2.0
    services["others"], services["others_waiting"], services["others_in"] = 180.0, 18.0, 7.0
    services["first_used"] = 0.1
    return services


def test_the_eve_of_an_open_day_by_hand(params: Any) -> None:
    """1 post of their own and 19 shared: a twentieth and, as half a head among 10 + 180, another. So 10 people a post,
    at which half of 0.4 x 4 first appointments a post and day is offered; to each of 2 booked, beside 18 others who
    wait and count 1 + 18 with them, 0.5 and 0.5 posts, hence 0.8 a day."""
    hub = planned(busy_hub(1.0, 19.0), params)[0]
    assert hub["felt_load"] == pytest.approx(10.0)
    assert hub["lead"] == pytest.approx(1.2 + 1 / 0.8)
    seen = 18 * 0.8 / (1 + 1.2 * 0.8)  # of the others: 19 posts x 0.8 appointments over 19 heads, then the list
    assert hub["others_waiting"] == pytest.approx(18 + 7 - seen - 0.02 * 7 / 5 * 18)
    assert hub["others"] == pytest.approx(180 + 0.6 * seen - 0.01 * 180)
    used = (seen + 2 / 2.45) / (4 * 20)
    assert hub["first_used"] == pytest.approx(0.1 + (used - 0.1) / 20)
    assert hub["contact_every"] == pytest.approx(1 / (4 * (1 - hub["first_used"]) * 0.1))


def test_people_are_counted_smoothed(params: Any) -> None:
    services = busy_hub(1.0, 19.0)
    services["load"], services["booked"] = 52, 12
    hub = planned(services, params)[0]
    assert hub["held_mean"] == pytest.approx(20 + (40 - 20) / 20)
    assert hub["booked_mean"] == pytest.approx(2 + (12 - 2) / 10)
    assert hub["felt_load"] == pytest.approx(1 / (1 / 21 + 0.5 * 19 / (0.5 * 21 + 180)))


@pytest.mark.parametrize(("own", "common"), [(0.0, 0.0), (1e-12, 0.0), (0.0, 1e-12), (2e-6, 4e-5)])
def test_a_hub_without_keyworkers_or_with_hardly_any(params: Any, own: float, common: float) -> None:
    hub = planned(busy_hub(own, common), params, days=600)[0]
    assert hub["lead"] == LONGEST_LEAD and hub["contact_every"] == 60.0 and hub["felt_load"] == MOST_LOAD
    assert 0.0 < hub["others_waiting"] < 7.01 / (0.02 * 7 / 5) and 0.0 <= hub["others"] < 1.0  # they give up
    assert 0.0 <= hub["first_used"] <= 0.4
    assert all(np.isfinite(hub[name]) for name in SERVICE.names or ())


def test_nobody_is_booked_where_nobody_works(params: Any) -> None:
    services, workers = hub_of((Post(0.0),), Post(-1.0, 1.0))
    services["lead"] = 1.2
    people = on_the_list(50, asked_on=1)
    booked, month = put_on(people, services, workers, params, 1)
    assert not booked.any() and (people["treatment"] == NO_TREATMENT).all()
    assert services["load"][0] == 0 and not any(month[name] for name in MONTH.names or ())


def test_a_hub_that_nobody_comes_to_meets_the_next_at_once(params: Any) -> None:
    services = busy_hub(1.0, 19.0)
    for name in ("load", "booked", "others_waiting", "others_in", "others"):
        services[name] = 0
    hub = planned(services, params, days=2000)[0]
    assert hub["lead"] == pytest.approx(1.2) and hub["contact_every"] == 1.0 and hub["felt_load"] < 1e-6


def draws(ground: Ground) -> Iterator[Any]:
    yield ground.reference
    yield from ground.table.sample(3, 30)


def test_everybody_else_stands_still_at_the_load_of_today(ground: Ground) -> None:
    """As long as the people leaving prison do: so many of them in treatment and waiting as their share of the hub."""
    checked = 0
    for draw in draws(ground):
        share, posts, load = draw["service.leavers_share"], 2.0, draw["service.caseload"]
        others_posts = posts * (1 / share - 1)
        others, waiting, coming = others_today(draw, posts, others_posts)
        run_inputs = ground.run_inputs(people=10, draw=draw)
        services, workers = hub_of((Post(posts / share, share),))
        services["others"], services["others_waiting"], services["others_in"] = others, waiting, coming
        params = rows(run_inputs.params)[0]
        own, common, _ = team_of(services, workers, params)
        assert own + common == pytest.approx(posts / share) and own == pytest.approx(
            posts * draw["service.ring_fenced"]
        )
        if waiting >= 0.9 * (
            LONGEST_LEAD * others / (draw["service.others_stay"] * 5 / 7) / draw["service.others_start"]
        ):
            continue  # not even the hub of today keeps up in such a draw
        checked += 1
        for _ in range(50):
            move_others(rows(services)[0], params, load * posts, waiting * share / (1 - share), 1.0)
        assert services["others"][0] == pytest.approx(others, rel=1e-9)
        assert services["others_waiting"][0] == pytest.approx(waiting, rel=1e-9)
        assert others / others_posts == pytest.approx(load)
    assert checked >= 28


def test_a_night_is_counted_in_the_month() -> None:
    """Two hubs; a team of navigators is none."""
    services = np.zeros(3, dtype=SERVICE)
    services["service_type"] = [TREATMENT_SERVICE, NAVIGATOR_SERVICE, TREATMENT_SERVICE]
    services["load"], services["booked"], services["waiting"] = [30, 9, 12], [10, 0, 2], [11, 5, 3]
    services["felt_load"], services["contact_every"] = [50.0, 1.0, 80.0], [14.0, 1.0, 22.0]
    services["own_hours"], services["common_hours"] = [1.0, 7.0, 0.5], [19.0, 7.0, 4.5]
    services["first_used"], services["open_days"] = [0.1, 0.5, 0.2], [WORKING_WEEK, 0, WORKING_WEEK]
    month = np.zeros(1, dtype=MONTH)
    for _ in range(2):
        count_hubs(rows(services), rows(month)[0])
    assert (month["waiting_days"], month["held_days"]) == (2 * 14, 2 * 30)
    assert month["load_days"][0] == 2 * (20 * 50 + 10 * 80) and month["interval_days"][0] == 2 * (20 * 14 + 10 * 22)
    assert month["post_days"][0] == 2 * 25.0 and month["first_hours"][0] == pytest.approx(2 * (2.0 + 1.0))
