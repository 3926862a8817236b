"""Two lists of rows in, the same rows side by side out: which row became which, which is new and which is gone."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

Row = Sequence[str]
Pair = tuple[tuple[str, ...] | None, tuple[str, ...] | None, int]
# Pairs are weighed one by one: beyond this the rows of a block that is all different are taken in their order.
MOST_WEIGHED = 40_000


def paired_rows(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Pair]:
    """Each row with what became of it, and its number in the new list (in the old one for a row that is gone).

    Equal rows are each other; between them a row pairs with the one it shares most cells with. Order counts, so a
    row that moved is gone in one place and new in another.
    """
    before, after = [tuple(row) for row in old], [tuple(row) for row in new]
    # Without autojunk: a row that occurs often is as good as any other.
    for kind, first, last, start, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        left, right = before[first:last], after[start:stop]
        pairs = zip(range(len(left)), range(len(right)), strict=True) if kind == "equal" else _aligned(left, right)
        for one, other in pairs:
            number = first + (one or 0) if other is None else start + other
            yield None if one is None else left[one], None if other is None else right[other], number + 1


def _aligned(left: Sequence[Row], right: Sequence[Row]) -> list[tuple[int | None, int | None]]:
    """Numbers of rows that belong together: as many pairs as there can be, with the fewest cells that differ."""
    if not left or not right or len(left) * len(right) > MOST_WEIGHED:
        return list(zip_longest(range(len(left)), range(len(right))))
    # One row without a pair costs more than any pair saves, so that only what is left over stays alone.
    alone = 1 + max(map(len, [*left, *right]))
    costs = [[place * alone for place in range(len(right) + 1)]]
    for number, row in enumerate(left, start=1):
        line = [number * alone]
        for place, other in enumerate(right, start=1):
            pair = costs[-1][place - 1] + _different(row, other)
            line.append(min(pair, costs[-1][place] + alone, line[-1] + alone))
        costs.append(line)
    return _way_back(costs, left, right, alone)


def _way_back(
    costs: Sequence[Sequence[int]], left: Sequence[Row], right: Sequence[Row], alone: int
) -> list[tuple[int | None, int | None]]:
    pairs: list[tuple[int | None, int | None]] = []
    one, other = len(left), len(right)
    while one or other:
        here = costs[one][other]
        if one and other and here == costs[one - 1][other - 1] + _different(left[one - 1], right[other - 1]):
            one, other = one - 1, other - 1
            pairs.append((one, other))
        elif one and here == costs[one - 1][other] + alone:
            one -= 1
            pairs.append((one, None))
        else:
            other -= 1
            pairs.append((None, other))
    return pairs[::-1]


def _different(row: Row, other: Row) -> int:
    return sum(1 for cell, twin in zip_longest(row, other) if cell != twin)
