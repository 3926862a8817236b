"""A misspelt name and the valid ones in, a hint out: "Nearest: …", or nothing when nothing is near."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA

# Beyond two edits (a letter wrong, missing, extra, or two swapped) a suggestion misleads more than it helps.
MAX_EDITS = 2


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name that differs only in case, blanks or dashes, else the one at most two edits away, else None."""
    names = list(valid)
    plain = _plain(name)
    for candidate in names:
        if _plain(candidate) == plain:
            return candidate
    scored = [(OSA.distance(plain, _plain(candidate), score_cutoff=MAX_EDITS), candidate) for candidate in names]
    near = [(distance, candidate) for distance, candidate in scored if distance <= MAX_EDITS]
    return min(near)[1] if near else None


def nearest_name(name: str, valid: Iterable[str]) -> str:
    """A sentence to end a message with: the nearest valid name, or all of them when nothing is near."""
    names = [str(candidate) for candidate in valid]
    found = nearest(name, names)
    return f' Nearest: "{found}".' if found else f" Valid: {', '.join(names)}."


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character not in " \t_-–—")
