"""Committees are called what their document calls them, and registers are read as of a day."""

import pandas as pd
import pytest

from kritiek.analysis import committees
from kritiek.errors import ExhibitError


def frame(columns, *rows):
    return pd.DataFrame(rows, columns=columns.split(), dtype=object)


TITLES = frame(
    "document committee designation title source origin",
    ("report", "IEC/TC 21", "IEC TC 21", "Cells", "report", "t › row 2"),
    ("report", "ISO/TC 333", None, "Lithium", "report", "t › row 3"),
    ("note", "ISO/TC 333", None, "Lithium (note)", "note", "t › row 4"),
)


def rows(*names, document="report"):
    found = [(document, name, document, f"m › row {number}") for number, name in enumerate(names, start=2)]
    return frame("document committee source origin", *found)


def test_a_committee_is_called_what_its_own_document_calls_it():
    said = committees.titled(rows("ISO/TC 333", "IEC/TC 21"), TITLES, of="committee")
    assert said[["designation", "title", "key", "origin"]].values.tolist() == [
        ["ISO/TC 333", "Lithium", "ISO/TC 333", "m › row 2; t › row 3"],
        ["IEC TC 21", "Cells", "IEC/TC 21", "m › row 3; t › row 2"],
    ]
    said = committees.titled(rows("ISO/TC 333", document="note"), TITLES, of="committee")
    assert (said["title"].tolist(), said["source"].tolist()) == (["Lithium (note)"], ["note"])


def test_mirror_committees_have_names_and_no_other_designation():
    names = frame("document mirror title source origin", ("report", "nen-x", "Staalkabels", "report", "n › row 2"))
    own = frame("document mirror source origin", ("report", "nen-x", "report", "m › row 2"))
    assert committees.titled(own, names, of="mirror")[["designation", "title"]].values.tolist() == [
        ["nen-x", "Staalkabels"]
    ]


def test_committees_without_a_title_in_their_document_are_all_named():
    with pytest.raises(ExhibitError, match=r"no title of IEC/TC 35 in report; ISO/TC 8 in report\. Add a row"):
        committees.titled(rows("IEC/TC 35", "ISO/TC 8", "IEC/TC 35"), TITLES, of="committee")


GROUPS = frame("document id exhibit", ("report", "batteries", "table_12"), ("note", "batteries", "table_01"))


def test_the_exhibit_of_a_group_is_that_of_its_document():
    assert committees.exhibit_of(GROUPS, document="report", group="batteries") == "table_12"
    assert committees.exhibit_of(GROUPS, document="note", group="batteries") == "table_01"


def test_an_unknown_group_names_the_nearest():
    with pytest.raises(ExhibitError, match=r'group: "bateries" is not known\. Nearest: "batteries"'):
        committees.exhibit_of(GROUPS, document="report", group="bateries")


COLUMNS = "committee as_of source title status secretariat secretariat_country chair_country p_members o_members"
REGISTER = frame(
    f"{COLUMNS} dutch_status confidence origin",
    ("ISO/TC 82", "2025-06", "iso", None, None, "DIN", "DEU", None, 26, None, None, "second-hand", "r › row 2"),
    ("ISO/TC 82", "2026-03-19", "iso", "Mining", "active", "SA", "AUS", None, 29, 25, "O", "verified", "r › row 3"),
    ("ISO/TC 82", None, "web", "Mines", None, None, None, "DEU", None, None, None, "second-hand", "r › row 4"),
    ("IEC/TC 82", "2021", "iec", None, None, None, None, None, None, None, "P", "second-hand", "r › row 5"),
)


def seats(as_of):
    found = committees.register(REGISTER, as_of=as_of).set_index("id")
    return found.astype(object).where(found.notna(), None)


def test_of_each_column_the_newest_row_that_fills_it_holds_with_its_own_source():
    found = seats("2026-06-30").loc["ISO/TC 82"]
    assert found[["title", "secretariat", "chair_country", "p_members"]].tolist() == ["Mining", "SA", "DEU", 29]
    assert found[["secretariat_source", "secretariat_as_of", "secretariat_confidence"]].tolist() == [
        *("iso", "2026-03-19", "verified")
    ]
    assert found[["chair_country_source", "chair_country_as_of"]].tolist() == ["web", ""]
    assert (found["source"], found["origin"]) == ("iso; web", "r › row 3; r › row 4")


def test_before_a_newer_row_the_older_one_still_holds():
    found = seats("2025-12-31").loc["ISO/TC 82"]
    assert found[["title", "secretariat", "p_members", "dutch_status"]].tolist() == ["Mines", "DIN", 26, None]


@pytest.mark.parametrize(("as_of", "known"), [("2020-12-31", False), ("2021-01-01", True), ("2026-06-30", True)])
def test_what_is_dated_by_year_is_known_from_its_first_day(as_of, known):
    assert ("IEC/TC 82" in seats(as_of).index) == known


def test_a_row_without_a_date_holds_only_where_no_other_fills_the_column():
    assert seats("2020-01-01").loc["ISO/TC 82", "title"] == "Mines"
    assert seats("2026-03-18").loc["ISO/TC 82", "title"] == "Mines"
    assert seats("2026-03-19").loc["ISO/TC 82", "title"] == "Mining"
