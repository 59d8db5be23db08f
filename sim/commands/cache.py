"""The command that shows where machine code is kept between runs, and clears it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.commands.options import options
from sim.commands.terminal import DONE, FAILED, json_text, say
from sim.core.printable import escaped

if TYPE_CHECKING:
    from sim.core.compile_cache import Cache


@click.command()
@click.option("--clear", is_flag=True, help="Remove every cache that no running study uses.")
@options(("json", "Print one JSON object."))
def cache(clear: bool, as_json: bool) -> int:
    """Show where compiled code is kept, or clear it.

    One cache for each state of the program, kept between runs so that only the first compiles. They may be removed at
    any time; those unused for 30 days go by themselves.
    """
    from sim.core import compile_cache

    if clear:
        return _clear(as_json=as_json)
    by_last_use = sorted(compile_cache.caches(), key=lambda one: -one.last_used)
    where = [str(root) for root in compile_cache.roots()]
    if as_json:
        click.echo(json_text({"folder": where[0] if where else None, "caches": [_as_dict(one) for one in by_last_use]}))
        return DONE
    click.echo(f"compiled code  {escaped(where[0]) if where else 'no place for it: no home folder is known'}")
    click.echo(f"caches         {len(by_last_use):,}, {_megabytes(sum(one.n_bytes for one in by_last_use))} in all")
    for one in by_last_use:
        elsewhere = "" if str(one.folder.parent) == where[0] else f", in {escaped(str(one.folder.parent))}"
        click.echo(f"  {one.folder.name}  {_megabytes(one.n_bytes):>9}  {_age(one)}{elsewhere}")
    return DONE


def _clear(*, as_json: bool) -> int:
    from sim.core import compile_cache

    removed, stay = compile_cache.clear()
    if as_json:
        plain = {"removed": [_as_dict(one) for one in removed], "kept": [_as_dict(one) for one in stay]}
        click.echo(json_text(plain))
    else:
        caches = "cache" if len(removed) == 1 else "caches"
        click.echo(f"removed {len(removed):,} {caches}, {_megabytes(sum(one.n_bytes for one in removed))}")
        for one in removed:
            click.echo(f"  {one.folder}  {_megabytes(one.n_bytes):>9}")
    for one in stay:
        reason = "in use by a running study" if one.is_in_use else "it could not be removed"
        say(f"kept {one.folder}: {reason}")
    return DONE if all(one.is_in_use for one in stay) else FAILED


def _as_dict(one: Cache) -> dict[str, Any]:
    return {
        "folder": str(one.folder),
        "bytes": one.n_bytes,
        "unused_days": round(one.unused_days, 2),
        "in_use": one.is_in_use,
    }


def _age(one: Cache) -> str:
    if one.is_in_use:
        return "in use"
    days = int(one.unused_days)
    return "used today" if not days else f"unused for {days:,} day{'' if days == 1 else 's'}"


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.1f} MB"
