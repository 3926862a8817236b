"""Tables in; what breaks the schema's rules across columns and rows, with every cell named, out."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sheetcheck.checks.columns import Table
from sheetcheck.faults import problem
from sheetcheck.messages import say
from sheetcheck.reading.cells import shown, written
from sheetcheck.schema import ForeignKey

# A longer chain or group is named by its first cells: who mends one of them sees the next.
SHOWN_CELLS = 8

Tables = Mapping[str, Table]


def check_rules(tables: Tables, data_date: dt.date | None) -> None:
    """Note every cell that breaks a rule across columns or rows.

    A cell whose own value is at fault breaks no rule: who mends the cause should not meet its followers first.
    """
    for typed in tables.values():
        columns = set(typed.columns)
        for rule in typed.resource.rules:
            if set(rule.fields) <= columns:
                getattr(_Check(typed, rule.parts, tables, data_date), rule.kind)()
        for key in typed.resource.foreign_keys:
            if len(key.fields) > 1 and set(key.fields) <= columns:
                _check_key(typed, key, tables)


@dataclass(frozen=True)
class _Check:
    """A rule of one table, with what else it is held against; a method for each kind of rule, by its name."""

    typed: Table
    parts: Mapping[str, Any]
    tables: Tables
    data_date: dt.date | None

    def at(self, row: int, name: str) -> str:
        """A column with its cell: "announced (F14)", or "announced (line 14)" in a CSV."""
        return f"{name} ({self.typed.at(row, name)})"

    def order(self) -> None:
        names = self.parts["fields"]
        for row, values in self.typed.values(names):
            filled = [(name, value) for name, value in zip(names, values, strict=True) if value is not None]
            for (first, low), (second, high) in pairwise(filled):
                if low > high:  # type: ignore[operator]
                    kind = "date" if isinstance(high, dt.date) else "number"
                    told = {"first": self.at(row, first), "low": written(low), "second": self.at(row, second)}
                    expected = say(f"expected.not-under-{kind}", **told)
                    wrong = problem(f"wrong-order.{kind}", expected=expected, high=written(high), **told)
                    self.typed.note(row, second, wrong)

    def year(self) -> None:
        name, of = self.parts["field"], self.parts["of"]
        for row, (year, date) in self.typed.values((name, of)):
            if isinstance(date, dt.date) and year is not None and year != date.year:
                told = {"name": self.at(row, name), "year": year, "of": self.at(row, of), "date": date}
                self.typed.note(row, name, problem("wrong-year", expected=str(date.year), **told))

    def not_after_data_date(self) -> None:
        last = self.data_date
        for name in self.parts["fields"]:
            for row, (value,) in self.typed.values((name,)):
                limit = last if isinstance(value, dt.date) else last and last.year
                if value is not None and limit is not None and value > limit:  # type: ignore[operator]
                    told = {"expected": say("limit.maximum", limit=limit), "value": written(value), "last": last}
                    self.typed.note(row, name, problem("after-data-date", **told))

    def no_cycles(self) -> None:
        name = self.parts["field"]
        reference = self.typed.resource.field(name).reference
        if reference is None:
            return
        links: dict[object, tuple[int, object]] = {}
        for row, (key, target) in self.typed.values((reference.field, name)):
            if key is not None and target is not None:
                links.setdefault(key, (row, target))
        done: set[object] = set()
        for start in links:
            chain: dict[object, None] = {}
            key = start
            while key in links and key not in done and key not in chain:
                chain[key] = None
                key = links[key][1]
            if key in chain:
                circle = [(key, *links[key]) for key in [*chain][[*chain].index(key) :]]
                told = [(shown(key), shown(to), self.typed.at(row, name)) for key, row, to in circle]
                steps = [say("step", key=key, name=name, target=to, cell=cell) for key, to, cell in told]
                self.typed.note(circle[0][1], name, problem("cycle", steps=_cut(steps, ", ", ", ")))
            done.update(chain)

    def begins(self) -> None:
        name, start = self.parts["field"], self.parts["with"]
        for row, (value,) in self._where_due((name,)):
            if value is None or (row, name) in self.typed.faults or str(value).startswith(start):
                continue
            told = {"name": self.at(row, name), "value": shown(value), "start": start}
            because = self._because(row, [*self.parts["when"]])
            self.typed.note(row, name, problem("wrong-beginning", expected=f"{start}…", because=because, **told))

    def sum(self) -> None:
        typed, parts = self.typed, self.parts
        name, by, within = parts["field"], parts["by"], parts["within"]
        kind = "exactly" if "exactly" in parts else "at_most"
        # A row whose group is misspelt or whose figure is at fault makes every total of the table doubtful.
        if kind == "exactly" and any(column in (name, *by) for _, column in typed.faults):
            return
        groups: dict[tuple[object, ...], list[tuple[int, float]]] = {}
        for row, (value, *group) in typed.values((name, *by)):
            if value is not None:
                groups.setdefault(tuple(group), []).append((row, value))  # type: ignore[arg-type]
        total = parts[kind]
        for group, members in groups.items():
            # What a float only seems to have beyond its digits is no excess.
            found = float(written(math.fsum(value for _, value in members)))
            if found <= total + within and (kind == "at_most" or found >= total - within):
                continue
            rows = [row for row, _ in members]
            what = [f"{column} {shown(part)}" for column, part in zip(by, group, strict=True) if part is not None]
            expected = say(f"limit.{kind}", limit=written(total), within=written(within) if within else None)
            cells = _cut([typed.at(row, name) for row in rows], " + ", " ")
            told = {"cells": cells, "found": written(found), "name": name, "what": what}
            typed.note(rows[-1], name, problem("wrong-sum", expected=expected, **told))

    def _where_due(self, names: Sequence[str]) -> Iterator[tuple[int, tuple[object, ...]]]:
        """The rows that hold what the rule asks of its other columns, with nothing wrong in those cells."""
        when = self.parts["when"]
        for row, values in self.typed.values((*when, *names)):
            asked = zip(when, values, strict=False)
            if all(value in when[name] and (row, name) not in self.typed.faults for name, value in asked):
                yield row, values[len(when) :]

    def _because(self, row: int, names: Sequence[str]) -> list[str]:
        """The columns that the rule depends on, with their cells and values."""
        texts = {name: self.typed.text(row, self.typed.columns[name]) for name in names}
        return [say("is", name=self.at(row, name), value=text) for name, text in texts.items()]

    def filled(self) -> None:
        typed, parts = self.typed, self.parts
        covered, columns = typed.covered, typed.columns
        for row, _ in self._where_due(()):
            # What the rule hangs on: these values, or that these columns hold anything at all.
            names = [*parts["when"], *parts["if_filled"]]
            if any(typed.cell(row, name) is None or (row, name) in typed.faults for name in parts["if_filled"]):
                continue
            for name in (*parts["filled"], *parts["blank"]):
                is_blank = typed.cell(row, name) is None
                told = {"name": self.at(row, name), "because": self._because(row, names)}
                if is_blank and name in parts["filled"] and (row, columns[name]) not in covered:
                    typed.note(row, name, problem("blank-where-filled", expected=say("expected.value"), **told))
                elif not is_blank and name in parts["blank"]:
                    typed.note(row, name, problem("filled-where-blank", expected=say("expected.blank"), **told))

    def target(self) -> None:
        typed, parts = self.typed, self.parts
        name = parts["field"]
        field = typed.resource.field(name)
        there = self.tables.get(field.reference.resource) if field.reference else None
        asked = [*parts["where"], *parts["same"]]
        if there is None or field.reference is None or not {field.reference.field, *asked} <= set(there.columns):
            return
        key = field.reference.field
        found = {
            values[0]: (row, values[1:])
            for row, values in there.values((key, *asked))
            if values[0] is not None and (row, key) not in there.faults
        }
        for row, (value, *here) in self._where_due((name, *parts["same"].values())):
            equal = dict(zip(parts["same"], here, strict=True))
            for item in value if field.is_list else (value,):  # type: ignore[attr-defined]
                target, held = found.get(item, (0, ()))
                for column, has in zip(asked, held, strict=False):
                    wanted = parts["where"].get(column, (equal.get(column),))
                    if has in wanted or None in wanted or (target, column) in there.faults:
                        continue
                    needs = say("or", values=[*map(shown, wanted)])
                    if column in equal:
                        needs += say("as-says", name=self.at(row, parts["same"][column]))
                    if parts["when"]:
                        needs += say("where", because=self._because(row, parts["when"]))
                    kind = "blank" if has is None else "other"
                    place = f"{there.resource.place} › {there.at(target, column)}"
                    told = {"item": item, "column": column, "has": shown(has), "place": place, "name": name}
                    typed.note(row, name, problem(f"wrong-target.{kind}", expected=needs, **told))


def _cut(texts: Sequence[str], mark: str, before_last: str) -> str:
    more = len(texts) - SHOWN_CELLS
    return mark.join(texts[:SHOWN_CELLS]) + (before_last + say("and-more", number=more) if more > 0 else "")


def _check_key(typed: Table, key: ForeignKey, tables: Tables) -> None:
    """A foreign key of several columns: their values must stand together in one row of the other table."""
    there = tables.get(key.resource)
    if there is None or not set(key.target) <= set(there.columns):
        return
    known = {values for _, values in there.values(key.target)}
    parts = [set(there.column(name)) for name in key.target]
    # A value that its own reference misses is named there, or at the key that was lost.
    own = [_referred(typed, name, tables) for name in key.fields]
    for row, values in typed.values(key.fields):
        if None in values or values in known:
            continue
        if any(found is not None and value not in found for value, found in zip(values, own, strict=True)):
            continue
        # A part that stands in no row of the other table is at fault by itself, and once, however many keys it is in.
        lost = (name for name, value, held in zip(key.fields, values, parts, strict=True) if value not in held)
        name = next(lost, "")
        if (row, name) in typed.faults:
            continue
        held = [f"{one} ({typed.at(row, one)}) {shown(value)}" for one, value in zip(key.fields, values, strict=True)]
        place = there.resource.place
        expected = say("of-place", columns=" + ".join(key.target), place=place)
        found = problem("unknown-reference.together", expected=expected, held=held, place=place)
        typed.note(row, name or key.fields[-1], found)


def _referred(typed: Table, name: str, tables: Tables) -> set[object] | None:
    """What stands in the column that a column refers to by itself; None when it refers to none that was read."""
    reference = typed.resource.field(name).reference
    there = tables.get(reference.resource) if reference else None
    return set(there.column(reference.field)) if reference and there and reference.field in there.columns else None
