"""A firm on disk: Parquet files with the same bytes for the same seed, parameters, descriptions, checksums.

A table is one file, `receipts.parquet`; the truth lies in `truth/`. A firm too large for memory is written
in parts: `receipts/part-00000.parquet`, `receipts/part-00001.parquet` … (`pandas.read_parquet` reads the
folder).

The bytes depend on the tables and on the release of pyarrow, which writes its number into each file and whose
zstd compresses; no time, path, pandas release or machine gets into them. The locks hold pyarrow fixed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from crmlib.ground.files import write_file
from crmlib.simulation.parameters import Parameter, Progress, Simulated, list_parameters
from crmlib.simulation.retail.simulate import simulate_retail_chunks
from crmlib.simulation.wholesale.simulate import simulate_wholesale
from crmlib.simulation.world.worlds import World
from crmlib.simulation.writing.data_package import write_data_package
from crmlib.simulation.writing.files import refuse_foreign, stage
from crmlib.tables.dictionary import TABLES

ROWS_PER_GROUP = 2**20
COMPRESSION_LEVEL = 9
PARAMETERS = "truth/parameters.json"


def write_firm(
    simulated: Simulated, folder: Path | str, *, overwrite: bool = False, progress: Progress | None = None
) -> None:
    """Write a firm's tables, its truth, its parameters, their descriptions and checksums into a folder.

    overwrite: replace files that differ from what was generated. progress: called with the share done (0 to
    1) and a few words. Either all files are replaced or, if something fails, none. Raises ForeignFileError
    (a ValueError) if a file would be lost; the message names it and the repair.
    """
    frames = _name_files(simulated)
    with stage(Path(folder), overwrite=overwrite) as staging:
        for number, (name, frame) in enumerate(frames.items()):
            _report(progress, number / len(frames), f"writing {name}")
            write_table(frame, staging / f"{name}.parquet")
        write_parameters(simulated.parameters, staging / PARAMETERS)
        write_data_package(staging)
    _report(progress, 1.0, "written")


def write_firm_in_chunks(
    world: World,
    folder: Path | str,
    *,
    chunk_members: int = 20_000,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> None:
    """Simulate and write a firm piece by piece, so that a million members need no more memory than 20,000.

    chunk_members: members simulated at a time. Each table becomes a folder of parts; receipt ids are unique
    in the whole and in order of time within a part. Raises ForeignFileError as `write_firm`, before the
    work begins.
    """
    folder = Path(folder)
    refuse_foreign(folder, list_table_files(folder), overwrite=overwrite)
    with stage(folder, overwrite=overwrite) as staging:
        for name, frame in _name_files(simulate_wholesale(world)).items():
            write_table(frame, staging / name / _part(0))
        pieces = simulate_retail_chunks(world, chunk_members=chunk_members, progress=progress)
        for number, piece in enumerate(pieces):
            for name, frame in _name_files(piece).items():
                write_table(frame, staging / name / _part(number))
        write_parameters(tuple(list_parameters(world)), staging / PARAMETERS)
        write_data_package(staging)
    _report(progress, 1.0, "written")


def list_table_files(folder: Path) -> list[str]:
    """Files in a folder that have the name of a table or of a part of one, with forward slashes."""
    names = [name.replace(".", "/") for name in TABLES]
    found = [
        path
        for name in names
        for path in [folder / f"{name}.parquet", *folder.glob(f"{name}/part-*.parquet")]
    ]
    return [path.relative_to(folder).as_posix() for path in found if path.exists()]


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write one table as a Parquet file whose bytes depend on its content only.

    Whole numbers and times are written as differences, which makes ids and dates small.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1).replace_schema_metadata(None)
    whole = [
        item.name
        for item in table.schema
        if pa.types.is_integer(item.type) or pa.types.is_temporal(item.type)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        row_group_size=ROWS_PER_GROUP,
        use_dictionary=[name for name in table.column_names if name not in whole],
        column_encoding=dict.fromkeys(whole, "DELTA_BINARY_PACKED"),
    )


def write_parameters(parameters: tuple[Parameter, ...], path: Path) -> None:
    """Write every number of the world with its unit, meaning and source as JSON."""
    rows = [parameter._asdict() for parameter in parameters]
    text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    write_file(path, text)


def _name_files(simulated: Simulated) -> Mapping[str, pd.DataFrame]:
    """File name without ending → frame, tables first."""
    return {**simulated.tables, **{f"truth/{name}": frame for name, frame in simulated.truth.items()}}


def _part(number: int) -> str:
    return f"part-{number:05d}.parquet"


def _report(progress: Progress | None, share: float, words: str) -> Any:
    if progress is not None:
        progress(share, words)
