"""What a datapackage.json may say: all of it is obeyed, or refused by name with its place; never a traceback."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folders
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheetcheck.checks import check_folder
from sheetcheck.faults import SchemaError, UserError
from sheetcheck.messages import say
from sheetcheck.publish.codebook import codebook
from sheetcheck.schema import load_package
from sheetcheck.schema.known import objects
from sheetcheck.writing.files import make_templates

SOURCES = Path(__file__).parents[2] / "data"
# Words of Python that tell nobody here anything.
PYTHON_WORDS = re.compile(
    r"\b(NoneType|None|True|False|str|int|float|dict|tuple|bool|object has|attribute|subscriptable|iterable|unhashable"
    r"|traceback|Error|Exception|isinstance|keyword|positional|argument|self|indices|list index|frozenset|lambda"
    r"|unpack|codec|surrogates|nan|inf)\b|<class|\\u[0-9a-f]{4}|\bre2\b"
)

Change = Callable[[dict[str, Any]], object]


def small() -> dict[str, Any]:
    return {"name": "small", "data_date": "2026-06-30", "resources": copy.deepcopy(folders.RESOURCES)}


def table(package: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in package["resources"] if entry["name"] == name)


def column(package: dict[str, Any], name: str) -> dict[str, Any]:
    resource, _, field = name.partition(".")
    return next(entry for entry in table(package, resource)["schema"]["fields"] if entry["name"] == field)


def constrained(name: str, /, **constraints: Any) -> Change:
    return lambda package: column(package, name).setdefault("constraints", {}).update(constraints)


def with_column(name: str, /, **parts: Any) -> Change:
    return lambda package: column(package, name).update(parts)


def with_schema(name: str, /, **parts: Any) -> Change:
    return lambda package: table(package, name)["schema"].update(parts)


def with_table(name: str, /, **parts: Any) -> Change:
    return lambda package: table(package, name).update(parts)


def with_package(**parts: Any) -> Change:
    return lambda package: package.update(parts)


def with_rule(name: str, /, **rule: Any) -> Change:
    return with_schema(name, rules=[rule])


def again(original: str, /, **parts: Any) -> Change:
    return lambda package: package["resources"].append({**copy.deepcopy(table(package, original)), **parts})


def refusal(folder: Path, text: str) -> str:
    """What a folder with this schema is refused with, without the path of the file in front."""
    folder.mkdir(exist_ok=True)
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError) as error:
        load_package(folder)
    return str(error.value).removeprefix(str(folder / "datapackage.json")).lstrip(":, ")


def key(fields: Any, resource: str, there: Any) -> Change:
    return with_schema(
        "relevance", foreignKeys=[{"fields": fields, "reference": {"resource": resource, "fields": there}}]
    )


MEMBERS = 'resource "committees", field "members" of type integer'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            constrained("committees.members", pattern="9"),
            f'{MEMBERS}, constraints: "pattern" is not known here, and would not be obeyed.'
            " Valid: required, unique, enum, minimum, maximum, exclusiveMinimum, exclusiveMaximum.",
        ),
        (
            constrained("committees.members", maximun=1),
            f'{MEMBERS}, constraints: "maximun" is not known here, and would not be obeyed. Nearest: "maximum".',
        ),
        (
            constrained("committees.members", minimum="0"),
            f'{MEMBERS}, constraints, minimum: found the text "0", expected a number. Write 0 without quotes.',
        ),
        (
            constrained("committees.members", minimum=10**400),
            f"{MEMBERS}, constraints, minimum: found a number that no cell can hold, expected a number.",
        ),
        (
            constrained("committees.members", minimum=5, maximum=3),
            'resource "committees", field "members": nothing lies between its minimum 5 and its maximum 3.'
            " Correct one.",
        ),
        (
            constrained("committees.founded", minimum="1-1-2020"),
            'resource "committees", field "founded" of type date, constraints, minimum: found the text "1-1-2020",'
            ' expected a date as "2026-06-30".',
        ),
        (
            constrained("sources.weight", required="false"),
            'resource "sources", field "weight" of type number, constraints, required: found the text "false",'
            " expected true or false. Write false without quotes.",
        ),
        (
            constrained("relevance.why", maxLength="3"),
            'resource "relevance", field "why" of type string, constraints, maxLength: found the text "3",'
            " expected a whole number from 0. Write 3 without quotes.",
        ),
        (
            constrained("relevance.why", pattern="(?=a)b"),
            'resource "relevance", field "why" of type string, constraints, pattern: found the text "(?=a)b",'
            " expected a pattern of RE2. It says: invalid perl operator: (?=. Look-around and back-references are not"
            " to be had.",
        ),
        (
            with_column("committees.title", titel="x"),
            'resource "committees", field "title" of type string: "titel" is not known here, and would not be obeyed.'
            ' Nearest: "title".',
        ),
        (
            with_column("committees.title", type="text"),
            'resource "committees", field "title": type is the text "text".'
            " Valid: string, list, integer, number, date, boolean.",
        ),
        (
            with_column("committees.title", title="\ud800"),
            'resource "committees", field "title" of type string, title: found the text "⟨U+D800⟩", expected text.'
            " It holds a character that no file can hold.",
        ),
        (
            with_column("committees.materials", delimiter=""),
            'resource "committees", field "materials" of type list, delimiter: found the text "",'
            " expected one mark, such as a semicolon.",
        ),
        (
            with_schema("committees", fields="id"),
            'resource "committees", fields: found the text "id", expected a list of fields.',
        ),
        (
            with_schema("committees", missingValues=5),
            'resource "committees", missingValues: found the number 5,'
            " expected a list of texts that stand for a blank.",
        ),
        (
            with_schema("committees", primaryKey="ids"),
            'resource "committees": primaryKey: "ids" is no column of committees. Nearest: "id".',
        ),
        (
            with_schema("committees", uniqueKeys=[["title", "stats"]]),
            'resource "committees": uniqueKeys: "stats" is no column of committees. Nearest: "status".',
        ),
        (
            key(["comittee"], "committees", ["id"]),
            'resource "relevance", reference of comittee: "comittee" is no column of relevance. Nearest: "committee".',
        ),
        (
            key("committee", "comittees", "id"),
            'resource "relevance", reference of committee: "comittees" is no resource. Nearest: "committees".',
        ),
        (
            key(["committee", "why"], "committees", ["id"]),
            'resource "relevance", foreign key of committee + why: names 2 columns here and 1 there. Name as many.',
        ),
        (
            key("order", "committees", "id"),
            'resource "relevance", reference of order: order is of type integer and committees.id of type string;'
            " they can never be equal.",
        ),
        (
            with_column("committees.parent", reference={"resource": "", "field": "id"}),
            'resource "committees", reference of parent: is declared twice. Keep one.\n'
            '  resource "committees", reference of parent: is declared twice. Keep one.',
        ),
        (again("sources"), 'resource "sources": is declared twice. Take one away, or give it its own name.'),
        (
            again("sources", name="again"),
            'resource "again": reads sources.csv, as resource "sources" does. Keep one.',
        ),
        (
            with_table("sources", encoding="latin-1"),
            'resource "sources", encoding: found the text "latin-1", expected "utf-8", "UTF-8" or "utf8".',
        ),
        (
            with_table("sources", path=["sources.csv"]),
            'resource "sources", path: found a list,'
            " expected the name of a file in this folder that ends on xlsx, csv, tsv.",
        ),
        (
            with_table("sources", path="../sources.csv"),
            'resource "sources", path: found the text "../sources.csv",'
            " expected the name of a file in this folder that ends on xlsx, csv, tsv.",
        ),
        (
            with_table("sources", format="xlsx"),
            'resource "sources": format is "xlsx", and that of "sources.csv" is "csv". Correct one.',
        ),
        (
            with_table("sources", dialect={"excel": {"sheet": "x"}}),
            'resource "sources": excel in its dialect says nothing of "sources.csv". Take it away.',
        ),
        (
            with_table("materials", dialect={"excel": {"sheet": "Lees mij"}}),
            'resource "materials": a sheet called "Lees mij" is for help, and is not read. Name another.',
        ),
        (
            with_table("sources", dialect={"delimeter": ";"}),
            'resource "sources", dialect: "delimeter" is not known here, and would not be obeyed.'
            ' Nearest: "delimiter".',
        ),
        (with_package(resources={"a": 1}), "resources: found an object, expected a list of resources."),
        (with_package(resources=[]), "resources: found an empty list, expected a list of resources."),
        (
            with_package(data_date="30 June 2026"),
            'data_date: found the text "30 June 2026", expected a date as "2026-06-30".',
        ),
        (
            with_package(data_dat="2026-06-30"),
            '"data_dat" is not known here, and would not be obeyed. Nearest: "data_date".',
        ),
        (
            with_column("sources.title", name="origin"),
            'resource "sources": no field can be called "origin", which says where each row came from. Rename it.',
        ),
        (
            with_column("sources.title", name="Kind"),
            'resource "sources": field "kind" is declared twice. Take one away.\n'
            '  resource "sources": field "Kind" is declared twice. Take one away.',
        ),
        (
            with_rule("sources", rule="ordr", fields=["seen"]),
            'resource "sources", rule 1: rule is the text "ordr". Nearest: "order".',
        ),
        (
            with_rule("sources", rule="order", fields=["seen", "year"]),
            'resource "sources", rule order: fields must name two columns or more of one type.',
        ),
        (
            with_rule("sources", rule="order", fields=["sen", "year"]),
            'resource "sources", rule order: "sen" is no column of sources. Nearest: "seen".',
        ),
        (
            with_rule("sources", rule="order", fields=["title", "kind"]),
            'resource "sources", rule order: title is of type string,'
            " and the rule is about date, integer or number.\n"
            '  resource "sources", rule order: kind is of type string,'
            " and the rule is about date, integer or number.",
        ),
        (
            with_column("committees.materials", itemEnum=["Nd", "Dy", "Li"], constraints={"enum": ["Nd"]}),
            'resource "committees", field "materials": itemEnum and enum both list its items. Keep one.',
        ),
        (
            with_rule("sources", rule="year", field="year", of="title"),
            'resource "sources", rule year: field must be a column of whole numbers, and of a column of dates.',
        ),
        (
            with_rule("sources", rule="sum", field="weight", by="kind", at_most=1, exactly=1),
            'resource "sources", rule sum: give at_most or exactly, one of the two, and for within a number from 0.',
        ),
        (
            with_rule("sources", rule="filled", when={"kind": "reports"}, filled="seen"),
            'resource "sources", rule filled: "reports" is no value of kind. Nearest: "report".',
        ),
        (
            with_rule("committees", rule="no_cycles", field="source"),
            'resource "committees", rule no_cycles: source refers to no row of its own table,'
            " so that there is no cycle to look for.",
        ),
        (
            with_rule("committees", rule="target", field="source", where={"kind": "repot"}),
            'resource "committees", rule target: "repot" is no value of kind. Nearest: "report".',
        ),
        (
            with_rule("committees", rule="target", field="title", where={"kind": "report"}),
            'resource "committees", rule target: title refers to no table. Give it a reference.',
        ),
    ],
)
def test_what_a_schema_cannot_keep_is_refused_with_its_place(tmp_path: Path, change: Change, message: str) -> None:
    package = small()
    change(package)
    assert refusal(tmp_path / "data", json.dumps(package)).replace(":\n  ", "", 1).strip() == message


def test_a_rule_about_the_data_date_wants_one(tmp_path: Path) -> None:
    package = small()
    del package["data_date"]
    with_rule("sources", rule="not_after_data_date", fields="seen")(package)
    assert refusal(tmp_path / "data", json.dumps(package)) == (
        'resource "sources", rule not_after_data_date: the package gives no data_date to hold the columns against.'
        ' Give one, as "2026-06-30".'
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "is nested deeper than any schema is. Take the inner brackets away."),
        ("[]", "found an empty list, expected properties in braces."),
        ("null", "found nothing (null), expected properties in braces."),
        ("{", "line 1 is no valid JSON (Expecting property name enclosed in double quotes). Mend the line."),
        ('{"resources": NaN}', "resources: found a number that no cell can hold, expected a list of resources."),
        (
            '{"resources": [], "resources": [5]}',
            '"resources" stands twice. Keep one.\n  resource 1: found the number 5,',
        ),
        ('{"name": ' + "9" * 5000 + ', "resources": []}', "name: found a number that no cell can hold, expected text."),
    ],
)
def test_what_is_no_schema_at_all_is_refused_in_a_sentence(tmp_path: Path, text: str, message: str) -> None:
    assert message in refusal(tmp_path / "data", text)


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    folders.write_folder(tmp_path)
    file = tmp_path / "datapackage.json"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert check_folder(tmp_path).faults == ()


def test_many_faults_of_a_schema_are_one_a_line_and_end(tmp_path: Path) -> None:
    package = small()
    package["resources"] = [5] * 1000
    lines = refusal(tmp_path / "data", json.dumps(package)).splitlines()
    assert (len(lines), lines[-1]) == (42, "  And more. Mend these first.")


@pytest.mark.parametrize(
    ("change", "cells"),
    [
        (constrained("committees.founded", minimum="2019-01-01"), ["G2"]),
        (constrained("committees.founded", maximum="2020-02-03"), ["G5"]),
        (constrained("committees.founded", exclusiveMaximum="2020-02-03"), ["G3", "G5"]),
        (constrained("committees.founded", enum=["2015-09-01", "2020-02-03"]), ["G5"]),
        (constrained("committees.members", enum=[24, 30, 0]), ["E5"]),
        (constrained("committees.members", exclusiveMinimum=0), ["E4"]),
        (constrained("committees.share", exclusiveMaximum=0.5), ["F2", "F5"]),
        (constrained("relevance.why", minLength=4), ["C4"]),
        (with_schema("committees", uniqueKeys=[["is_open", "source"]]), ["J3"]),
        (key(["committee", "why"], "committees", ["id", "title"]), ["C2", "C3", "C4"]),
        (key("why", "committees", "title"), ["C2", "C3", "C4"]),
    ],
)
def test_what_a_schema_declares_is_checked(tmp_path: Path, change: Change, cells: list[str]) -> None:
    package = small()
    change(package)
    folders.write_folder(tmp_path, resources=package["resources"])
    assert [fault.cell for fault in check_folder(tmp_path).faults] == cells


def test_sentences_about_limits_read_well(tmp_path: Path) -> None:
    package = small()
    constrained("committees.founded", minimum="2019-01-01", exclusiveMaximum="2022-01-05")(package)
    constrained("committees.members", exclusiveMinimum=12)(package)
    constrained("relevance.why", minLength=4)(package)
    folders.write_folder(tmp_path, resources=package["resources"])
    assert [fault.message for fault in check_folder(tmp_path).faults] == [
        "2015-09-01 is before 2019-01-01, the earliest that founded can be.",
        "0 is not over 12, the limit that members can be.",
        "12 is not over 12, the limit that members can be.",
        "2022-01-05 is not before 2022-01-05, the limit that founded can be.",
        "has 3 characters; why holds at least 4. Write it in full.",
    ]


def test_a_pattern_that_doubles_its_work_with_every_letter_ends_in_time(tmp_path: Path) -> None:
    """A reader that tries every way to part the letters would not end before the sun does."""
    fields = [folders.column("id"), folders.column("code", pattern="^(a+)+$")]
    rows: folders.Rows = [["1", "a" * 5000 + "b"], ["2", "aaa"]]
    folders.write_folder(tmp_path, {"t": rows}, [folders.resource("t", "t.csv", None, fields, ["id"])])
    assert [fault.cell for fault in check_folder(tmp_path).faults] == ["line 2"]


def test_a_pattern_is_held_against_the_whole_value(tmp_path: Path) -> None:
    fields = [folders.column("id", pattern="[A-Z]{3}")]
    rows: folders.Rows = [["CHN"], ["CHNA"], ["xCHN"]]
    folders.write_folder(tmp_path, {"t": rows}, [folders.resource("t", "t.csv", None, fields, ["id"])])
    assert [fault.cell for fault in check_folder(tmp_path).faults] == ["line 3", "line 4"]


def test_the_last_day_that_our_sources_know_is_a_day() -> None:
    package = load_package(SOURCES)
    assert package.data_date is not None
    assert package.data_date.isoformat() == package.descriptor["data_date"]


# What a hand, a merge or another program may leave in a schema.
ODD = st.one_of(
    st.sampled_from(
        [
            *(None, True, False, 0, -1, 5, 0.5, 10**400, float("inf"), float("nan"), "", " ", "0", "true", "id"),
            *("\ud800", "string", "date", "list", "2026-13-01", "2026-06-30", "(", "^(a+)+$", "../x.csv", "a" * 5000),
            *(";", "é\0", [], {}, [[]], [5], ["id"], ["id", "id"], [{}], [None], {"a": {}}, {"fields": "id"}),
            *({"resource": 5}, {"value": 5}, {"rule": "order"}),
            {"fields": ["id"], "reference": {"resource": "", "fields": ["id"]}},
        ]
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=4,
    ),
)
NAMES = st.sampled_from(
    [
        *("name", "type", "path", "fields", "schema", "constraints", "minimum", "maximum", "enum", "pattern", "unique"),
        *("required", "reference", "resource", "delimiter", "dialect", "excel", "sheet", "primaryKey", "uniqueKeys"),
        *("foreignKeys", "missingValues", "rules", "rule", "field", "of", "when", "where", "same", "by", "exactly"),
        *("at_most", "within", "filled", "blank", "itemEnum", "example", "title", "encoding", "format", "minLength"),
        *("exclusiveMinimum", "data_date", "created", "contact", "sources", "languages", "resources", "x", "\ud800"),
    ]
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a nested value a change can be made."""
    found = [here] if here else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        found += places(inner, (*here, name))
    return found


def mutated(package: Any, data: st.DataObject, times: int) -> Any:
    """The package after some changes anywhere in it: a value replaced, taken away, doubled, moved or added."""
    for _ in range(times):
        options = places(package)
        if not options:
            return package
        *path, last = data.draw(st.sampled_from(options))
        parent = package
        for step in path:
            parent = parent[step]
        match data.draw(st.sampled_from(["replace", "delete", "double", "add", "swap"])):
            case "replace":
                parent[last] = copy.deepcopy(data.draw(ODD))
            case "delete":
                del parent[last]
            case "double" if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[last]))
            case "swap":
                other: Any = package
                for step in data.draw(st.sampled_from(options)):
                    other = other[step] if isinstance(other, dict | list) else other
                parent[last] = copy.deepcopy(other)
            case _ if isinstance(parent, dict):
                parent[data.draw(NAMES)] = copy.deepcopy(data.draw(ODD))
    return package


def as_json(value: Any) -> str:
    return json.dumps(value, default=str)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folders.write_folder(tmp_path_factory.mktemp("sound"))


def in_words(folder: Path, text: str) -> None:
    """Do with a folder whatever its schema decides, and hold every refusal to words that a person knows."""
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    try:
        checked = check_folder(folder)
        said = [str(fault) for fault in checked.faults]
        codebook(checked.package, {})
        assert checked.frames.keys() <= set(checked.package.names)
        shutil.rmtree(folder / "out", ignore_errors=True)
        make_templates(folder, [], folder / "out")
    except UserError as error:
        said = [str(error).replace(str(folder), "")]
    for line in said:
        # What stands between quotes is the person's own.
        assert not PYTHON_WORDS.search(re.sub('".*?"', "", line)), line


RULES = [
    {"rule": "no_cycles", "field": "parent"},
    {"rule": "sum", "field": "share", "by": ["source"], "at_most": 3, "within": 0.5},
    {"rule": "filled", "when": {"status": "active"}, "filled": ["title"]},
    {"rule": "begins", "field": "title", "when": {"status": "active"}, "with": ""},
    {"rule": "target", "field": "source", "where": {"kind": ["report", "statistics"]}},
]


@given(data=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_change_to_a_small_schema_ends_in_a_traceback(sound: Path, data: st.DataObject) -> None:
    package = small()
    table(package, "committees")["schema"] |= {"uniqueKeys": [["id", "source"]], "rules": copy.deepcopy(RULES)}
    in_words(sound, as_json(mutated(package, data, data.draw(st.integers(1, 3)))))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_kind_of_list_has_a_name_in_both_languages(language: str) -> None:
    kinds = {kind for shape in objects().values() for kind in shape.known.values() if kind.startswith("[")}
    assert len(kinds) > 5
    assert all(say(f"list.{kind.strip('[]?')}", language) for kind in kinds)


@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_change_to_our_own_schema_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("own")
    package = json.loads((SOURCES / "datapackage.json").read_text(encoding="utf-8"))
    (folder / "datapackage.json").write_text(as_json(mutated(package, data, 2)), encoding="utf-8")
    try:
        load_package(folder)
    except SchemaError as error:
        line = re.sub('".*?"', "", str(error).replace(str(folder), ""))
        assert not PYTHON_WORDS.search(line), line


@given(text=st.text(alphabet='{}[]":,0123456789.eE-+ \nntrufalsNI\\\ufeff', max_size=40))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_text_at_all_ends_in_a_traceback(sound: Path, text: str) -> None:
    in_words(sound, text)
