"""Queues: a binary heap of unique keys a service, smallest first.

A popped entry counts only if the person still holds that key. When a heap is full, stale entries are dropped; there is
room for everybody who may wait at once, so a purge always makes room.
"""

from __future__ import annotations

import numpy as np

from sim.core.compiled import kernel
from sim.core.keys import person_of_key
from sim.core.records import Ints, Keys
from sim.engine.records import Service
from sim.population.codes import MOST_PEOPLE, N_KINDS
from sim.population.person import People

NO_KEY = np.uint64(0)


@kernel
def slot_of(number: int, row_of: Ints) -> int:
    """Where `row_of` keeps the row of a permanent number: the kinds of people one behind the other."""
    return (number // MOST_PEOPLE) * (len(row_of) // N_KINDS) + number % MOST_PEOPLE


@kernel
def _sift_down(heap: Keys, start: int, size: int, k: int) -> None:
    while True:
        child = 2 * k + 1
        if child >= size:
            return
        if child + 1 < size and heap[start + child + 1] < heap[start + child]:
            child += 1
        if heap[start + k] <= heap[start + child]:
            return
        heap[start + k], heap[start + child] = heap[start + child], heap[start + k]
        k = child


@kernel
def _holds(people: People, row_of: Ints, service_type: int, key: np.uint64) -> bool:
    return bool(people[row_of[slot_of(person_of_key(key), row_of)]].key[service_type] == key)


@kernel
def purge(service: Service, heap: Keys, people: People, row_of: Ints) -> None:
    """Drop entries whose person no longer holds the key."""
    start, size, n_valid = service.heap_start, service.heap_size, 0
    for k in range(size):
        key = heap[start + k]
        if _holds(people, row_of, service.service_type, key):
            heap[start + n_valid] = key
            n_valid += 1
    service.heap_size = n_valid
    for k in range(n_valid // 2 - 1, -1, -1):
        _sift_down(heap, start, n_valid, k)


@kernel
def push(service: Service, heap: Keys, people: People, row_of: Ints, key: np.uint64) -> None:
    """One more entry.

    Errors: ValueError when the heap is full of people who all wait, which the room excludes.
    """
    if service.heap_size == service.heap_room:
        purge(service, heap, people, row_of)
        if service.heap_size == service.heap_room:
            raise ValueError("a queue holds more people than can wait at once")
    start, k = service.heap_start, service.heap_size
    heap[start + k] = key
    service.heap_size += 1
    while k > 0:
        parent = (k - 1) // 2
        if heap[start + parent] <= heap[start + k]:
            return
        heap[start + k], heap[start + parent] = heap[start + parent], heap[start + k]
        k = parent


@kernel
def pop(service: Service, heap: Keys, people: People, row_of: Ints) -> int:
    """Row of the person first in the queue, taken off it, or -1 when nobody waits."""
    start = service.heap_start
    while service.heap_size > 0:
        key = heap[start]
        service.heap_size -= 1
        heap[start] = heap[start + service.heap_size]
        _sift_down(heap, start, service.heap_size, 0)
        if _holds(people, row_of, service.service_type, key):
            return int(row_of[slot_of(person_of_key(key), row_of)])
    return -1
