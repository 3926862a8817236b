"""The words that only an appendix needs, in both languages; every writer takes them from here and adds none."""

from __future__ import annotations

from kritiek.exhibits.texts import Words


def words(dutch: str, english: str) -> dict[str, str]:
    """The same words in both languages."""
    return {"nl": dutch, "en": english}


def same(text: str) -> dict[str, str]:
    """A name, number or date that no language changes."""
    return words(text, text)


def filled(term: str, **values: object) -> dict[str, str]:
    """The words of a term with its placeholders filled in; a value is the same in both languages or words itself."""
    return {
        language: text.format(**{name: said(value, language) for name, value in values.items()})
        for language, text in WORDS[term].items()
    }


def said(value: object, language: str) -> object:
    """Words in that language; anything else as it is."""
    return value[language] if isinstance(value, dict) else value


WORDS: dict[str, Words] = {
    # Kinds of exhibits, as they stand before a number. Word's own caption fields are called so, too.
    "table": words("Tabel", "Table"),
    "figure": words("Figuur", "Figure"),
    # Parts
    "introduction": words("Inleiding", "Introduction"),
    "closing": words("Tot slot", "Closing remarks"),
    "exhibits": words("Tabellen en figuren", "Tables and figures"),
    "list_of_exhibits": words("Lijst van tabellen en figuren", "List of tables and figures"),
    "source": words("Bron", "Source"),
    "sources": words("Bronnen", "Sources"),
    "colophon": words("Colofon", "Colophon"),
    "data_of_figure": words("Gegevens bij de figuur", "Data of the figure"),
    "page": words("pagina {page} van {pages}", "page {page} of {pages}"),
    "draft": words("CONCEPT", "DRAFT"),
    "draft_meaning": words(
        "Concept: niet elke tabel en figuur is zoals bedoeld. Niet verspreiden.",
        "Draft: not every table and figure is as it should be. Do not distribute.",
    ),
    "language": words("Nederlands", "English"),
    "table_description": words("{rows} rijen; kolommen: {columns}", "{rows} rows; columns: {columns}"),
    # Deviations
    "deviation_below": words(
        "Anders gedrukt dan berekend op één plaats, met de reden onder Afwijkingen van de gedrukte versie.",
        "Printed otherwise than computed in one place, with the reason under Deviations from the print.",
    ),
    "deviations_below": words(
        "Anders gedrukt dan berekend op {count} plaatsen, met de reden onder Afwijkingen van de gedrukte versie.",
        "Printed otherwise than computed in {count} places, with the reason under Deviations from the print.",
    ),
    # References
    "consulted": words("Geraadpleegd op {day}, van {url}", "Consulted on {day}, at {url}"),
    "no_date": words("z.d.", "n.d."),
    "and_others": words("{first} e.a.", "{first} et al."),
    "and_one": words("{first} en {second}", "{first} and {second}"),
    # What a comparison with the baseline says
    "no_rows": words("Met deze keuze blijven er geen rijen over.", "With this choice no rows are left."),
    "as_printed": words("zoals gedrukt", "as printed"),
    "rows_as_printed": words(
        "rijen, tekens en getallen zoals gedrukt; de Engelse woorden zijn van ons",
        "rows, marks and numbers as printed; the English words are ours",
    ),
    "as_printed_but": words(
        "zoals gedrukt, op afwijkingen met een reden na", "as printed, but for deviations with a reason"
    ),
    "not_as_printed": words("niet zoals gedrukt", "not as printed"),
    "as_in_release": words("zoals in {release}", "as in {release}"),
    "as_in_release_but": words(
        "zoals in {release}, op {places} na: {reason}", "as in {release}, but in {places}: {reason}"
    ),
    "places": words("{count} plaatsen", "{count} places"),
    "one_place": words("één plaats", "one place"),
    "not_as_in_release": words("niet zoals in {release}", "not as in {release}"),
    "not_in_release": words("niet in {release}, dus niet vergeleken", "not in {release}, so not compared"),
    "other_case": words(
        "andere keuze dan in het rapport, dus niet vergeleken", "other choice than the report's, so not compared"
    ),
    "not_printed": words("niet als tabel gedrukt, dus niet vergeleken", "not printed as a table, so not compared"),
    "no_baseline": words("niet met een druk vergeleken", "not compared with a print"),
    "not_built": words("niet gemaakt: {reason}", "not built: {reason}"),
    "stale": words("verouderd: {reason}", "stale: {reason}"),
    # Colophon
    "edition": words("Uitgave", "Edition"),
    "date": words("Datum", "Date"),
    "plan": words("Plan", "Plan"),
    "parameters": words("Andere keuzen dan in het rapport", "Other choices than the report's"),
    "no_parameters": words("geen", "none"),
    "baseline": words("Vergeleken met", "Compared with"),
    "baseline_printed": words("de gedrukte tabellen van het rapport", "the printed tables of the report"),
    "baseline_release": words(
        "uitgave {release} van {day}, gemaakt volgens reports/{plan}.toml",
        "release {release} of {day}, made by reports/{plan}.toml",
    ),
    "baseline_none": words("niets", "nothing"),
    "data_version": words("Gegevens", "Data"),
    "data_version_of": words("versie {version}, bekend tot en met {day}", "version {version}, known to {day}"),
    "commit": words("Stand van gegevens en code", "State of data and code"),
    "commit_of": words("{commit} van {day}", "{commit} of {day}"),
    "commit_changed": words(
        "{commit} van {day}, met wijzigingen die nog niet zijn vastgelegd",
        "{commit} of {day}, with changes that are not committed yet",
    ),
    "versions": words("Gemaakt met", "Made with"),
    "verdict": words("Oordeel", "Verdict"),
    "count_as_printed": words("{count} zoals gedrukt", "{count} as printed"),
    "count_as_in_release": words("{count} zoals in {release}", "{count} as in {release}"),
    "count_not_compared": words("{count} niet vergeleken", "{count} not compared"),
    "count_wrong": words("{count} niet zoals bedoeld", "{count} not as they should be"),
    # Web page
    "contents": words("Inhoud", "Contents"),
    "notes": words("Noten", "Notes"),
    "note": words("Noot", "Note"),
    "exhibit": words("Tabel of figuur", "Table or figure"),
    "why_draft": words("Waarom dit een concept is", "Why this is a draft"),
    "deviations": words("Afwijkingen van de gedrukte versie", "Deviations from the print"),
    "place": words("Plaats", "Place"),
    "computed": words("Berekend", "Computed"),
    "printed": words("Gedrukt", "Printed"),
    "reason": words("Reden", "Reason"),
    "skip": words("Naar de tabellen en figuren", "Skip to the tables and figures"),
    "languages": words("Andere taal", "Other language"),
    "all": words("alle", "all"),
    "close": words("Sluiten", "Close"),
    "trace_hint": words(
        "Klik in een tabel op een cel, of druk op Enter, om te zien uit welke bron zij komt.",
        "In a table, click on a cell or press Enter to see which source it comes from.",
    ),
    "source_cells": words("Broncellen", "Source cells"),
    "count": words("Rijen: {shown} van {total}", "Rows: {shown} of {total}"),
    "zero": words("Geen rij past bij deze keuze.", "No row fits this choice."),
    "sort": words(": sorteren", ": sort"),
    "sort_reverse": words(": andersom sorteren", ": reverse the order"),
    "sort_remove": words(": in de eigen volgorde", ": in its own order"),
    "search": words("Zoeken", "Search"),
    "other_language": words("English", "Nederlands"),
    "download": words("Downloaden als {format}", "Download as {format}"),
    "link": words("Verwijzing naar {number}", "Link to {number}"),
}
