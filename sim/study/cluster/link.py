"""Reaching a Dask scheduler, and making sure that every worker is fit for a study before a run is made."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import threading
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

from sim.core.errors import InputError
from sim.core.grammar import a, counted
from sim.store.atomic import StoreError
from sim.study.cluster.task import TaskRequest, unfit

FORM = "tcp://HOST:PORT as 'dask scheduler' prints it, such as tcp://10.0.0.1:8786"
KNOCK_SECONDS, CONNECT_SECONDS = 3.0, 3.0  # of the network, of the scheduler: together well under ten
WORKERS_SECONDS = 20.0  # in which a first worker has to be there
ANSWER_SECONDS = 60.0  # in which a worker has to say whether it is fit; it may have to import the program
CLOSE_SECONDS = 5.0
ASKED_AT_ONCE = 50
NAMED_AT_MOST = 3

_ADDRESS = re.compile(r"tcp://(?P<host>\[[0-9a-fA-F:.%]+\]|[^\s:/@\[\]]+):(?P<port>[0-9]{1,5})/?")


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler, closed in the end, which drops what it has asked for.

    Raises InputError within ten seconds when no scheduler answers there, or `distributed` is not installed.
    """
    host, port = parsed(address)
    distributed = _library()
    _hush()
    _knock(address.rstrip("/"), host, port)
    try:
        with warnings.catch_warnings():  # what may not differ is compared by `refuse_unfit`, and named
            warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)
            client = distributed.Client(
                address.rstrip("/"), timeout=CONNECT_SECONDS, set_as_default=False, name="throughgate"
            )
    except (OSError, ImportError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise _unreachable(address, reason) from None
    try:
        yield client
    finally:
        with suppress(OSError, RuntimeError, AssertionError):
            client.close(timeout=CLOSE_SECONDS)


def parsed(address: str) -> tuple[str, int]:
    """Host and port of tcp://host:port; InputError for anything else."""
    match = _ADDRESS.fullmatch(address)
    if match is None or not 1 <= int(match["port"]) <= 65_535:
        near = f"tcp://{address}" if _ADDRESS.fullmatch(f"tcp://{address}") else None
        raise InputError(
            f"'{address}' is not the address of a Dask scheduler", parameter="cluster", allowed=FORM, nearest=near
        )
    return match["host"].strip("[]"), int(match["port"])


def threads_of(client: Any) -> dict[str, int]:
    """Threads by the address of each worker that is there now. Raises OSError when the scheduler is gone."""
    if client.status != "running":
        raise OSError("the client has lost its scheduler")
    return {str(worker): int(threads) for worker, threads in client.nthreads().items()}


def first_workers(client: Any, address: str) -> dict[str, int]:
    """Threads by worker, once there is one; InputError when none has come after a while."""
    began = time.monotonic()
    while not (workers := threads_of(client)):
        if time.monotonic() - began > WORKERS_SECONDS:
            raise InputError(
                f"the scheduler at {address} has no workers ({WORKERS_SECONDS:.0f} seconds waited)",
                parameter="cluster",
                allowed=f"workers, started by 'dask worker {address}' where the study's folder is seen",
            )
        time.sleep(0.2)
    return workers


def refuse_unfit(client: Any, request: TaskRequest, workers: Iterable[str]) -> None:
    """InputError that names each of these workers which cannot take part, and why; those gone meanwhile do not count.

    Asked beside the queue of tasks, so that a worker busy with other work answers as well.
    """
    answers = client.sync(_ask_all, client, request, list(workers))
    there = threads_of(client)
    refuse({worker: reason for worker, reason in answers.items() if reason and worker in there})


def refuse(reasons: dict[str, str]) -> None:
    """InputError that names the workers and why each cannot take part; nothing where there are none."""
    if not reasons:
        return
    named = [f"{worker} cannot take part: {reason}" for worker, reason in sorted(reasons.items())]
    more = f" (and {counted(len(named) - NAMED_AT_MOST, 'more worker')})" if len(named) > NAMED_AT_MOST else ""
    raise InputError(
        f"the worker {'; the worker '.join(named[:NAMED_AT_MOST])}{more}",
        parameter="cluster",
        allowed="workers with this very program and these libraries, started after it was installed, that share the "
        "study's folder and its scenario files under the same names",
    )


def scheduler_lost(address: str) -> StoreError:
    """A scheduler that was there and is not any more; `StoreError.with_resume_hint` adds how to go on."""
    return StoreError(f"the scheduler at {address} has ended, or can no longer be reached", "start it again")


async def _ask_all(client: Any, request: TaskRequest, workers: list[str]) -> dict[str, str]:
    door = asyncio.Semaphore(ASKED_AT_ONCE)

    async def ask(worker: str) -> str:
        async with door:
            try:
                asking = client.run(unfit, request, workers=[worker], on_error="return")
                answer = (await asyncio.wait_for(asking, ANSWER_SECONDS)).get(worker, "it does not answer")
            except TimeoutError:
                return f"it has not answered within {ANSWER_SECONDS:.0f} seconds"
        return answer if isinstance(answer, str) else f"it has no such version of the program ({answer})"

    return dict(zip(workers, await asyncio.gather(*(ask(worker) for worker in workers)), strict=True))


def _library() -> ModuleType:
    try:
        import distributed
    except ImportError as error:
        raise InputError(
            f"this needs a package that is not installed ({error.name})",
            parameter="cluster",
            allowed="after: pip install 'throughgate[cluster]'",
        ) from None
    library: ModuleType = distributed
    return library


def _knock(address: str, host: str, port: int) -> None:
    """InputError when no scheduler answers there, with the reason.

    In a thread, because a name may take long to be looked up, and what listens there may never say a word.
    """
    reasons: list[str] = []

    def knock() -> None:
        try:
            socket.create_connection((host, port), timeout=KNOCK_SECONDS).close()
        except socket.gaierror:
            reasons.append(f"no machine is known as '{host}'")
        except (OSError, UnicodeError) as error:
            reasons.append((getattr(error, "strerror", None) or str(error) or "no answer").lower())
        else:
            reasons.append(asyncio.run(_greeted(address)))

    knocking = threading.Thread(target=knock, daemon=True)
    knocking.start()
    knocking.join(KNOCK_SECONDS + CONNECT_SECONDS)
    reason = reasons[0] if reasons else "no answer"
    if reason:
        raise _unreachable(address, reason)


async def _greeted(address: str) -> str:
    """What keeps the listener there from being a scheduler that answers, in words; '' when it is one."""
    from distributed.comm import connect

    async def ask() -> Any:
        comm = await connect(address, timeout=CONNECT_SECONDS)
        try:
            await comm.write({"op": "identity", "reply": True})
            return await comm.read()
        finally:
            comm.abort()

    try:
        reply = await asyncio.wait_for(ask(), CONNECT_SECONDS)
    except TimeoutError:
        return f"what listens there has not answered within {CONNECT_SECONDS:.0f} seconds"
    except Exception:  # whatever another protocol's first bytes look like
        return "what listens there is no Dask scheduler"
    kind = str(reply.get("type", "")) if isinstance(reply, dict) else ""
    return "" if kind.endswith("Scheduler") else f"what listens there is {a(kind or 'stranger')}, not a Dask scheduler"


def _unreachable(address: str, reason: str) -> InputError:
    return InputError(f"the scheduler at {address} cannot be reached: {reason}", parameter="cluster", allowed=FORM)


def _hush() -> None:
    """The library logs to stderr what is told here in one message."""
    for name in ("distributed", "distributed.client", "distributed.comm", "distributed.core", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
