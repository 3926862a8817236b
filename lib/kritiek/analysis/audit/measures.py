"""What a document says of export controls in; where it contradicts itself or the measures out."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.audit.finding import LIKELY, TASTE, both, findings, one_each, periods, where
from kritiek.analysis.options import gathered, joined
from kritiek.exhibits.days import period_words

EVEN = 0.5  # share of the lines by effect at which neither is the rule


def one_event_on_two_days(stated: pd.DataFrame) -> pd.DataFrame:
    """Events that a document puts on another day, in another month or in another period than its first mention.

    Columns in: document, line, order, event, day (yyyy, yyyy-mm or yyyy-mm-dd; with a slash a period),
                words_as_printed, words_nl, words_en, locator, source, origin
    A day agrees with the month and the year that it lies in.
    """
    ordered = stated.sort_values(["document", "line", "order"])
    first = ordered.groupby(["document", "event"])[["day", "words_as_printed", "locator"]].transform("first")
    named = ordered.assign(first=first["day"], first_words=first["words_as_printed"], first_place=first["locator"])
    rows = where(named, (not _agree(one, two) for one, two in zip(named["day"], named["first"], strict=True)))
    return findings(
        "event-days",
        rows,
        printed=rows["words_as_printed"],
        expected=rows["first_words"],
        certainty=LIKELY,
        subject=_occasion(rows),
        event=both(rows["words_nl"], rows["words_en"]),
        place=rows["first_place"],
    )


def days_of(measures: pd.DataFrame, suspensions: pd.DataFrame) -> pd.DataFrame:
    """The days of each measure, one row each: announced, effective, and the last day of its suspension.

    Columns in:  measures: id, number, number_nl, announced, effective, source, origin
                 suspensions: measure, suspended_until, source, origin
    Columns out: measure, number, number_nl, aspect, day, source, origin
    """
    kept = ["id", "number", "number_nl", "source", "origin"]
    own = measures.melt(kept, ["announced", "effective"], "aspect", "day")
    until = suspensions.merge(measures[["id", "number", "number_nl"]], left_on="measure", right_on="id")
    until = until.assign(aspect="suspended until", day=until["suspended_until"])
    return pd.concat([own, until[own.columns]], ignore_index=True).rename(columns={"id": "measure"})


def beside_the_measures(stated: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """The days that a document states of measures, each beside the day of the measure itself.

    Columns in:  stated: document, line, day, measure, aspect, words_nl, words_en, locator, source, origin
                 days: measure, number and number_nl (as the issuer gives it), aspect, day (a date), source, origin
    Columns out: those of stated, number, number_nl, day_of_measure (yyyy-mm-dd), agrees; source and origin with those
                 of the measure
    Measures whose day is not known are left out.
    """
    own = days.dropna(subset="day").assign(day_of_measure=lambda frame: frame["day"].astype(str))
    tied = stated.dropna(subset="measure").merge(
        own.drop(columns="day"), on=["measure", "aspect"], suffixes=("", "_of_measure")
    )
    both = {
        column: [gathered(pair) for pair in zip(tied[column], tied[f"{column}_of_measure"], strict=True)]
        for column in ("source", "origin")
    }
    agrees = [_agree(one, two) for one, two in zip(tied["day"], tied["day_of_measure"], strict=True)]
    return tied.assign(**both, agrees=agrees)


def another_day_than_the_measure(stated: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Days that a document states of a measure, and that the measure itself does not have.

    Columns in: as in `beside_the_measures`
    """
    beside = beside_the_measures(stated, days)
    rows = beside[~beside["agrees"].astype(bool)]
    return findings(
        "measure-day",
        rows,
        printed=rows["words_as_printed"],
        expected=rows["day_of_measure"].map(_dutch),
        certainty=LIKELY,
        subject=_occasion(rows),
        event=both(rows["words_nl"], rows["words_en"]),
        measure=both(rows["number_nl"], rows["number"]),
        day=periods(rows["day_of_measure"]),
    )


def _occasion(rows: pd.DataFrame) -> pd.Series:
    return rows["event"] + " " + rows["line"].astype(str)


def of_mixed_basis(lines: pd.DataFrame, measures: pd.DataFrame, suspensions: pd.DataFrame) -> pd.DataFrame:
    """Lines of a table that give the month of announcement where most of it gives the month of effect, or the reverse.

    Columns in: lines: document, line, table, month (yyyy-mm), phrase_as_printed, measure, locator, source, origin
                measures: id, announced, effective; suspensions: measure, suspended_from
    Lines whose two months are one tell nothing, nor do measures that were suspended before they took effect. Where both
    are as frequent, the lines by announcement are named and nothing is expected.
    """
    tied = lines.merge(measures[["id", "announced", "effective"]], left_on="measure", right_on="id")
    suspended = tied["measure"].map(suspensions.groupby("measure")["suspended_from"].min())
    before = [
        pd.notna(day) and pd.notna(effect) and day <= effect
        for day, effect in zip(suspended, tied["effective"], strict=True)
    ]
    tied = where(tied, (not found for found in before)).dropna(subset=["announced", "effective"])
    months = tied[["announced", "effective"]].astype(str).apply(lambda days: days.str[:7])
    tied = tied.assign(announced=months["announced"], effective=months["effective"])
    basis = (tied["month"] == tied["effective"]).map({True: "effective", False: "announced"})
    telling = tied.assign(basis=basis)[tied["announced"] != tied["effective"]]
    # A row of the table counts once, however many measures it names.
    rows = telling.drop_duplicates(["document", "table", "month"])
    table = rows.groupby(["document", "table"])["basis"]
    by_effect = table.transform(lambda found: (found == "effective").mean())
    usual = by_effect.map(lambda share: "effective" if share >= EVEN else "announced")
    other = rows[rows["basis"] != usual]
    expected = [
        "" if share == EVEN else getattr(row, which)
        for row, which, share in zip(other.itertuples(), usual[other.index], by_effect[other.index], strict=True)
    ]
    return findings(
        "month-basis",
        other,
        printed=other["month"].map(_dutch) + ": " + other["phrase_as_printed"],
        expected=[_dutch(month) for month in expected],
        certainty=LIKELY,
        announced=periods(other["announced"]),
        effective=periods(other["effective"]),
    )


def left_out_of_the_table(
    lines: pd.DataFrame, measure_materials: pd.DataFrame, measures: pd.DataFrame, names: pd.Series
) -> pd.DataFrame:
    """Raw materials of a measure that the line of the table which stands for it does not name.

    Columns in: lines: document, line, phrase_as_printed, measure, materials, locator, source, origin
                measure_materials: measure, material; measures: id, number, number_nl; names: by material
    An overview may be short: of taste.
    """
    named = lines.groupby(["document", "measure"])["materials"].agg(
        lambda cells: {one for cell in cells for one in cell}
    )
    own = measure_materials.groupby("measure")["material"].agg(set)
    first = one_each(lines[lines["measure"].isin(own.index)], ["document", "measure"])
    missing = [
        joined(sorted(names[material] for material in own[measure] - named[document, measure]), ", ")
        for document, measure in zip(first["document"], first["measure"], strict=True)
    ]
    rows = where(first.assign(missing=missing), map(bool, missing))
    return findings(
        "materials-left-out",
        rows,
        printed=rows["phrase_as_printed"],
        expected=rows["missing"],
        certainty=TASTE,
        measure=both(*(rows["measure"].map(measures.set_index("id")[name]) for name in ("number_nl", "number"))),
    )


def another_kind_than_the_title(lines: pd.DataFrame, measures: pd.DataFrame, *, kind: str) -> pd.DataFrame:
    """Lines of a table of measures of one kind that stand for a measure of another.

    Columns in: lines: document, line, phrase_as_printed, measure, locator, source, origin
                measures: id, number, number_nl, kind
    """
    tied = lines.merge(measures[["id", "number", "number_nl", "kind"]], left_on="measure", right_on="id")
    rows = one_each(tied[~tied["kind"].str.contains(kind)], ["document", "measure"])
    return findings(
        "measure-kind",
        rows,
        printed=rows["phrase_as_printed"],
        certainty=LIKELY,
        measure=both(rows["number_nl"], rows["number"]),
        kind=[("kind", key) for key in rows["kind"]],
    )


def another_kind_than_said(claims: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Measures that a document calls a licence, a ban or another kind, and that are of none such.

    Columns in: claims: document, line, measure, kind, words_as_printed, locator, source, origin
                measures: id, number, number_nl, kind (one of technology bans or licences is either)
    """
    own = measures[["id", "number", "number_nl", "kind"]]
    tied = claims.merge(own, left_on="measure", right_on="id", suffixes=("_said", ""))
    rows = where(tied, (said not in kind for said, kind in zip(tied["kind_said"], tied["kind"], strict=True)))
    return findings(
        "kind-said",
        rows,
        printed=rows["words_as_printed"],
        certainty=LIKELY,
        measure=both(rows["number_nl"], rows["number"]),
        kind=[("kind", key) for key in rows["kind"]],
        said=[("kind", key) for key in rows["kind_said"]],
    )


def not_in_force(claims: pd.DataFrame, phases: pd.DataFrame, names: pd.Series, *, as_of: str) -> pd.DataFrame:
    """Raw materials that a document says are under control, and that no measure in force on a day has.

    Columns in: claims: document, line, materials, locator, source, origin
                phases: material, number, number_nl, phase (on the day `as_of`); names: by material
    """
    named = claims.explode("materials")
    rows = named[~named["materials"].isin(phases.loc[phases["phase"] == "in force", "material"])]
    others = phases.groupby("material")[["number_nl", "number"]].agg(lambda numbers: joined(numbers, ", "))
    naming = others.reindex(rows["materials"]).fillna("—")
    return findings(
        "not-in-force",
        rows,
        printed=rows["materials"].map(names),
        certainty=LIKELY,
        as_of=periods(pd.Series(as_of, index=rows.index)),
        measures=both(naming["number_nl"], naming["number"]),
    )


def _dutch(text: str) -> str:
    return period_words(text, "nl")


def _agree(one: str, other: str) -> bool:
    """Whether two days, months, years or periods can be the same: the shorter is where the longer begins."""
    return one == other if "/" in one + other else one.startswith(other) or other.startswith(one)
