"""The command `crm data`: rebuild the firm's tables from any seed, in any size and world, and copy them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from crmlib.simulation import simulate
from crmlib.simulation.parameters import Progress, list_parameters
from crmlib.simulation.world.worlds import World
from crmlib.simulation.writing.copies import write_copies
from crmlib.simulation.writing.export import PARAMETERS, list_table_files, write_firm, write_firm_in_chunks
from crmlib.simulation.writing.files import check_folder, refuse_foreign
from crmlib.tables.dictionary import DATASETS

MOST_MEMBERS_AT_ONCE = 200_000


def data(
    seed: Annotated[
        int | None, typer.Option(help="Start of all random numbers; 2026 is the course's firm.")
    ] = None,
    members: Annotated[
        int | None, typer.Option(help="Card holders of Osmanthus; 8,000 in the course.")
    ] = None,
    world: Annotated[
        str, typer.Option(help="default, competitive, monopoly, no_selection or homogeneous.")
    ] = "default",
    folder: Annotated[
        Path | None, typer.Option(help="Where to write; by default datasets/, or datasets/variants/<name>.")
    ] = None,
    copies: Annotated[
        Literal["csv", "xlsx"] | None, typer.Option(help="Also write copies that Excel opens.")
    ] = None,
    language: Annotated[
        Literal["en", "zh"], typer.Option(help="Column heads of the copies: course names or Chinese labels.")
    ] = "en",
    chunked: Annotated[
        bool, typer.Option("--chunked", help="Simulate and write in parts, for a firm larger than memory.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that differ from what was generated.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only compare the files with their checksums.")
    ] = False,
) -> None:
    """Rebuild the firm's tables. The same seed, size and world give the same bytes."""
    chosen = choose_world(world, seed=seed, members=members)
    place = choose_folder(chosen, world, folder, overwrite=overwrite)
    if check:
        _report_check(place)
        return
    if not (copies and holds_world(place, chosen)):
        rebuild(chosen, place, chunked=chunked, overwrite=overwrite)
    if copies:
        with show_progress() as progress:
            target = write_copies(
                place, kind=copies, language=language, overwrite=overwrite, progress=progress
            )
        print(f"The copies are in {target}.")


def choose_world(name: str, *, seed: int | None, members: int | None) -> World:
    """The named world with another seed or size, if one is asked for.

    Raises ValueError for an unknown name, a negative seed or less than one member.
    """
    if seed is not None and seed < 0:
        raise ValueError(f"--seed is {seed}, expected a whole number from 0.")
    world = World.named(name)
    world = world if seed is None else replace(world, seed=seed)
    return world if members is None else replace(world, members=members)


def choose_folder(world: World, name: str, folder: Path | None, *, overwrite: bool = False) -> Path:
    """Where a firm belongs: the course's own in datasets/, any other in a folder of datasets/variants/.

    Raises ValueError if another firm would take the place of the course's own.
    """
    standard = world == World()
    if folder is None:
        return DATASETS if standard else DATASETS / "variants" / name_variant(world, name)
    if folder.resolve() == DATASETS.resolve() and not standard and not overwrite:
        raise ValueError(
            f"{folder} holds the course's own firm, which the notebooks describe; another seed, size or "
            "world would take its place. Leave out --folder, or add --overwrite."
        )
    return folder


def name_variant(world: World, name: str) -> str:
    """A folder name that tells what is different.

    >>> name_variant(World(seed=7, members=500), "default")
    'seed-7-members-500'
    >>> name_variant(World.named("monopoly"), "monopoly")
    'monopoly'
    """
    parts = [] if name == "default" else [name]
    parts += [] if world.seed == World.seed else [f"seed-{world.seed}"]
    parts += [] if world.members == World.members else [f"members-{world.members}"]
    return "-".join(parts)


def holds_world(folder: Path, world: World) -> bool:
    """True if the folder holds exactly this firm, every file as it was generated."""
    path = folder / PARAMETERS
    if not path.exists() or check_folder(folder):
        return False
    found = {row["name"]: row["value"] for row in json.loads(path.read_text(encoding="utf-8"))}
    wanted = {parameter.name: parameter.value for parameter in list_parameters(world)}
    return bool(found == json.loads(json.dumps(wanted)))


def rebuild(world: World, folder: Path, *, chunked: bool = False, overwrite: bool = False) -> None:
    """Simulate a firm and write it to a folder, showing how far the work is.

    Raises ValueError if the firm is too large to be simulated at once, or if a file would be lost.
    """
    if world.members > MOST_MEMBERS_AT_ONCE and not chunked:
        raise ValueError(
            f"{world.members:,} members at once may need more memory than there is (more than "
            f"{MOST_MEMBERS_AT_ONCE:,}). Add --chunked: the tables are then written in parts."
        )
    refuse_foreign(folder, list_table_files(folder), overwrite=overwrite)
    with show_progress() as progress:
        if chunked:
            write_firm_in_chunks(world, folder, overwrite=overwrite, progress=progress)
        else:
            firm = simulate(world, progress=lambda share, words: progress(0.9 * share, words))
            write_firm(
                firm,
                folder,
                overwrite=overwrite,
                progress=lambda share, words: progress(0.9 + share / 10, words),
            )
    accounts = sum(world.wholesale.accounts.segment_sizes)
    print(f"{world.members:,} members and {accounts} accounts are in {folder}.")


@contextmanager
def show_progress() -> Iterator[Progress]:
    """A bar in a terminal; elsewhere a line for each tenth of the work."""
    if not sys.stdout.isatty():
        yield _print_tenths()
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Progress(*columns, TextColumn("{task.description}")) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share, words: bar.update(task, completed=share, description=words)


def _print_tenths() -> Progress:
    last = -1

    def show(share: float, words: str) -> None:
        nonlocal last
        if int(share * 10) > last:
            last = int(share * 10)
            print(f"{last * 10:3d} % {words}", flush=True)

    return show


def _report_check(folder: Path) -> None:
    """Print what differs from the checksums, and end with code 1 if anything does."""
    found = check_folder(folder)
    if not found:
        print(f"All files in {folder} are as they were generated.")
        return
    print("\n".join([f"In {folder}:", *found, "Repair: crm data, with --overwrite if your changes may go."]))
    raise SystemExit(1)
