"""Each rule of the audit finds its fault where it is planted, and is silent on clean rows."""

import datetime as dt
import inspect
from types import ModuleType

import pandas as pd
import pytest

from kritiek.analysis import audit, stated
from kritiek.analysis.audit import cells, committees, law, lists, measures, names, references, standards
from kritiek.errors import ExhibitError
from kritiek.sources import Sources

DOC = "report"


def rows(columns, *values, document=DOC):
    """Rows of literals, each with a document, a line, a place, a source and an origin."""
    made = pd.DataFrame(list(values), columns=columns.split(), dtype=object)
    defaults = {
        "document": document,
        "line": list(range(10, 10 + 10 * len(values), 10)),
        "locator": [f"hfst. 1, l. {number}" for number in range(10, 10 + 10 * len(values), 10)],
        "source": document,
        "origin": [f"x › row {number}" for number in range(2, len(values) + 2)],
    }
    return made.assign(**{name: value for name, value in defaults.items() if name not in made})


MATERIALS = rows("id name_nl name_en", ("Dy", "dysprosium", "dysprosium"), ("Gd", "gadolinium", "gadolinium"),
                 ("Th", "thorium", "thorium"), ("heavy", "zware", "heavy"), ("Ba", "bariet", "baryte"))  # fmt: skip
KIN = pd.DataFrame({"material": ["rare", "heavy"], "related": ["heavy", "rare"]})
REFERENCES = rows("line kind number about", (10, "table", 3, 3), (20, "chapter", 8, 8))
CAPTIONS = rows("kind number caption_as_printed", ("table", 3, "Vergunningen"), ("table", 2, "Marktaandeel"))
TARGETS = pd.concat([CAPTIONS, rows("kind number", ("chapter", 8))])
FOOTNOTES = rows("number called_on_line line", (1, 10, 12), (2, 20, 22))
BACK = rows("line phrase_as_printed term mentioned_on", (50, "eerdergenoemde", "SAG", ("30", "50")))
CONTENTS = rows("title_in_contents heading_as_printed", ("Staal", "Staal"))
CITED = rows("line footnote reference title_as_printed quoted", (10, 1, "hcss", "Standards", False))
BIBLIOGRAPHY = rows("order reference", (1, "hcss"), (2, "dera"))
WORKS = rows("id title authors date", ("hcss", "Standards for critical raw materials", "Patrahau", "2020"),
             ("dera", "NdFeB", "DERA", "2025"), ("dera-2", "Other", "DERA", "2025"))  # fmt: skip
SPELLINGS = rows("term form_as_printed quoted uses lines", ("magnets", "magneten", False, 5, ("10", "20")))
USES = rows("abbreviation listed_as kind uses lines", ("HLF", "HLF", "organisation", 2, ("10",)))
EXPANSIONS = rows("abbreviation expansion_as_printed language", ("HLF", "high level forum", "en"))
ABBREVIATIONS = rows(
    "abbreviation meaning_as_printed meaning_language",
    ("HLF", "High Level Forum", "en"),
    ("TC, SC", "Technische Commissie, Subcommissie", "nl"),
)
CITATIONS = rows(
    "line committee designation_as_printed title_as_printed place group",
    (10, "IEC/TC 21", "IEC/TC 21", "Secondary cells", "table", "batteries"),
    (20, "IEC/TC 21", "IEC/TC 21", "Secondary cells", "text", "batteries"),
    (30, "ISO/TC 8", "ISO/TC 8", "Ships", "text", None),
)
OFFICIAL = pd.Series({"IEC/TC 21": "Secondary cells"})
BODIES = pd.Series({"IEC/TC 21": "IEC", "ISO/TC 8": "ISO", "CEN/TC 1": "CEN"})
HEADINGS = rows("line order table heading_as_printed bodies last_line", (5, 1, 12, "IEC TC", ("IEC",), 15))
STANDARD_CITATIONS = rows(
    "line order standard designation_as_printed title_as_printed carries_out under",
    (10, 1, "EN ISO 1:2025", "NEN EN ISO 1:2025", "Pumps – Part 1: End-use safety", "law", None),
    (20, 1, "EN ISO 1:2025", "NEN EN ISO 1:2025", "Pumps – Part 1: End-use safety", None, None),
    (30, 1, "PWI 21-38", "PWI 21-38", None, None, "IEC/TC 21"),
)
STANDARDS = rows("id year", ("EN ISO 1:2025", 2025), ("PWI 21-38", None), ("ISO 2:2024", 2024))
DOCUMENTS = rows("id name_nl name_en date", ("law", "de wet", "the law", "2024-05"))
DATED = rows("line year standards last_line", (5, 2024, ("ISO 2:2024",), 25))
LISTED = rows("table title_in_list", (3, "Vergunningen"))
CLAIMED = rows("material role reproduces heading name_as_printed", ("rare", "critical", "annex", "Kritiek", "REE"))
ANNEX = rows("list material", ("annex", "heavy"), ("other", "Ba"))
COUNTED = pd.concat([rows("material", ("heavy",)), rows("material", ("Sb",), document="other")])
CRITICAL = rows("materials words_as_printed", (("rare", "heavy"), "kritieke materialen"))
CLAIMS = rows("group of held_against", ("heavy", "rare", "study"))
MEMBERS = pd.concat(
    [rows("group member member_as_printed", ("heavy", "Dy", "Dy"), document=one) for one in ("study", DOC)]
)
GROUPS = rows("name_nl roadmap_status chapter_9_section", ("Batterijen", "started", "Batterijen"),
              ("Materialen", "generic theme", None))  # fmt: skip
RECOMMENDED = rows("committees", (("ISO/TC 298",),))
SELECTED = rows("committees", (("ISO/TC 298", "ISO/TC 333"),))
VERDICTS = rows("committee verdict words_as_printed ending_as_printed",
                ("ISO/TC 298", "follow", "te volgen", None),
                ("ISO/TC 82", "not needed", "niet nodig", None))  # fmt: skip
LED = rows("committee country words_as_printed", ("ISO/TC 8", "AUS", "onder voorzitterschap"))
REGISTER = rows("committee as_of secretariat_country chair_country source", ("ISO/TC 8", "2025-06", "DEU", None, "iso"),
                ("ISO/TC 8", "2026-03", "AUS", None, "iso"), ("ISO/TC 8", "2026-06", "DEU", None, DOC),
                ("ISO/TC 8", "2026-04", None, None, "iso"))  # fmt: skip
COUNTRIES = pd.Series({"AUS": "Australië", "DEU": "Duitsland", "CHN": "China"})
STATED = rows("number tolerance low high agrees words_nl words_en places",
              (4, 0, 4.0, 4.0, True, "stoffen", "materials", "l. 5"))  # fmt: skip
ARTICLES = rows("id document article name_nl name_en subjects",
                ("a-28", "law", 28, "Magneten", "Magnets", ("magnets",)),
                ("a-31", "law", 31, "Voetafdruk", "Footprint", ("footprint",)))  # fmt: skip
LAW = rows("article subject title_as_printed", ("a-28", "magnets", "Magnets"), ("a-31", "footprint", "Footprint"))
MOTIONS = rows("members_as_printed number_as_printed", ("Erkens en Boucke", "29826-184"))
PERSPECTIVES = pd.concat(
    [
        rows("number perspective name_as_printed", (5, "chains", "ketens"), document="note"),
        rows("number perspective name_as_printed", (5, "chains", "Ketens")),
    ]
)
KEY_POINTS = rows("title_as_printed study materials", ("Ketens", "s-4", ("Ga",)))
STUDIES = rows("id title_as_printed materials", ("s-4", "Analyse", ("Ga", "Ge")))
DAYS = rows("line order event day words_as_printed measure aspect words_nl words_en",
            (10, 1, "start", "2025-04", "in april 2025", "m1", "announced", "begin", "start"),
            (20, 1, "start", "2025-04-04", "op 4 april 2025", "m1", "announced", "begin", "start"))  # fmt: skip
OWN_DAYS = pd.DataFrame(
    {
        "measure": ["m1"],
        "number": ["No. 18"],
        "number_nl": ["Nr. 18"],
        "aspect": ["announced"],
        "day": [dt.date(2025, 4, 4)],
    },
    dtype=object,
).assign(source="law", origin="measures › m1")
TABLE = rows("line table month phrase_as_printed measure materials",
             (10, 3, "2025-05", "Gallium", "m1", ("Ga",)), (20, 3, "2025-09", "Germanium", "m2", ("Ge",)))  # fmt: skip
MEASURES = rows("id number number_nl kind announced effective",
                ("m1", "No. 1", "Nr. 1", "licence", dt.date(2025, 4, 4), dt.date(2025, 5, 1)),
                ("m2", "No. 2", "Nr. 2", "licence", dt.date(2025, 8, 4), dt.date(2025, 9, 1)),
                ("m3", "No. 3", "Nr. 3", "ban", dt.date(2025, 10, 9), dt.date(2025, 12, 1)))  # fmt: skip
OF_MEASURES = pd.DataFrame({"measure": ["m1", "m2"], "material": ["Ga", "Ge"]})
NAMES = pd.Series({"Ga": "gallium", "Ge": "germanium", "Sb": "antimoon"})
CONTROLLED = rows("materials", (("Ga",),))
PHASES = rows(
    "material number number_nl phase", ("Ga", "No. 1", "Nr. 1", "in force"), ("Ge", "No. 2", "Nr. 2", "suspended")
)
NO_SUSPENSIONS = rows("measure suspended_from")
KINDS = rows("measure kind words_as_printed", ("m1", "licence", "een vergunning"), ("m3", "ban", "een verbod"))
CELLS = rows("column cell", *[("why", f"Een zin (met haakjes) en ‘woorden’ {number}.") for number in range(4)])


def planted(frame, row, **changes):
    """The frame with the cells of one row (counted from 0) changed."""
    changed = frame.copy().reset_index(drop=True)
    for column, value in changes.items():
        changed[column] = changed[column].astype(object)
        changed.at[row, column] = value
    return changed


def more(frame, **cells_of_a_row):
    """The frame with one more row: its last, with these cells changed."""
    last = frame.iloc[[-1]].copy()
    return planted(pd.concat([frame, last], ignore_index=True), len(frame), **cells_of_a_row)


# rule: how it runs on clean rows, how on rows with its fault, and what is then printed, expected and how sure.
CASES = {
    "reference-number": (
        lambda: references.wrong_number(REFERENCES, TARGETS),
        lambda: references.wrong_number(planted(REFERENCES, 0, about=2), TARGETS),
        ("Tabel 3", "Tabel 2", "certain"),
    ),
    "reference-target": (
        lambda: references.no_target(REFERENCES, TARGETS),
        lambda: references.no_target(planted(REFERENCES, 1, number=18), TARGETS),
        ("hoofdstuk 18", "", "certain"),
    ),
    "table-not-named": (
        lambda: references.never_referred_to(CAPTIONS.head(1), REFERENCES),
        lambda: references.never_referred_to(CAPTIONS, REFERENCES),
        ("Tabel 2", "", "taste"),
    ),
    "caption-source": (
        lambda: references.without_source(planted(CAPTIONS.head(1), 0, caption_as_printed="Ladder (bron: RVO)")),
        lambda: references.without_source(
            more(
                more(planted(CAPTIONS.head(1), 0, caption_as_printed="Ladder (bron: RVO)"), number=4),
                number=5,
                caption_as_printed="Proces",
            )
        ),
        ("Tabel 5 Proces", "", "taste"),
    ),
    "footnote": (
        lambda: references.unpaired_footnotes(FOOTNOTES),
        lambda: references.unpaired_footnotes(planted(FOOTNOTES, 1, called_on_line=None)),
        ("voetnoot 2", "", "certain"),
    ),
    "not-named-before": (
        lambda: references.not_named_before(BACK),
        lambda: references.not_named_before(planted(BACK, 0, mentioned_on=("50",))),
        ("“eerdergenoemde”", "", "certain"),
    ),
    "contents": (
        lambda: references.heading_otherwise(CONTENTS),
        lambda: references.heading_otherwise(planted(CONTENTS, 0, heading_as_printed="Stalen")),
        ("Staal", "Stalen", "certain"),
    ),
    "cited-not-listed": (
        lambda: references.cited_without_entry(CITED, BIBLIOGRAPHY),
        lambda: references.cited_without_entry(planted(CITED, 0, reference="ngs", quoted=True), BIBLIOGRAPHY),
        ("Standards", "", "certain"),
    ),
    "listed-not-cited": (
        lambda: references.listed_without_citation(BIBLIOGRAPHY.head(1), CITED),
        lambda: references.listed_without_citation(BIBLIOGRAPHY, CITED),
        ("dera", "", "certain"),
    ),
    "footnote-title": (
        lambda: references.title_not_of_the_entry(CITED, WORKS, BIBLIOGRAPHY),
        lambda: references.title_not_of_the_entry(planted(CITED, 0, title_as_printed="Norms"), WORKS, BIBLIOGRAPHY),
        ("Norms", "Standards for critical raw materials", "likely"),
    ),
    "same-author-and-year": (
        lambda: references.same_author_and_year(BIBLIOGRAPHY, WORKS),
        lambda: references.same_author_and_year(more(BIBLIOGRAPHY, order=3, reference="dera-2"), WORKS),
        ("DERA (2025)", "DERA (2025b)", "taste"),
    ),
    "spelling": (
        lambda: names.written_in_several_ways(SPELLINGS),
        lambda: names.written_in_several_ways(more(SPELLINGS, form_as_printed="magnetten", uses=1, lines=("40",))),
        ("magnetten", "magneten", "certain"),
    ),
    "abbreviation-unused": (
        lambda: names.unused_abbreviations(USES),
        lambda: names.unused_abbreviations(planted(USES, 0, uses=0)),
        ("HLF", "", "certain"),
    ),
    "abbreviation-missing": (
        lambda: names.missing_abbreviations(planted(USES, 0, uses=3), EXPANSIONS),
        lambda: names.missing_abbreviations(planted(USES, 0, abbreviation="CE", listed_as=None, uses=3), EXPANSIONS),
        ("CE", "", "certain"),
    ),
    "abbreviation-meaning": (
        lambda: names.written_out_otherwise(EXPANSIONS, ABBREVIATIONS),
        lambda: names.written_out_otherwise(planted(EXPANSIONS, 0, expansion_as_printed="Hoog Forum"), ABBREVIATIONS),
        ("Hoog Forum", "High Level Forum", "likely"),
    ),
    "committee-title": (
        lambda: committees.several_titles(CITATIONS, OFFICIAL),
        lambda: committees.several_titles(planted(CITATIONS, 1, title_as_printed="Batteries"), OFFICIAL),
        ("IEC/TC 21 Batteries", "Secondary cells", "certain"),
    ),
    "committee-designation": (
        lambda: committees.designated_in_several_ways(CITATIONS),
        lambda: committees.designated_in_several_ways(more(CITATIONS.head(2), designation_as_printed="IEC TC 21")),
        ("IEC TC 21", "IEC/TC 21", "taste"),
    ),
    "committee-kind": (
        lambda: committees.of_another_kind(CITATIONS),
        lambda: committees.of_another_kind(planted(CITATIONS, 0, committee="IEC/SC 21A")),
        ("IEC/TC 21", "IEC/SC 21A", "certain"),
    ),
    "heading-bodies": (
        lambda: committees.heading_without_body(HEADINGS, CITATIONS, BODIES),
        lambda: committees.heading_without_body(planted(HEADINGS, 0, bodies=("ISO", "CEN")), CITATIONS, BODIES),
        ("Tabel 12: IEC TC", "IEC", "certain"),
    ),
    "committee-not-in-table": (
        lambda: committees.outside_the_table_of_its_group(CITATIONS),
        lambda: committees.outside_the_table_of_its_group(
            planted(CITATIONS, 1, committee="IEC/TC 22", designation_as_printed="IEC/TC 22")
        ),
        ("IEC/TC 22", "", "certain"),
    ),
    "committee-leader": (
        lambda: committees.led_by_another_country(LED, REGISTER, COUNTRIES),
        lambda: committees.led_by_another_country(planted(LED, 0, country="DEU"), REGISTER, COUNTRIES),
        ("ISO/TC 8: onder voorzitterschap", "Australië", "likely"),
    ),
    "followed-not-selected": (
        lambda: lists.followed_and_not_selected(VERDICTS, SELECTED),
        lambda: lists.followed_and_not_selected(planted(VERDICTS, 0, committee="CEN/TC 472"), SELECTED),
        ("CEN/TC 472", "", "likely"),
    ),
    "selected-not-followed": (
        lambda: lists.selected_and_not_followed(VERDICTS, SELECTED),
        lambda: lists.selected_and_not_followed(planted(VERDICTS, 0, verdict="peripheral"), SELECTED),
        ("ISO/TC 298", "", "likely"),
    ),
    "standard-title": (
        lambda: standards.several_titles(STANDARD_CITATIONS),
        lambda: standards.several_titles(planted(STANDARD_CITATIONS, 1, title_as_printed="Pumps – General")),
        ("NEN EN ISO 1:2025 Pumps – General", "Pumps – Part 1: End-use safety", "likely"),
    ),
    "standard-prefix": (
        lambda: standards.adopted_in_several_ways(STANDARD_CITATIONS),
        lambda: standards.adopted_in_several_ways(
            more(STANDARD_CITATIONS, designation_as_printed="NEN-EN-ISO 3:2020", under=None)
        ),
        ("NEN-EN-ISO 3:2020", "NEN EN ISO 3:2020", "taste"),
    ),
    "standard-blank": (
        lambda: standards.blank_in_the_designation(STANDARD_CITATIONS),
        lambda: standards.blank_in_the_designation(
            planted(STANDARD_CITATIONS, 1, designation_as_printed="NEN EN ISO 1: 2025")
        ),
        ("NEN EN ISO 1: 2025", "NEN EN ISO 1:2025", "taste"),
    ),
    "standard-years": (
        lambda: standards.two_years(STANDARD_CITATIONS),
        lambda: standards.two_years(planted(STANDARD_CITATIONS, 0, designation_as_printed="NEN ISO 1:2020:2025")),
        ("NEN ISO 1:2020:2025", "NEN EN ISO 1:2025", "certain"),
    ),
    "standard-year": (
        lambda: standards.of_another_year(DATED, STANDARDS, STANDARD_CITATIONS),
        lambda: standards.of_another_year(
            planted(DATED, 0, standards=("EN ISO 1:2025",), last_line=15), STANDARDS, STANDARD_CITATIONS
        ),
        ("NEN EN ISO 1:2025", "2024", "certain"),
    ),
    "standard-older": (
        lambda: standards.older_than_the_law(STANDARD_CITATIONS, STANDARDS, DOCUMENTS),
        lambda: standards.older_than_the_law(STANDARD_CITATIONS, planted(STANDARDS, 0, year=2023), DOCUMENTS),
        ("NEN EN ISO 1:2025", "", "certain"),
    ),
    "work-item": (
        lambda: standards.work_item_of_another_committee(STANDARD_CITATIONS),
        lambda: standards.work_item_of_another_committee(planted(STANDARD_CITATIONS, 2, under="IEC/TC 22")),
        ("IEC/TC 22", "IEC/TC 21", "certain"),
    ),
    "title-dash": (
        lambda: standards.dash_without_blank(STANDARD_CITATIONS),
        lambda: standards.dash_without_blank(planted(STANDARD_CITATIONS, 1, title_as_printed="Pumps –Part 1")),
        ("Pumps –Part", "Pumps – Part", "taste"),
    ),
    "title-hyphen": (
        lambda: standards.hyphen_or_blank(STANDARD_CITATIONS),
        lambda: standards.hyphen_or_blank(
            more(
                more(STANDARD_CITATIONS, title_as_printed="End-use tests"),
                designation_as_printed="ISO 9",
                title_as_printed="Rules for end use",
            )
        ),
        ("end use", "end-use", "taste"),
    ),
    "table-title": (
        lambda: lists.caption_otherwise(LISTED, CAPTIONS),
        lambda: lists.caption_otherwise(planted(LISTED, 0, title_in_list="Marktaandeel"), CAPTIONS),
        ("Tabel 3 Marktaandeel", "Vergunningen", "certain"),
    ),
    "not-in-reference": (
        lambda: lists.not_in_the_reference(CLAIMED, ANNEX, KIN),
        lambda: lists.not_in_the_reference(planted(CLAIMED, 0, material="Ba", name_as_printed="Bariet"), ANNEX, KIN),
        ("Bariet, Kritiek: ✓", "Bariet, Kritiek: —", "certain"),
    ),
    "called-critical": (
        lambda: lists.called_critical(CRITICAL, COUNTED, KIN, NAMES),
        lambda: lists.called_critical(planted(CRITICAL, 0, materials=("rare", "Sb")), COUNTED, KIN, NAMES),
        ("antimoon", "", "certain"),
    ),
    "group-member": (
        lambda: lists.outside_the_group(CLAIMS, MEMBERS, MATERIALS),
        lambda: lists.outside_the_group(CLAIMS, more(MEMBERS, member="Th", member_as_printed="Th"), MATERIALS),
        ("Th", "", "certain"),
    ),
    "group-incomplete": (
        lambda: lists.missing_from_the_group(CLAIMS, MEMBERS, MATERIALS),
        lambda: lists.missing_from_the_group(CLAIMS, more(MEMBERS, member="Gd", document="study"), MATERIALS),
        ("—", "Gd", "certain"),
    ),
    "section-missing": (
        lambda: lists.announced_without_section(GROUPS),
        lambda: lists.announced_without_section(planted(GROUPS, 0, chapter_9_section=None)),
        ("Batterijen", "", "certain"),
    ),
    "recommended-not-selected": (
        lambda: lists.recommended_and_not_selected(RECOMMENDED, SELECTED),
        lambda: lists.recommended_and_not_selected(planted(RECOMMENDED, 0, committees=("CEN/TC 472",)), SELECTED),
        ("CEN/TC 472", "", "likely"),
    ),
    "number": (
        lambda: lists.number_otherwise(STATED),
        lambda: lists.number_otherwise(planted(STATED, 0, low=5.0, high=5.0, agrees=False)),
        ("4 stoffen", "5", "certain"),
    ),
    "article-subject": (
        lambda: law.subject_of_another_article(LAW, ARTICLES),
        lambda: law.subject_of_another_article(planted(LAW, 0, subject="footprint"), ARTICLES),
        ("28 (Magnets)", "31", "likely"),
    ),
    "article-subjects": (
        lambda: law.several_subjects(LAW, ARTICLES),
        lambda: law.several_subjects(planted(LAW, 1, article="a-28"), ARTICLES),
        ("28", "", "certain"),
    ),
    "motion-number": (
        lambda: law.number_of_no_paper(MOTIONS),
        lambda: law.number_of_no_paper(planted(MOTIONS, 0, number_as_printed="298266-184")),
        ("298266-184", "", "certain"),
    ),
    "perspective-number": (
        lambda: law.numbered_otherwise(PERSPECTIVES),
        lambda: law.numbered_otherwise(planted(PERSPECTIVES, 1, number=4)),
        ("4 Ketens", "", "likely"),
    ),
    "perspective-name": (
        lambda: law.named_otherwise(PERSPECTIVES),
        lambda: law.named_otherwise(planted(PERSPECTIVES, 1, name_as_printed="Eigen ketens")),
        ("Eigen ketens", "ketens", "likely"),
    ),
    "study-title": (
        lambda: law.titled_otherwise(planted(KEY_POINTS, 0, title_as_printed="Brede analyse"), STUDIES),
        lambda: law.titled_otherwise(KEY_POINTS, STUDIES),
        ("Ketens", "Analyse", "likely"),
    ),
    "study-materials": (
        lambda: law.other_materials(KEY_POINTS, STUDIES, NAMES),
        lambda: law.other_materials(planted(KEY_POINTS, 0, materials=("Ga", "Sb")), STUDIES, NAMES),
        ("gallium, antimoon", "gallium, germanium", "likely"),
    ),
    "event-days": (
        lambda: measures.one_event_on_two_days(DAYS),
        lambda: measures.one_event_on_two_days(planted(DAYS, 1, day="2025-07", words_as_printed="in juli 2025")),
        ("in juli 2025", "in april 2025", "likely"),
    ),
    "measure-day": (
        lambda: measures.another_day_than_the_measure(DAYS, OWN_DAYS),
        lambda: measures.another_day_than_the_measure(planted(DAYS, 0, day="2025-05"), OWN_DAYS),
        ("in april 2025", "4 april 2025", "likely"),
    ),
    "month-basis": (
        lambda: measures.of_mixed_basis(TABLE, MEASURES, NO_SUSPENSIONS),
        lambda: measures.of_mixed_basis(
            more(TABLE, line=30, month="2025-10", phrase_as_printed="Magneten", measure="m3"),
            MEASURES,
            NO_SUSPENSIONS,
        ),
        ("oktober 2025: Magneten", "december 2025", "likely"),
    ),
    "materials-left-out": (
        lambda: measures.left_out_of_the_table(TABLE, OF_MEASURES, MEASURES, NAMES),
        lambda: measures.left_out_of_the_table(
            TABLE, pd.concat([OF_MEASURES, pd.DataFrame({"measure": ["m1"], "material": ["Sb"]})]), MEASURES, NAMES
        ),
        ("Gallium", "antimoon", "taste"),
    ),
    "measure-kind": (
        lambda: measures.another_kind_than_the_title(TABLE, MEASURES, kind="licence"),
        lambda: measures.another_kind_than_the_title(planted(TABLE, 0, measure="m3"), MEASURES, kind="licence"),
        ("Gallium", "", "likely"),
    ),
    "kind-said": (
        lambda: measures.another_kind_than_said(KINDS, MEASURES),
        lambda: measures.another_kind_than_said(planted(KINDS, 0, kind="ban"), MEASURES),
        ("een vergunning", "", "likely"),
    ),
    "not-in-force": (
        lambda: measures.not_in_force(CONTROLLED, PHASES, NAMES, as_of="2026-06-30"),
        lambda: measures.not_in_force(
            planted(CONTROLLED, 0, materials=("Ga", "Ge")), PHASES, NAMES, as_of="2026-06-30"
        ),
        ("germanium", "", "likely"),
    ),
    "unpaired-mark": (
        lambda: cells.unpaired_marks(CELLS),
        lambda: cells.unpaired_marks(planted(CELLS, 2, cell="Een zin (met een haakje.")),
        ("Een zin (met een haakje.", "", "certain"),
    ),
    "cell-ending": (
        lambda: cells.unlike_endings(CELLS),
        lambda: cells.unlike_endings(planted(CELLS, 3, cell="Zonder punt")),
        ("Zonder punt", "", "taste"),
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_finds_its_fault_where_it_is_planted(rule):
    _, with_fault, expected = CASES[rule]
    found = with_fault()
    assert found[["rule", "printed", "expected", "certainty"]].values.tolist() == [[rule, *expected]]
    assert set(found.columns) == set(audit.finding.COLUMNS)
    assert found["origin"].str.startswith("x › row").all()


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_is_silent_on_clean_rows(rule):
    clean, _, _ = CASES[rule]
    assert clean().values.tolist() == []


def test_every_rule_is_planted_and_has_words_in_both_languages():
    modules = [module for module in vars(audit).values() if isinstance(module, ModuleType)]
    code = "".join(inspect.getsource(module) for module in modules)
    assert code.count("findings(") - code.count("def findings(") == len(CASES)
    words = Sources.load("data").read("exhibit_words")
    for term in ("audit_rule", "audit_evidence"):
        assert sorted(words.loc[words["term"] == term, "value"]) == sorted(CASES)


@pytest.mark.parametrize("rule", CASES)
def test_a_finding_is_a_sentence_without_a_gap_in_both_languages(rule):
    shown = audit.worded(CASES[rule][1](), Sources.load("data").read("exhibit_words"))
    for column in ("rule", "evidence", "certainty", "place"):
        assert shown[column].str.contains("{", regex=False).sum() == 0
        assert (shown[f"{column}_en"] != shown[column]).all()
    assert shown["place_en"].str.startswith("ch. 1").all()


def test_a_rule_without_words_is_refused_with_the_sheet_to_fill():
    words = pd.DataFrame(columns=["term", "value", "words_nl", "words_en"])
    with pytest.raises(ExhibitError, match='exhibit_words has no words for audit_rule "contents"'):
        audit.worded(CASES["contents"][1](), words)


def test_of_numbers_that_all_agree_nothing_is_found():
    stated = STATED.astype({"number": float, "low": float, "high": float})
    assert lists.number_otherwise(stated).empty


def test_findings_stand_by_document_and_line():
    first, second = CASES["spelling"][1](), CASES["reference-number"][1]()
    both = audit.together(first, second)
    assert both["rule"].tolist() == ["reference-number", "spelling"]
    assert audit.together(CASES["spelling"][0]()).columns.tolist() == list(audit.finding.COLUMNS)


# One finding a fault


def test_what_two_rules_find_of_one_fault_is_one_finding_with_the_evidence_of_both():
    number = references.wrong_number(planted(REFERENCES, 0, number=9, about=2), TARGETS)
    unnamed = references.never_referred_to(CAPTIONS, planted(REFERENCES, 0, number=9, about=2))
    assert unnamed["printed"].tolist() == ["Tabel 3", "Tabel 2"]
    found = audit.one_each_fault(audit.together(number, unnamed))
    assert found[["rule", "subject"]].values.tolist() == [
        ["reference-number", "Tabel 2"],
        ["table-not-named", "Tabel 3"],
    ]
    assert found["also"].tolist() == [(("table-not-named", {"name": "Tabel 2"}),), ()]
    assert found["origin"].tolist() == ["x › row 2; x › row 3", "x › row 2"]
    said = audit.worded(found, Sources.load("data").read("exhibit_words"))["evidence"]
    assert said[0].endswith("(hfst. 1, l. 20). Geen zin noemt Tabel 2.")


def test_a_study_that_the_annex_lacks_altogether_is_found_without_a_title_to_expect():
    missing = planted(KEY_POINTS, 0, study=None)
    assert law.titled_otherwise(missing, STUDIES)[["printed", "expected"]].values.tolist() == [["Ketens", ""]]
    assert law.titled_otherwise(missing, STUDIES)["facts"].tolist() == [{"place": "—"}]


def test_a_title_of_the_annex_that_only_leaves_words_out_is_the_same_title():
    long = planted(KEY_POINTS, 0, title_as_printed="Plan van Aanpak Nederlands Materialen Observatorium")
    short = planted(STUDIES, 0, title_as_printed="Plan van aanpak Nederlands Observatorium.")
    assert law.titled_otherwise(long, short).empty
    # The other way round the annex says more than the key points do, and that is another title.
    assert law.titled_otherwise(planted(long, 0, title_as_printed="Plan"), short)["printed"].tolist() == ["Plan"]


def test_the_name_of_a_perspective_is_held_against_the_earlier_document_only():
    named = planted(PERSPECTIVES, 1, name_as_printed="Eigen ketens")
    assert law.named_otherwise(named)[["document", "line"]].values.tolist() == [["report", 10]]
    assert law.named_otherwise(planted(named, 1, perspective="mining")).empty


def test_the_same_subject_in_another_document_is_another_fault():
    number = references.wrong_number(planted(REFERENCES, 0, number=9, about=2), TARGETS)
    unnamed = references.never_referred_to(CAPTIONS.tail(1).assign(document="note"), REFERENCES)
    assert len(audit.one_each_fault(audit.together(number, unnamed))) == 2


def test_findings_without_a_subject_stand_apart():
    alone = references.wrong_number(planted(REFERENCES, 0, about=2), TARGETS).assign(subject="")
    unnamed = references.never_referred_to(CAPTIONS.tail(1), REFERENCES).assign(subject="")
    assert len(audit.one_each_fault(audit.together(alone, unnamed))) == 2


def test_every_rule_of_a_pair_that_meets_in_one_fault_is_a_rule():
    assert {rule for pair in audit.finding.ONE_FAULT for rule in pair} <= set(CASES)


def test_a_misprint_of_one_letter_is_the_member_that_is_missing():
    whole = more(more(MEMBERS, member="Tm", document="study"), member="Gd", document="study")
    both = more(whole, member="Th", member_as_printed="Th", document=DOC)
    alien = lists.outside_the_group(CLAIMS, both, more(MATERIALS, id="Tm"))
    assert alien[["printed", "expected"]].values.tolist() == [["Th", "Tm"]]
    missing = lists.missing_from_the_group(CLAIMS, both, more(MATERIALS, id="Tm"))
    both = audit.one_each_fault(audit.together(alien, missing))
    assert both[["rule", "expected"]].values.tolist() == [["group-member", "Tm"], ["group-incomplete", "Gd"]]


def test_a_misprint_that_could_be_either_of_two_members_is_left_open():
    whole = more(more(MEMBERS, member="Tm", document="study"), member="Tb", document="study")
    both = more(whole, member="Th", member_as_printed="Th", document=DOC)
    alien = lists.outside_the_group(CLAIMS, both, MATERIALS)
    assert alien["expected"].tolist() == [""]


def test_places_of_one_section_are_one_place_with_its_lines():
    named = ["hfst. 8, Staal, l. 390", "hfst. 9, l. 2", "hfst. 8, Staal, l. 391", "hfst. 8, Staal, l. 391", "hfst. 2"]
    assert audit.finding.places(named) == "hfst. 8, Staal, l. 390, 391; hfst. 9, l. 2; hfst. 2"
    assert audit.finding.places(["deel l. 1 l. 2", "deel l. 1 l. 3"]) == "deel l. 1 l. 2, 3"


def test_of_a_designation_only_the_prefix_is_written_anew():
    twice = more(STANDARD_CITATIONS, designation_as_printed="NEN-EN-ISO 3:2020 (was NEN-EN-ISO 2)", under=None)
    found = standards.adopted_in_several_ways(twice)
    assert found["expected"].tolist() == ["NEN EN ISO 3:2020 (was NEN-EN-ISO 2)"]
    assert audit.finding.some([1, 2, 3]) == "1, 2, 3"
    assert audit.finding.some([1, 2, 3, 4]) == "1, 2, 3, …"


# Where a rule has two sides


def test_a_form_in_the_words_of_another_is_no_spelling_of_the_document():
    other = more(SPELLINGS, form_as_printed="magnetten", uses=1, lines=("40",), quoted=True)
    assert names.written_in_several_ways(other).empty


def test_of_two_forms_used_equally_often_both_places_are_given():
    tie = more(planted(SPELLINGS, 0, uses=1), form_as_printed="magnetten", uses=1, locator="hfst. 2, l. 40")
    assert names.written_in_several_ways(tie)["place"].tolist() == ["hfst. 1, l. 10; hfst. 2, l. 40"]


def test_a_title_with_a_letter_less_is_another_title_and_a_shortened_one_a_matter_of_taste():
    for title, certainty in (("Secondary cell", "certain"), ("Cells", "taste"), ("secondary-cells’", "taste")):
        other = committees.several_titles(planted(CITATIONS, 1, title_as_printed=title), OFFICIAL)
        assert other["certainty"].tolist() == [certainty]


def test_what_another_document_selects_is_no_selection_of_this_one():
    other = rows("committees", (("ISO/TC 298", "ISO/TC 82"),), document="other")
    assert len(lists.recommended_and_not_selected(RECOMMENDED, other)) == 1
    assert len(lists.followed_and_not_selected(VERDICTS, other)) == 1
    assert lists.selected_and_not_followed(VERDICTS, other).empty


def test_a_committee_that_the_document_says_to_be_ending_need_not_be_selected():
    ending = planted(VERDICTS, 0, committee="CEN/TC 472", ending_as_printed="wordt opgeheven")
    assert lists.followed_and_not_selected(ending, SELECTED).empty


@pytest.mark.parametrize(
    ("day", "count"), [(dt.date(2025, 11, 30), 0), (dt.date(2025, 12, 1), 0), (dt.date(2025, 12, 2), 1)]
)
def test_a_measure_that_was_suspended_before_it_took_effect_has_no_month_of_effect(day, count):
    three = more(TABLE, line=30, month="2025-10", phrase_as_printed="Magneten", measure="m3")
    assert len(measures.of_mixed_basis(three, MEASURES, rows("measure suspended_from", ("m3", day)))) == count


@pytest.mark.parametrize(
    ("kind", "said", "count"),
    [
        ("technology licence", "licence", 0),
        ("technology licence", "ban", 1),
        ("technology ban or licence", "ban", 0),
        ("ban", "licence", 1),
    ],
)
def test_a_measure_is_what_its_kind_names(kind, said, count):
    own = planted(MEASURES, 0, kind=kind)
    assert len(measures.another_kind_than_said(planted(KINDS, 0, kind=said), own)) == count


def test_a_raw_material_out_of_force_is_found_with_the_measures_that_name_it():
    for material, named in (("Ge", "No. 2"), ("Sb", "—")):
        found = measures.not_in_force(rows("materials", ((material,),)), PHASES, NAMES, as_of="2026-06-30")
        assert found["facts"].map(lambda facts: facts["measures"]["en"]).tolist() == [named]


def test_captions_of_which_half_name_no_source_are_left_alone():
    half = more(planted(CAPTIONS.head(1), 0, caption_as_printed="Ladder (bron: RVO)"), caption_as_printed="Proces")
    assert references.without_source(half).empty


def test_a_standard_outside_the_list_that_the_sentence_opens_is_not_of_the_list():
    far = planted(DATED, 0, standards=("EN ISO 1:2025",), last_line=9)
    assert standards.of_another_year(far, STANDARDS, STANDARD_CITATIONS).empty


def test_a_whole_cell_is_shown_without_an_ellipsis():
    assert cells.unlike_endings(planted(CELLS, 3, cell="Zonder punt"))["printed"].tolist() == ["Zonder punt"]
    long = "Een twee drie vier vijf zes"
    assert cells.unlike_endings(planted(CELLS, 3, cell=long))["printed"].tolist() == ["… twee drie vier vijf zes"]


def test_two_forms_used_equally_often_are_one_finding_without_an_expected_form():
    tie = more(planted(SPELLINGS, 0, uses=1), form_as_printed="magnetten", uses=1, lines=("40",))
    assert names.written_in_several_ways(tie)[["printed", "expected"]].values.tolist() == [["magneten / magnetten", ""]]


def test_a_form_that_differs_by_case_or_hyphen_alone_is_a_matter_of_taste():
    other = more(SPELLINGS, form_as_printed="Mag-neten", uses=1, lines=("40",))
    assert names.written_in_several_ways(other)["certainty"].tolist() == ["taste"]


def test_an_abbreviation_that_the_text_writes_out_is_missed_as_a_matter_of_taste():
    used = planted(USES, 0, listed_as=None, uses=3)
    assert names.missing_abbreviations(used, EXPANSIONS)["certainty"].tolist() == ["taste"]
    assert names.missing_abbreviations(planted(used, 0, uses=2), EXPANSIONS).empty


def test_a_line_of_several_abbreviations_is_read_one_by_one():
    written = rows(
        "abbreviation expansion_as_printed language", ("SC", "Subcommissie", "nl"), ("TC", "Technical Committee", "en")
    )
    found = names.written_out_otherwise(written, ABBREVIATIONS)
    assert found[["printed", "expected"]].values.tolist() == [["Technical Committee", "Technische Commissie"]]


def test_a_meaning_in_another_language_than_the_list_is_a_matter_of_taste():
    other = planted(EXPANSIONS, 0, expansion_as_printed="Hoog Forum")
    assert names.written_out_otherwise(other, ABBREVIATIONS)["certainty"].tolist() == ["likely"]
    assert names.written_out_otherwise(planted(other, 0, language="nl"), ABBREVIATIONS)["certainty"].tolist() == [
        "taste"
    ]


def test_a_title_that_the_document_uses_throughout_is_not_held_against_the_register():
    register = pd.Series({"IEC/TC 21": "Batteries"})
    assert committees.several_titles(CITATIONS, register).empty
    other = committees.several_titles(planted(CITATIONS, 1, title_as_printed="Accumulators"), register)
    assert other[["printed", "expected"]].values.tolist() == [["IEC/TC 21 Accumulators", ""]]


def test_a_chair_or_a_secretariat_makes_a_country_the_leader_and_an_unknown_one_says_nothing():
    chaired = planted(REGISTER, 1, chair_country="CHN")
    for country in ("AUS", "CHN"):
        assert committees.led_by_another_country(planted(LED, 0, country=country), chaired, COUNTRIES).empty
    assert committees.led_by_another_country(LED, REGISTER.tail(2), COUNTRIES).empty


@pytest.mark.parametrize(("verdict", "followed"), [("recommended", 1), ("join", 1), ("follow", 1), ("not decided", 0)])
def test_a_committee_counts_as_selected_when_a_part_of_it_is(verdict, followed):
    own = rows("committee verdict words_as_printed ending_as_printed", ("CEN/TC 472", verdict, "woorden", None))
    assert len(lists.followed_and_not_selected(own, SELECTED)) == followed
    assert lists.followed_and_not_selected(own, rows("committees", (("CEN/TC 472/WG 1",),))).empty


def test_a_part_of_a_listed_committee_is_no_stranger_to_the_table():
    part = planted(CITATIONS, 1, committee="IEC/TC 21/WG 3")
    assert committees.outside_the_table_of_its_group(part).empty


def test_a_work_that_is_only_named_is_missed_as_a_matter_of_taste():
    named = planted(CITED, 0, footnote=None, reference="ngs")
    assert references.cited_without_entry(named, BIBLIOGRAPHY)["certainty"].tolist() == ["taste"]


def test_months_of_which_neither_is_the_rule_are_found_without_an_expected_one():
    even = pd.concat([TABLE.head(1), more(TABLE, month="2025-10", measure="m3", line=30).tail(1)], ignore_index=True)
    assert measures.of_mixed_basis(even, MEASURES, NO_SUSPENSIONS)["expected"].tolist() == [""]


def test_a_month_agrees_with_each_day_that_lies_in_it_and_with_its_year():
    beside = measures.beside_the_measures(more(DAYS, day="2025"), OWN_DAYS)
    assert beside["agrees"].tolist() == [True, True, True]
    assert beside[["source", "origin"]].values.tolist()[1] == ["report; law", "x › row 3; measures › m1"]
    assert measures.beside_the_measures(planted(DAYS, 0, day="2024"), OWN_DAYS)["agrees"].tolist() == [False, True]


def test_a_missing_footnote_leaves_a_gap_in_the_numbers():
    assert references.unpaired_footnotes(planted(FOOTNOTES, 1, number=3))["printed"].tolist() == ["voetnoot 3"]


# Stated numbers

FRAMES = {
    "lists": rows("id document role", ("l", "report-2026", "priority"), ("m", "report-2026", "critical")),
    "list_members": rows("list material", ("l", "Co"), ("l", "Cr"), ("m", "Sb")),
    "production_shares": rows(
        "material country share_percent reference_period source",
        ("magnesium-metal", "CHN", 80.0, "2023", "a"),
        ("magnesium-metal", "CHN", 88.0, "2024", "a"),
        ("magnesium-metal", "CHN", 94.0, "2024", "b"),
        ("magnesium-metal", "USA", 3.0, "2024", "b"),
    ),
}


@pytest.mark.parametrize(
    ("basis", "of", "number", "tolerance", "low", "high", "agrees"),
    [
        ("materials of a list", ("priority",), 2, 0, 2.0, 2.0, True),
        ("materials of a list", ("priority",), 3, 0, 2.0, 2.0, False),
        ("share of a country", ("magnesium-metal", "CHN"), 96.5, 2.5, 88.0, 94.0, True),
        ("share of a country", ("magnesium-metal", "CHN"), 96.6, 2.5, 88.0, 94.0, False),
        ("share of a country", ("magnesium-metal", "CHN"), 85.5, 2.5, 88.0, 94.0, True),
        ("share of a country", ("magnesium-metal", "CHN"), 85.4, 2.5, 88.0, 94.0, False),
    ],
)
def test_a_number_agrees_within_its_tolerance(basis, of, number, tolerance, low, high, agrees):
    one = rows("document number tolerance basis of", ("report-2026", number, tolerance, basis, of))
    found = stated.beside_their_counts(one, FRAMES)
    assert found[["low", "high", "agrees"]].values.tolist() == [[low, high, agrees]]
    assert found["origin"].str.startswith("x › row 2; x › row").all()


def test_every_basis_of_the_sheet_has_its_count_and_every_count_is_used():
    used = Sources.load("data").read("stated_numbers")["basis"]
    assert sorted(used.unique()) == sorted(stated.BASES)


def test_a_count_that_does_not_say_of_what_is_refused_with_its_row():
    one = rows("document number tolerance basis of", ("report-2026", 2, 0, "share of a country", ("magnesium-metal",)))
    with pytest.raises(ExhibitError) as refused:
        stated.beside_their_counts(one, FRAMES)
    assert str(refused.value) == (
        'x › row 2: "share of a country" needs in column of: material; country; it says: magnesium-metal.'
    )


def test_standards_of_a_committee_are_counted_by_kind_and_topic():
    all_of_it = rows(
        "committee stage kind topics",
        ("ISO/TC 1", "published", "standard", ("traceability",)),
        ("ISO/TC 1", "published", "amendment", ("traceability", "terminology")),
        ("ISO/TC 1", "draft", "standard", ("traceability",)),
        ("ISO/TC 2", "published", "standard", ("traceability",)),
    )
    assert len(stated.standards_of(all_of_it, committee="ISO/TC 1", kind="standard")) == 1
    assert len(stated.standards_of(all_of_it, committee="ISO/TC 1", topic="traceability")) == 2


def test_subcommittees_are_those_of_a_table_each_once():
    cited = rows(
        "committee place",
        ("CEN/TC 459/SC 1", "table"),
        ("CEN/TC 459/SC 1", "table"),
        ("CEN/TC 459/SC 2", "text"),
        ("CEN/TC 459", "table"),
        ("CEN/TC 45/SC 9", "table"),
    )
    assert stated.subcommittees(cited, of="CEN/TC 459")["committee"].tolist() == ["CEN/TC 459/SC 1"]


@pytest.mark.parametrize(("year", "found"), [(2023, 1), (2024, 0), (2025, 0), (None, 0)])
def test_a_standard_of_the_year_of_the_law_is_not_older_than_it(year, found):
    assert len(standards.older_than_the_law(STANDARD_CITATIONS, planted(STANDARDS, 0, year=year), DOCUMENTS)) == found


def test_a_suspension_of_a_year_and_a_few_days_is_a_year_long():
    own = rows(
        "act suspended_from suspended_until",
        ("a", dt.date(2025, 11, 7), dt.date(2026, 11, 10)),
        ("a", dt.date(2025, 1, 1), dt.date(2026, 7, 1)),
        ("b", dt.date(2025, 1, 1), dt.date(2026, 1, 1)),
    )
    assert stated.suspensions_by(own, act="a")["years"].tolist() == [1.0, 1.5]


def test_the_newest_reading_is_the_last_that_knows_the_members():
    readings = rows(
        "committee as_of p_members", ("c", None, 5), ("c", "2026-03", 7), ("c", "2026-06", None), ("d", "2026-07", 9)
    )
    assert stated.newest_reading(readings, committee="c")["p_members"].tolist() == [7]


def test_a_measure_has_the_days_of_its_announcement_effect_and_suspension():
    suspended = rows("measure suspended_until", ("m1", dt.date(2026, 11, 10)))
    days = measures.days_of(
        MEASURES.head(1).assign(origin="measures › m1"), suspended.assign(origin="suspensions › m1")
    )
    assert days[["measure", "number", "aspect", "day", "origin"]].values.tolist() == [
        ["m1", "No. 1", "announced", dt.date(2025, 4, 4), "measures › m1"],
        ["m1", "No. 1", "effective", dt.date(2025, 5, 1), "measures › m1"],
        ["m1", "No. 1", "suspended until", dt.date(2026, 11, 10), "suspensions › m1"],
    ]


def test_materials_under_control_are_those_of_the_groups_of_the_study_and_those_named_with_them_each_once():
    members = rows(
        "document group member",
        ("study", "heavy", "Dy"),
        ("study", "platinum", "Pt"),
        ("report", "heavy", "Th"),
    )
    days = rows("line measure", (431, "m1"), (431, "m2"), (9, "m3"))
    named = rows(
        "measure material",
        *(("m1", "Dy"), ("m2", "Dy"), ("m1", "Sc"), ("m1", "Th"), ("m1", "Pt"), ("m3", "Sc")),
    )
    asked = {"document": DOC, "study": "study", "groups": ["heavy", "Sc"]}
    found = stated.materials_under_control(days, named, members, line=431, **asked)
    assert found[["measure", "material"]].values.tolist() == [["m1", "Dy"], ["m1", "Sc"]]
    assert stated.materials_under_control(days, named, members, line=9, **asked)["material"].tolist() == ["Sc"]
    other = stated.materials_under_control(days, named, members, line=431, **(asked | {"document": "note"}))
    assert other.empty


def test_actions_perspectives_and_cases_are_those_of_the_one_that_is_asked():
    actions = rows("product_group title_as_printed", ("solar", "Dak"), ("solar", None), ("ships", "Romp"))
    assert stated.actions_of(actions, product_group="solar")["title_as_printed"].tolist() == ["Dak"]
    named = pd.concat([rows("perspective", ("chains",), document="note"), rows("perspective", ("stocks",))])
    assert stated.perspectives_of(named, document="note")["perspective"].tolist() == ["chains"]
    cases = rows("study materials", ("s-4", ("Ga", "Ge")), ("s-4", ()), ("s-5", ("Sb",)))
    assert stated.cases_of(cases, study="s-4")["materials"].tolist() == ["Ga", "Ge"]


def test_numbers_beside_their_counts_are_written_as_the_language_writes_them():
    words = rows("term value words_nl words_en", ("agrees", "yes", "klopt", "agrees"), ("agrees", "no", "nee", "no"))
    columns = "number low high day day_of_measure words_nl words_en agrees locator"
    beside = rows(
        columns,
        (96.5, 88.0, 94.0, None, None, "magnesium", "magnesium", False, "hfst. 6, l. 5"),
        (4, 4.0, 4.0, None, None, "stoffen", "materials", True, "hfst. 6, l. 6"),
        (None, None, None, "2025-04", "2025-04-04", "begin", "start", True, "hfst. 6, l. 7"),
    )
    shown = stated.in_words(beside, words)
    assert shown[["printed", "computed", "verdict"]].values.tolist() == [
        ["96,5", "88–94", "nee"],
        ["4", "4", "klopt"],
        ["april 2025", "4 april 2025", "klopt"],
    ]
    assert shown["printed_en"].tolist() == ["96.5", "4", "April 2025"]
    assert shown["place_en"].tolist()[0] == "ch. 6, l. 5"


def test_a_bound_is_said_with_its_comparison_and_its_unit():
    words = rows(
        "term value words_nl words_en",
        ("comparison", "more than", "meer dan", "more than"),
        ("bound_unit", "percent", "{bound} %", "{bound} per cent"),
        ("bound_unit", "score", "de score van {bound}", "the score of {bound}"),
        ("bound_of", "lowest member", "de laagste lidstaat", "the lowest member state"),
    )
    bounds = rows(
        "comparison threshold threshold_of unit",
        ("more than", 62.5, None, "percent"),
        ("more than", None, "lowest member", "score"),
    )
    assert stated.bounds_in_words(bounds, words)[["bound", "bound_en"]].values.tolist() == [
        ["meer dan 62,5 %", "more than 62.5 per cent"],
        ["meer dan de score van de laagste lidstaat", "more than the score of the lowest member state"],
    ]


# Boundaries


def test_the_report_stands_before_the_note_and_each_by_line():
    note = references.wrong_number(planted(REFERENCES, 0, about=2).assign(document="note-2024"), TARGETS)
    report = references.wrong_number(planted(REFERENCES, 1, about=9).assign(document="report-2026"), TARGETS)
    assert audit.together(note, report)["document"].tolist() == ["report-2026", "note-2024"]


def test_a_column_without_stops_finds_the_cell_that_has_one():
    bare = rows("column cell", ("why", "Eén"), ("why", "Twee"), ("why", "Drie"), ("why", "Vier."))
    assert cells.unlike_endings(bare)["printed"].tolist() == ["Vier."]
    assert cells.unlike_endings(planted(bare, 0, cell="Eén.")).empty
    assert cells.unlike_endings(planted(bare, 3, cell=None)).empty


def test_the_usual_title_is_the_most_frequent_one_and_a_part_of_it_a_matter_of_taste():
    titles = more(
        planted(CITATIONS, 0, title_as_printed="Secondary"), committee="IEC/TC 21", title_as_printed="Secondary cells"
    )
    found = committees.several_titles(titles, pd.Series(dtype=object))
    assert found[["printed", "expected", "certainty"]].values.tolist() == [["IEC/TC 21 Secondary", "", "taste"]]
    assert found["facts"].tolist() == [{"other": "Secondary cells", "elsewhere": "hfst. 1, l. 20, 30"}]


def test_a_committee_is_no_stranger_when_one_of_several_in_the_table_is_it():
    listed = more(CITATIONS, line=12, committee="CLC/SR 35", place="table", group="batteries")
    assert committees.outside_the_table_of_its_group(listed).empty
    ungrouped = more(CITATIONS, line=40, committee="CEN/TC 9", place="text", group="ships")
    assert committees.outside_the_table_of_its_group(ungrouped).empty


@pytest.mark.parametrize(
    ("own", "of_the_annex", "count"),
    [(("Ga",), ("Ga",), 0), ((), ("Ga",), 0), (("Ga",), (), 0), (("Ga", "Ge"), ("Ga",), 1)],
)
def test_a_study_needs_raw_materials_on_both_sides_to_be_held_against_the_annex(own, of_the_annex, count):
    found = law.other_materials(
        planted(KEY_POINTS, 0, materials=own), planted(STUDIES, 0, materials=of_the_annex), NAMES
    )
    assert len(found) == count


def test_two_numbers_in_one_document_are_no_contradiction_between_documents():
    twice = PERSPECTIVES.assign(document=DOC, number=[4, 5])
    assert law.numbered_otherwise(twice).empty


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [("2025/2026", "2025/2026", 0), ("2025/2026", "2025", 1), ("2025", "2025/2026", 1), ("2025", "2025-04", 0)],
)
def test_a_period_agrees_only_with_itself(first, second, count):
    assert len(measures.one_event_on_two_days(planted(planted(DAYS, 0, day=first), 1, day=second))) == count


def test_of_an_even_table_the_lines_by_announcement_are_found():
    even = pd.concat([TABLE.head(1), more(TABLE, month="2025-10", measure="m3", line=30).tail(1)], ignore_index=True)
    assert measures.of_mixed_basis(even, MEASURES, NO_SUSPENSIONS)["line"].tolist() == [30]
    assert measures.of_mixed_basis(even.tail(1), MEASURES, NO_SUSPENSIONS).empty


def test_words_that_are_a_part_of_the_listed_meaning_are_its_words():
    board = rows(
        "abbreviation meaning_as_printed meaning_language",
        ("TMB", "Technical Board van ISO", "en"),
        ("ISO, IEC", "Norm", "nl"),
    )
    written = rows(
        "abbreviation expansion_as_printed language", ("TMB", "Technical Board", "en"), ("ISO, IEC", "Normen", "nl")
    )
    assert names.written_out_otherwise(written, board)["printed"].tolist() == ["Normen"]


def test_a_spelling_is_placed_on_its_first_line_and_says_how_often_each_form_stands():
    other = more(SPELLINGS, form_as_printed="magnetten", uses=2, lines=("40", "50"))
    found = names.written_in_several_ways(other)
    assert found["line"].tolist() == [40]
    facts = {"form": "magnetten", "uses": "2", "lines": "40, 50"}
    facts |= {"usual": "magneten", "usual_uses": "5", "usual_lines": "10, 20"}
    assert found["facts"].tolist() == [facts]
    assert found["origin"].tolist() == ["x › row 2; x › row 2"]
    used = planted(USES, 0, listed_as=None, uses=3, lines=("10", "20"))
    assert names.missing_abbreviations(used, EXPANSIONS)["line"].tolist() == [10]


@pytest.mark.parametrize(
    ("footnote", "quoted", "certainty"),
    [(1, False, "certain"), (None, True, "certain"), (1, True, "certain"), (None, False, "taste")],
)
def test_a_footnote_or_a_quotation_makes_a_missing_entry_certain(footnote, quoted, certainty):
    cited = planted(CITED, 0, reference="ngs", footnote=footnote, quoted=quoted)
    assert references.cited_without_entry(cited, BIBLIOGRAPHY)["certainty"].tolist() == [certainty]


def test_a_compound_that_is_as_often_written_with_a_blank_is_left_alone():
    titles = more(STANDARD_CITATIONS, designation_as_printed="ISO 9", title_as_printed="Rules for end use")
    assert standards.hyphen_or_blank(titles).empty


def test_quotation_marks_in_pairs_are_no_fault_and_an_odd_one_is():
    assert cells.unpaired_marks(planted(CELLS, 0, cell='Een "woord".')).empty
    assert cells.unpaired_marks(planted(CELLS, 0, cell='Een "woord" en "nog een".')).empty
    assert len(cells.unpaired_marks(planted(CELLS, 0, cell='Een "woord" en "nog een.'))) == 1


def test_a_cell_of_five_words_is_shown_whole():
    assert cells.unlike_endings(planted(CELLS, 3, cell="Een twee drie vier vijf"))["printed"].tolist() == [
        "Een twee drie vier vijf"
    ]


def test_a_standard_of_which_no_year_is_known_is_neither_of_another_year_nor_older():
    undated = planted(DATED, 0, standards=("PWI 21-38",), last_line=30)
    assert standards.of_another_year(undated, STANDARDS, STANDARD_CITATIONS).empty
    unknown = planted(STANDARDS, 0, year=None).astype({"year": "Int64"})
    assert standards.older_than_the_law(STANDARD_CITATIONS, unknown, DOCUMENTS).empty


def test_what_is_no_work_item_has_no_committee_in_its_number():
    assert standards.work_item_of_another_committee(planted(STANDARD_CITATIONS, 0, under="IEC/TC 22")).empty


def test_a_measure_that_was_suspended_twice_counts_from_its_first_suspension():
    three = more(TABLE, line=30, month="2025-10", phrase_as_printed="Magneten", measure="m3")
    twice = rows("measure suspended_from", ("m3", dt.date(2025, 12, 1)), ("m3", dt.date(2026, 12, 1)))
    assert measures.of_mixed_basis(three, MEASURES, twice).empty


def test_a_finding_without_a_line_of_its_own_stands_at_the_first_that_its_place_names():
    placed = rows("locator", ("p. 13, Tabel 3, l. 289, 290",), ("p. 14, Tabel 3",)).drop(columns="line")
    assert audit.finding.line_of(placed).tolist() == [289, 0]


def test_a_place_with_and_without_a_line_is_the_line():
    assert audit.finding.places(["hfst. 8", "hfst. 8 l. 390"]) == "hfst. 8 l. 390"


def test_dutch_places_are_said_in_english():
    assert audit.finding.in_language("hfst. 6, l. 263; nota, l. 5", "en") == "ch. 6, l. 263; note, l. 5"
    assert audit.finding.in_language("H6, l. 263; nota, l. 5", "nl") == "hfst. 6, l. 263; nota, l. 5"
    assert audit.finding.in_language("H6, l. 263", "en") == "ch. 6, l. 263"
    assert audit.finding.in_language("p. 13, Tabel 3, l. 289", "en") == "p. 13, Table 3, l. 289"
