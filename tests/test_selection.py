"""A selection says what was chosen, and carries the report's number only when it is the report's own table."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from kritiek.errors import ExhibitError
from kritiek.exhibits.selection import selected
from kritiek.exhibits.tables import Table, Texts
from kritiek.sources import Sources

TEXTS = Texts(
    name="table_03",
    number={"nl": "Tabel 3", "en": "Table 3"},
    caption={"nl": "Chinese vergunningen", "en": "Chinese licences"},
    alt={"nl": "", "en": ""},
    columns=(("a", {"nl": "A", "en": "A"}),),
    notes=({"nl": "Niets na {data_date}.", "en": "Nothing after {data_date}."},),
)
CAPTIONS = {"nl": "Maatregelen van {issuer}, {as_of}", "en": "Measures of {issuer}, {as_of}"}
PARAMETERS = pd.DataFrame(
    [
        ["issuer", "CHN", "countries", None, None],
        ["as_of", "2026-06-30", "day", None, None],
        ["audience", "all", "exhibit_words", "alleen {value}", "{value} only"],
    ],
    columns=["parameter", "published_value", "words_from", "caption_nl", "caption_en"],
)
TABLES = {
    "countries": pd.DataFrame(
        [["CHN", "China", "China"], ["IDN", "Indonesië", "Indonesia"]], columns=["id", "name_nl", "name_en"]
    ),
    "exhibit_words": pd.DataFrame(
        [["audience", "all", "iedereen", "everybody"], ["audience", "government", "overheid", "government"]],
        columns=["term", "value", "words_nl", "words_en"],
    ),
}
REPORT = {"issuer": "CHN", "as_of": "2026-06-30", "audience": "all"}


def made(data_date=dt.date(2026, 6, 30), parameters=PARAMETERS, captions=CAPTIONS, **chosen):
    texts = selected(
        TEXTS, parameters, REPORT | chosen, captions=captions, table=TABLES.__getitem__, data_date=data_date
    )
    return Table(texts, pd.DataFrame({"a": ["x"]}))


def headings(**chosen):
    table = made(**chosen)
    return table.heading(), table.in_language("en").heading()


def test_the_values_of_the_report_give_its_number_and_caption():
    assert headings() == ("Tabel 3 Chinese vergunningen", "Table 3 Chinese licences")
    assert made().published


def test_another_value_gives_a_caption_that_says_so_and_no_number():
    assert headings(issuer="IDN") == ("Maatregelen van Indonesië, 30 juni 2026", "Measures of Indonesia, 30 June 2026")
    assert not made(issuer="IDN").published


def test_a_value_that_the_caption_does_not_name_is_added_in_words():
    assert headings(audience="government", as_of="2025-03-01") == (
        "Maatregelen van China, 1 maart 2025; alleen overheid",
        "Measures of China, 1 March 2025; government only",
    )


def test_a_value_that_speaks_for_itself_is_written_as_the_language_writes_it():
    row = pd.DataFrame([["threshold", "65", "value", None, None]], columns=PARAMETERS.columns)
    parameters = pd.concat([PARAMETERS, row])
    captions = {"nl": "Meer dan {threshold} %", "en": "More than {threshold} %"}

    def heading(value):
        table = made(parameters=parameters, captions=captions, threshold=value)
        return table.published, table.heading(), table.in_language("en").heading()

    assert heading(65.0) == (True, "Tabel 3 Chinese vergunningen", "Table 3 Chinese licences")
    assert heading(62.5) == (False, "Meer dan 62,5 %", "More than 62.5 %")
    assert heading("2016-2020") == (False, "Meer dan 2016-2020 %", "More than 2016-2020 %")


def test_without_a_caption_of_its_own_a_selection_has_that_of_the_report_and_what_was_chosen():
    found = made(captions={"nl": "", "en": ""}, audience="government")
    assert found.heading() == "Chinese vergunningen; alleen overheid"


@pytest.mark.parametrize("name", ["CHN", "chn", "China"])
def test_a_country_by_its_name_is_the_same_country(name):
    assert made(issuer=name).published


def test_a_day_after_the_data_date_is_said_in_both_languages():
    later = made(as_of="2026-07-01")
    assert later.below() == ["Niets na 30 juni 2026."]
    assert later.in_language("en").below() == ["Nothing after 30 June 2026."]


def test_a_day_up_to_the_data_date_needs_no_word():
    assert made(as_of="2026-06-30").below() == []
    assert made(data_date=None, as_of="2099-01-01").below() == []


def test_a_choice_of_day_without_a_note_for_a_later_one_is_refused():
    with pytest.raises(ExhibitError, match=r"depends on a day, and no note .* names \{data_date\}"):
        selected(
            Texts("t", TEXTS.number, TEXTS.caption, TEXTS.alt, (), ()),
            PARAMETERS,
            REPORT,
            captions=CAPTIONS,
            table=TABLES.__getitem__,
            data_date=None,
        )


def test_a_value_without_words_is_refused_with_the_nearest():
    with pytest.raises(ExhibitError) as refused:
        made(audience="goverment")
    assert str(refused.value) == (
        'audience: exhibits.xlsx › exhibit_words has no words for "goverment". Nearest: "government". If it is new, '
        'add a row there: term "audience", value "goverment", words_nl and words_en.'
    )
    with pytest.raises(ExhibitError, match=r'issuer: "Indonesie" is not known\. Nearest: "Indones'):
        made(issuer="Indonesie")


def test_a_parameter_that_the_sheet_does_not_describe_is_refused():
    with pytest.raises(ExhibitError, match=r"sets as_of, audience, issuer, .* describes as_of, audience"):
        made(parameters=PARAMETERS[1:])


def test_a_parameter_without_any_words_for_the_caption_is_refused_with_the_cell_to_fill():
    bare = PARAMETERS.assign(caption_nl=None)
    with pytest.raises(ExhibitError, match=r"does not name audience, .* Fill caption_nl in its row"):
        made(parameters=bare, audience="government")


def test_every_parameter_of_the_project_has_a_place_in_its_caption_or_words_of_its_own():
    sources = Sources.load(Path(__file__).parents[1] / "data")
    exhibits, parameters = sources.read("exhibits").set_index("id"), sources.read("exhibit_parameters")
    silent = []
    for row in parameters.itertuples():
        for language in ("nl", "en"):
            own = exhibits.loc[[row.exhibit]]
            captions = own[f"selection_caption_{language}"].fillna(own[f"caption_{language}"])
            if (
                not getattr(row, f"caption_{language}")
                and not captions.str.contains(f"{{{row.parameter}}}", regex=False).all()
            ):
                silent.append((row.exhibit, row.parameter, language))
    assert silent == []


@pytest.mark.parametrize("term", ["beside", "earlier", "later", "strategic"])
def test_each_list_of_the_project_has_words_to_be_chosen_by(term):
    sources = Sources.load(Path(__file__).parents[1] / "data")
    words = sources.read("exhibit_words")
    assert sorted(words.loc[words["term"] == term, "value"]) == sorted(sources.read("lists")["id"])
