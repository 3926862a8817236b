"""Which exhibits of the report are others beside another edition. Run: uv run python tests/second_edition.py

Everything that the report says is said once more under another name, with keys of its own, and each exhibit is run
warm before and after: a document must show what it says itself.
"""

import multiprocessing
import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache

import pandas as pd

import every_column
from every_column import ROOT, begin, exhibits
from kritiek.build.engine.pool import cores
from kritiek.build.plan import PlannedExhibit
from sheetcheck.schema import Package, Resource

FIRST, SECOND = "report-2026", "report-2028"
# A standard stands in one row, with the document that named it first.
ONCE = "standards"
# They show what every document says.
OF_ALL = {"lists_of_the_world", "lists_described", "lists_overlap", "lists_beside_report"}


def second_edition(package: Package, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The frames with what the first edition says once more, under keys of its own, as said by the second."""
    said = {
        one.name: frames[one.name][frames[one.name]["document"] == FIRST]
        for one in package.resources
        if "document" in one.field_names and one.name != ONCE
    }
    keys = _keys(package, said)
    said |= {
        one.name: frames[one.name][frames[one.name][column].isin(keys[target])]
        for one in package.resources
        if one.name not in said
        for column, target in _single(one).items()
        if target in keys and not one.field(column).is_list
    }
    keys = _keys(package, said)
    both = dict(frames)
    for name, rows in said.items():
        held = {column: keys[target] for column, target in _single(package.resource(name)).items() if target in keys}
        held |= {"id": keys[name]} if name in keys else {}
        renamed = {column: [_renamed(value, own) for value in rows[column]] for column, own in held.items()}
        more = rows.assign(**renamed, **({"document": SECOND} if "document" in rows else {}))
        both[name] = pd.concat([frames[name], more], ignore_index=True).astype(frames[name].dtypes)
    documents = frames["documents"]
    both["documents"] = pd.concat([documents, documents[documents["id"] == FIRST].assign(id=SECOND)], ignore_index=True)
    return both


def _keys(package: Package, said: Mapping[str, pd.DataFrame]) -> dict[str, set[str]]:
    return {name: set(rows["id"]) for name, rows in said.items() if package.resource(name).primary_key == ("id",)}


def _single(resource: Resource) -> dict[str, str]:
    return {key.fields[0]: key.resource for key in resource.foreign_keys if len(key.fields) == 1}


def _renamed(value: object, keys: set[str]) -> object:
    if isinstance(value, tuple):
        return tuple(_renamed(one, keys) for one in value)
    return f"{value}-of-{SECOND}" if value in keys else value


@cache
def _both() -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    bench = every_column._bench
    return bench.frames, second_edition(bench.book.package, bench.frames)


def difference(exhibit: PlannedExhibit) -> str:
    """What the exhibit does otherwise beside a second edition; nothing where it does not."""
    bench, (first, both) = every_column._bench, _both()
    before, after = (bench.run(exhibit, frames=frames) for frames in (first, both))
    return "" if after.shown == before.shown else after.refusal or after.crash or "it shows something else"


def main() -> int:
    """Print what is wrong; 1 when something is."""
    cases = [
        replace(one, parameters=one.parameters | ({"document": FIRST} if "document" in one.parameters else {}))
        for one in exhibits(ROOT)
        if one.name not in OF_ALL
    ]
    with ProcessPoolExecutor(cores(), multiprocessing.get_context("spawn"), begin, (ROOT,)) as pool:
        told = [f"{case.name}: {one}" for case, one in zip(cases, pool.map(difference, cases), strict=True) if one]
    print("\n".join(told))
    print(f"{len(cases)} exhibits beside a second edition: {len(told)} others")
    return 1 if told else 0


if __name__ == "__main__":
    # A shell takes the place of the main module in a process that runs notebooks.
    import second_edition

    sys.exit(second_edition.main())
