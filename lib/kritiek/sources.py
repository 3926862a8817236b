"""A data folder in, validated frames out; each row knows its file, sheet and row, and each reading is shown."""

import datetime as dt
import hashlib
import sys
from collections import deque
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeAlias, overload

import pandas as pd

from kritiek.errors import ExhibitError
from kritiek.exhibits.html_table import show_readable
from kritiek.exhibits.overlay import PRINTED_RESOURCE, Deviation, deviations_of, printed_rows
from kritiek.exhibits.plain import is_blank
from kritiek.exhibits.selection import selected
from kritiek.exhibits.texts import Texts
from kritiek.exhibits.trace import trail
from kritiek.project import DATA_FOLDER, data_folder, fingerprint
from sheetcheck.checks import check_folder, require_valid
from sheetcheck.messages import say
from sheetcheck.nearest import nearest_name
from sheetcheck.schema import Package
from sheetcheck.writing.records import rows_of

SOURCE_MIME = "application/vnd.kritiek.source+json"
# Names of a row by which people call it.
NAME_COLUMNS = ("name_nl", "name_en")
TEXT_RESOURCES = ("exhibits", "exhibit_columns", "exhibit_notes")
FILTERS_RESOURCE = "exhibit_filters"
PARAMETERS_RESOURCE = "exhibit_parameters"
# The column, and the parameter of a notebook, that says whose exhibit it is.
DOCUMENT = "document"


_UNSHOWN: list[dict[str, Any]] = []  # readings of the cell that is running


class Readings:
    """The sources that a cell read, as one small table for the reader, and in JSON for the build to know them."""

    def __init__(self, facts: list[dict[str, Any]]) -> None:
        # resource, rows, place: what was read twice is told once
        self.facts = [fact for number, fact in enumerate(facts) if fact not in facts[:number]]

    def __repr__(self) -> str:
        # It is stored in notebooks, whose prose is English.
        rows = [say("build.rows", "en", rows=fact["rows"]) for fact in self.facts]
        name, width = max(len(fact["resource"]) for fact in self.facts), max(map(len, rows))
        pairs = zip(self.facts, rows, strict=True)
        return "\n".join(f"{fact['resource']:{name}}  {count:>{width}}  {fact['place']}" for fact, count in pairs)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": repr(self), SOURCE_MIME: {"readings": self.facts}}


class Sources:
    """The validated tables of a data folder. In a notebook: `members = sources.read("list_members")`."""

    def __init__(self, package: Package, frames: dict[str, pd.DataFrame]) -> None:
        self.package = package
        self.reads: set[str] = set()  # names of the tables that were read
        self._frames = frames

    @classmethod
    def load(cls, data_dir: str | Path = DATA_FOLDER) -> Self:
        """Check every file of the folder and take its rows.

        A relative `data_dir` counts from the project root. Raises SchemaError when the folder has no usable
        schema, SourceError with every fault of every file when one is wrong. In a notebook, frames show themselves
        from then on with words to the left and whole.
        """
        show_readable()
        folder = data_folder(data_dir)
        state = fingerprint(folder)
        for known in _checked:
            if state and known[:2] == (folder.resolve(), state):
                return cls(*known[2:])
        checked = check_folder(folder)
        require_valid(checked)
        # What was saved while it was checked may have been read in the one state or the other.
        if fingerprint(folder) == state:
            remember([(folder.resolve(), state, checked.package, checked.frames)])
        return cls(checked.package, checked.frames)

    def __repr__(self) -> str:
        return f"{len(self._frames)} tables in {len(self.package.paths)} files, without faults"

    def __getitem__(self, name: str) -> pd.DataFrame:
        raise ExhibitError(say("sources.read", table=name))

    @overload
    def read(self, name: str, /) -> pd.DataFrame: ...

    @overload
    def read(self, name: str, /, *more: str) -> tuple[pd.DataFrame, ...]: ...

    def read(self, name: str, /, *more: str) -> pd.DataFrame | tuple[pd.DataFrame, ...]:
        """The table of that name, or several; announced with row counts; columns of the schema, and `origin`."""
        frames = []
        for one in (name, *more):
            frames.append(self._frame(one).copy())
            self._announce(one, len(frames[-1]))
        return tuple(frames) if more else frames[0]

    def table(self, name: str) -> pd.DataFrame | None:
        """A table as it is, announced to nobody: for what is no notebook; None when there is none of that name."""
        return self._frames.get(name)

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every table as rows of plain values, as a copy of the folder is written from."""
        return rows_of(self.package, self._frames)

    @property
    def data_date(self) -> dt.date | None:
        """The last day that the sources know of, as datapackage.json says."""
        return self.package.data_date

    def texts(self, exhibit: str, **chosen: Any) -> Texts:
        """Number, caption, labels and notes of an exhibit, in both languages, from exhibits.xlsx.

        `chosen` are the values of the notebook's own parameters: the texts say what was chosen, and carry the report's
        number only when all are those of the report. Raises ExhibitError for an unknown exhibit, value or parameter.
        """
        own, columns, notes = (self._of_exhibit(name, exhibit) for name in TEXT_RESOURCES)
        if own.empty:
            hint = nearest_name(exhibit, self._frame("exhibits")["id"])
            raise ExhibitError(say("sources.no-exhibit", exhibit=exhibit) + hint)
        filters = self._of_exhibit(FILTERS_RESOURCE, exhibit) if FILTERS_RESOURCE in self._frames else None
        # A document that has no such exhibit is a selection from that of the first that has.
        of_document = own[own["document"] == chosen.get(DOCUMENT)] if DOCUMENT in own else own
        row = (own if of_document.empty else of_document).iloc[0]
        texts = Texts(
            name=exhibit,
            number=_words(row, "number"),
            caption=_words(row, "caption"),
            alt=_words(row, "alt"),
            columns=tuple((entry["column"], _words(entry, "label")) for _, entry in columns.iterrows()),
            notes=tuple(_words(entry, "note") for _, entry in notes.iterrows()),
            document="" if is_blank(row.get("document")) else row["document"],
            optional=tuple(entry["column"] for _, entry in columns.iterrows() if entry.get("is_optional") is True),
            trail=trail(columns, filters, self.package, self._frames),
        )
        if PARAMETERS_RESOURCE not in self._frames:
            return texts
        return selected(
            texts,
            self._parameters(exhibit, texts.document, own),
            chosen,
            captions=_words(row, "selection_caption"),
            table=self.read,
            data_date=self.data_date,
        )

    def as_printed(
        self, texts: Texts, rows: pd.DataFrame, *, reading: str
    ) -> tuple[pd.DataFrame, tuple[Deviation, ...]]:
        """The rows of an exhibit as its document prints them, and what is printed otherwise than computed.

        `reading` is "printed", or "facts" for the rows as computed. The sheet printed_otherwise names rows by the
        column `key`. Raises ExhibitError with each row of the sheet that does not fit what is computed.
        """
        sheet = self._frame(PRINTED_RESOURCE)
        own = sheet[(sheet["document"] == texts.document) & (sheet["exhibit"] == texts.name)]
        self._announce(PRINTED_RESOURCE, len(own))
        return printed_rows(texts, rows, deviations_of(own), reading=reading)

    def names(self, place: str) -> dict[str, str]:
        """What people may call each value of a column ("countries.id"): itself, and the names in its row.

        A column that refers to another table goes by the names there. Announces nothing: a check of typed words is
        no reading. Raises ExhibitError when there is no such table or column.
        """
        table, _, column = place.partition(".")
        frame = self._frame(table)
        if column not in frame.columns:
            hint = nearest_name(column, frame.columns)
            raise ExhibitError(say("sources.no-column", table=table, column=column) + hint)
        cells = (cell if isinstance(cell, tuple) else (cell,) for cell in frame[column] if not is_blank(cell))
        values = sorted({str(value) for cell in cells for value in cell})
        target = self.package.resource(table).field(column).reference
        home, key = (self._frame(target.resource), target.field) if target else (frame, column)
        rows = home[home[key].isin(values)]
        called = {row[name]: row[key] for name in NAME_COLUMNS if name in home for _, row in rows.iterrows()}
        return {name: value for name, value in called.items() if name} | {value: value for value in values}

    def _frame(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            raise ExhibitError(say("sources.no-table", table=name) + nearest_name(name, self._frames))
        return self._frames[name]

    def _of_exhibit(self, resource: str, exhibit: str) -> pd.DataFrame:
        frame = self._frame(resource)
        if resource == "exhibits":
            frame = frame[frame["id"] == exhibit]
        else:
            frame = frame[frame["exhibit"] == exhibit].sort_values("order")
        self._announce(resource, len(frame))
        return frame

    def _parameters(self, exhibit: str, document: str, exhibits: pd.DataFrame) -> pd.DataFrame:
        """The parameters of an exhibit with the values of its document: those of its own rows, else those of all.

        `exhibits` are the rows of this exhibit, one a document: each has its own document as its own case.
        """
        rows = self._of_exhibit(PARAMETERS_RESOURCE, exhibit)
        if DOCUMENT not in rows:
            return rows
        rows = rows[rows[DOCUMENT].isna() | (rows[DOCUMENT] == document)]
        own_last = rows.sort_values(DOCUMENT, na_position="first", kind="stable")
        rows = own_last.drop_duplicates("parameter", keep="last").sort_values("order")
        is_document = (rows["parameter"] == DOCUMENT) & rows["published_value"].isin(exhibits[DOCUMENT])
        return rows.assign(published_value=rows["published_value"].where(~is_document, document))

    def _announce(self, resource: str, rows: int) -> None:
        self.reads.add(resource)
        _show({"resource": resource, "rows": rows, "place": self.package.resource(resource).place})

    @cached_property
    def digests(self) -> dict[str, str]:
        """A fingerprint of each table's content, rows' addresses included, by resource name."""
        texts = ((name, frame.to_csv(index=False, lineterminator="\n")) for name, frame in self._frames.items())
        return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts}


# The folders that were checked last, an old state and a new one, each with the state of its files and what is in it:
# many notebooks in one process read them.
Checked: TypeAlias = tuple[Path, str, Package, dict[str, pd.DataFrame]]
_checked: "deque[Checked]" = deque(maxlen=2)


def handed_on() -> list[Checked]:
    """What this process has checked, for another process to `remember`."""
    return list(_checked)


def remember(checked: Iterable[Checked]) -> None:
    """Take over what was checked, also in another process; it is used only where the files are still the same."""
    for known in checked:
        # What the folder held before is nobody's any more.
        for other in [one for one in _checked if one[0] == known[0]]:
            _checked.remove(other)
        _checked.append(known)


def _words(row: pd.Series, stem: str) -> dict[str, str]:
    dutch, english = row[f"{stem}_nl"] or "", row[f"{stem}_en"] or ""
    return {"nl": dutch, "en": english or dutch}


def _show(reading: dict[str, Any]) -> None:
    """Show the reading at the end of the cell, where nothing in the cell can hold it back; elsewhere nobody looks."""
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    if not shell:
        return
    if not _UNSHOWN:
        shell.events.register("post_execute", _show_all)
    _UNSHOWN.append(reading)


def _show_all() -> None:
    from IPython import get_ipython
    from IPython.display import display

    get_ipython().events.unregister("post_execute", _show_all)
    display(Readings(list(_UNSHOWN)))
    _UNSHOWN.clear()
