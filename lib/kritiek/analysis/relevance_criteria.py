"""Evidence for the criteria of chapter 11 in; committees with score and reasons, beside what was selected, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from kritiek.analysis.export_controls import TWINS
from kritiek.analysis.options import Vocabulary, gathered, joined
from kritiek.analysis.supply_risk import VERDICTS
from kritiek.errors import ExhibitError
from kritiek.exhibits.plain import is_blank, number_text
from kritiek.exhibits.texts import Words
from sheetcheck.nearest import nearest_name
from sheetcheck.schema import LANGUAGES

CRITERIA = (
    "export_control",
    "crma_article",
    "product_group",
    "circularity",
    "traceability",
    "dutch_actors",
    "foreign_secretariat",
    "supply_risk",
)
EVERY = "all"  # in the weights: each criterion
# What a sentence names of one criterion; the rest it counts.
NAMED = 4
AGREEMENTS = ("both", "high only", "selected only", "neither")
SAID = ("scored", "reasons", "verdict_words", "agreement_words")
SHOWN = (
    *("id", "rank", "score", "agreement", "committee", "source", "origin"),
    *(f"{name}{twin}" for twin in TWINS.values() for name in SAID),
)


def weights_of(text: str) -> dict[str, float]:
    """The weight of each criterion from a text as "all: 1, export_control: 2": later ones overrule earlier ones.

    Raises ExhibitError for what is no criterion or no number from 0 up, and for a criterion without a weight.
    """
    weights: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = (word.strip() for word in part.partition(":"))
        if name not in (EVERY, *CRITERIA):
            raise ExhibitError(f'weights: "{name}" is no criterion.{nearest_name(name, (EVERY, *CRITERIA))}')
        if not re.fullmatch(r"\d+(\.\d+)?", number):
            raise ExhibitError(f'weights: {name} has "{number}", expected a number from 0 up, as in {name}: 2.')
        weights |= dict.fromkeys(CRITERIA if name == EVERY else (name,), float(number))
    missing = [name for name in CRITERIA if name not in weights]
    if missing:
        raise ExhibitError(f"weights: there is none for {', '.join(missing)}. Begin with {EVERY}: 1.")
    return weights


def answers(committees: pd.DataFrame, evidence: pd.DataFrame, unknown: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """Whether each committee meets each criterion: "yes", "no" or "unknown".

    Columns in:  committees: id; evidence: id, criterion (one of CRITERIA)
    Columns out: one for each of CRITERIA, indexed by id
    Yes where there is evidence; unknown where there is none and `unknown` names the committee for that criterion.
    """
    ids = list(committees["id"])
    met = evidence.groupby("criterion")["id"].agg(set).to_dict()
    told = {
        name: [
            "yes" if key in met.get(name, ()) else "unknown" if key in set(unknown.get(name, ())) else "no"
            for key in ids
        ]
        for name in CRITERIA
    }
    return pd.DataFrame(told, index=pd.Index(ids, name="id")).astype(VERDICTS)


def scores(found: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """The score of each committee: the weights of the criteria that it meets, and those that it may meet besides.

    Columns in:  those of `answers`
    Columns out: score, score_at_most (were every unknown a yes), rank (equal scores share one), indexed by id
    """
    weight = pd.Series(weights)[list(CRITERIA)]
    score = (found == "yes").mul(weight).sum(axis=1)
    possible = score + (found == "unknown").mul(weight).sum(axis=1)
    made = pd.DataFrame({"score": score, "score_at_most": possible})
    return made.assign(rank=made["score"].rank(method="min", ascending=False).astype(int))


def agreement(score: pd.Series, selected: Iterable[str], *, high: float) -> pd.Series:
    """For each committee whether it scores high (at least `high`) and was selected: one of AGREEMENTS."""
    is_high, is_selected = score >= high, score.index.isin(set(selected))
    told = pd.Series("neither", index=score.index)
    told = told.mask(is_high & is_selected, "both").mask(is_high & ~is_selected, "high only")
    return told.mask(~is_high & is_selected, "selected only").astype(pd.CategoricalDtype(AGREEMENTS))


def recall_and_precision(agreed: pd.Series) -> dict[str, float | None]:
    """Of those selected the share that scores high (recall), and of those that score high the share selected.

    None where there is nothing to take a share of.
    """
    count = agreed.value_counts()
    both, high_only, selected_only = (int(count.get(name, 0)) for name in ("both", "high only", "selected only"))
    selected, high = both + selected_only, both + high_only
    return {"recall": both / selected if selected else None, "precision": both / high if high else None}


def in_words(
    rows: pd.DataFrame, found: pd.DataFrame, evidence: pd.DataFrame, names: pd.DataFrame, words: pd.DataFrame
) -> pd.DataFrame:
    """Committees with what a reader sees of them, in both languages; the highest score first.

    Columns in:  rows: a committee each: id, title, score, score_at_most, rank, agreement, verdict (of the document; may
                 be missing), source, origin
                 found: those of `answers`; evidence: id, criterion, key, source, origin
                 names: kind (a criterion), id (a key), name_nl, name_en; words: term, value, words_nl, words_en
    Columns out: rank, committee, scored, reasons (a sentence), verdict_words, agreement_words, each with an English
                 twin where it has words; id, score, agreement, source, origin
    """
    spoken, told = Vocabulary(words), []
    pairs = list(zip(names["kind"], names["id"], strict=True))
    called = {language: dict(zip(pairs, names[f"name_{language}"], strict=True)) for language in LANGUAGES}
    keys = evidence.groupby(["id", "criterion"], sort=False)["key"].agg(list).to_dict()
    places = {name: evidence.groupby("id", sort=False)[name].agg(list).to_dict() for name in ("source", "origin")}
    ordered = rows.sort_values(["score", "score_at_most", "id"], ascending=[False, False, True])
    for row in ordered.itertuples():
        line = {name: getattr(row, name) for name in ("id", "rank", "score", "agreement")}
        line["committee"] = row.id if is_blank(row.title) else f"{row.id} {row.title}"
        for language, twin in TWINS.items():
            met = [
                _reason(name, keys.get((row.id, name), ()), called[language], spoken, language)
                for name in CRITERIA
                if found.at[row.id, name] == "yes"
            ]
            open_ = [spoken.of("criterion", one, language) for one in CRITERIA if found.at[row.id, one] == "unknown"]
            not_known = [spoken.of("reasons", "unknown", language, criteria=", ".join(open_))] if open_ else []
            line |= {
                f"scored{twin}": _scored(row.score, row.score_at_most, spoken, language),
                f"reasons{twin}": ". ".join([*_sentence(met, spoken, language), *not_known]) + ".",
                f"verdict_words{twin}": spoken.of("verdict", _key(row.verdict), language),
                f"agreement_words{twin}": spoken.of("agreement", row.agreement, language),
            }
        told.append(
            {
                **line,
                "source": gathered([row.source, *places["source"].get(row.id, ())]),
                "origin": gathered([row.origin, *places["origin"].get(row.id, ())]),
            }
        )
    return pd.DataFrame(told, columns=list(SHOWN))


def counted(rows: pd.DataFrame, found: pd.DataFrame, *, high: float) -> dict[str, Words]:
    """The words for the notes: {count} committees, {selected} selected, {high_count} with a score of {high} or more;
    {recall} and {precision} in per cent; {high_only} and {selected_only} by id, a dash where there are none; and how
    many committees meet each criterion ({export_control} …).

    Columns in: rows: id, agreement; found: those of `answers`
    """
    of = {name: joined(rows.loc[rows["agreement"] == name, "id"], ", ") or "—" for name in AGREEMENTS}
    shares = recall_and_precision(rows["agreement"])
    percent = {name: "—" if share is None else f"{100 * share:.0f}" for name, share in shares.items()}
    said = {
        "count": len(rows),
        "selected": int(rows["agreement"].isin(["both", "selected only"]).sum()),
        "high_count": int(rows["agreement"].isin(["both", "high only"]).sum()),
        "high_only": of["high only"],
        "selected_only": of["selected only"],
        **percent,
        **(found == "yes").sum().to_dict(),
    }
    words: dict[str, Words] = {name: dict.fromkeys(LANGUAGES, str(value)) for name, value in said.items()}
    return words | {"high": {language: _number(high, language) for language in LANGUAGES}}


def _reason(
    criterion: str, keys: Iterable[str], names: Mapping[tuple[str, str], str], words: Vocabulary, language: str
) -> str:
    """What one criterion rests on: the first of its evidence by name, and how many more."""
    called = sorted({names[criterion, key] for key in keys}, key=str.casefold)
    told = ", ".join(called[:NAMED])
    if len(called) > NAMED:
        told = words.of("reasons", "more", language, names=told, count=str(len(called) - NAMED))
    return words.of("reason", criterion, language, names=told)


def _sentence(met: list[str], words: Vocabulary, language: str) -> list[str]:
    if not met:
        return [words.of("reasons", "none", language)]
    sentence = "; ".join(met)
    return [sentence[:1].upper() + sentence[1:]]


def _scored(score: float, at_most: float, words: Vocabulary, language: str) -> str:
    if at_most == score:
        return _number(score, language)
    filled = {"score": _number(score, language), "most": _number(at_most, language)}
    return words.of("reasons", "score", language, **filled)


def _number(value: float, language: str) -> str:
    return number_text(float(f"{value:g}"), language, 0 if float(value).is_integer() else None)


def _key(verdict: object) -> str:
    return "not discussed" if is_blank(verdict) else str(verdict)
