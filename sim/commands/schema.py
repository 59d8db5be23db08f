"""`throughgate schema`: what files may hold, for editors and programs."""

from __future__ import annotations

from pathlib import Path

import click

from sim.commands.options import options
from sim.commands.terminal import DONE, json_text
from sim.core.errors import InputError


@click.command()
@click.argument("name", required=False)
@options(("out", "Folder into which the schema of every file is written."))
def schema(name: str | None, out: str | None) -> int:
    """Print what a file may hold, for editors and programs.

    JSON Schemas of scenarios and studies, Table Schemas of tables.
    NAME is scenario, study, a table of an area such as places.csv, or one of parameters, sources, targets and eras;
    without it the names are listed.
    """
    from sim.core.arguments import checked_path
    from sim.experiment.file_schemas import schema_names, schema_of
    from sim.store.output_path import refuse_impossible, without_detours

    names = (name,) if name is not None else schema_names()
    schemas = {one: schema_of(one) for one in names}
    if out is not None:
        if not out.strip():
            raise InputError("the name of the folder is empty", parameter="out", allowed="a new or empty folder")
        folder = without_detours(checked_path(out, "out"))
        refuse_impossible(folder)
        for one, content in schemas.items():
            write_schema(folder, one, json_text(content))
        click.echo(f"Written to {out}: {', '.join(file_name(one) for one in schemas)}")
    elif name is None:
        click.echo("\n".join(names))
    else:
        click.echo(json_text(schemas[name]))
    return DONE


def file_name(name: str) -> str:
    """The file of a schema: scenario.schema.json, places.schema.json."""
    return f"{name.removesuffix('.csv')}.schema.json"


def write_schema(folder: Path, name: str, text: str) -> None:
    """One schema as a file."""
    from sim.store.atomic import write_bytes

    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / file_name(name), f"{text}\n".encode())


COMMANDS = (schema,)
