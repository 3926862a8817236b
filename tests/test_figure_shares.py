"""What drawings of shares put on paper: every number with its words, thresholds, and nothing over anything else."""

from itertools import combinations

import pandas as pd
import pytest

from kritiek.exhibits.tables import Texts
from kritiek.notebook import Figure

EMPTY = {"nl": "", "en": ""}


def figure(drawing, columns, frame, language="nl"):
    labels = tuple((name, {"nl": f"{name} nl", "en": f"{name} en"}) for name in columns.split())
    texts = Texts(
        name="trial", number=EMPTY, caption={"nl": "Proef", "en": "Trial"}, alt=EMPTY, columns=labels, notes=()
    )
    return Figure(texts, frame.assign(source="f", origin="row 2"), language=language, drawing=drawing)


def axes_of(one):
    canvas = one.draw()
    canvas.canvas.draw()
    return canvas.axes[0]


def words_in(axes):
    return [text.get_text() for text in axes.texts]


DOTS = pd.DataFrame(
    {
        "name": ["Bismut", "Vanadium"],
        "name_en": ["Bismuth", "Vanadium"],
        "mining": pd.array([None, 61.6], dtype="Float64"),
        "mining_words": ["", "winning: China 61,6 %"],
        "mining_words_en": ["", "mining: China 61.6 %"],
        "mining_filled": pd.array([None, True], dtype="boolean"),
        "processing": pd.array([69.0, 61.5], dtype="Float64"),
        "processing_words": ["verwerking: China 69,0 %", "verwerking: China 61,5 %"],
        "processing_words_en": ["processing: China 69.0 %", "processing: China 61.5 %"],
        "processing_filled": pd.array([False, None], dtype="boolean"),
        "threshold": 65.0,
        "threshold_words": "drempel 65 %",
        "threshold_words_en": "threshold 65 %",
    }
)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", ["verwerking: China 69,0 %", "verwerking: China 61,5 %", "winning: China 61,6 %", "drempel 65 %"]),
        ("en", ["processing: China 69.0 %", "processing: China 61.5 %", "mining: China 61.6 %", "threshold 65 %"]),
    ],
)
def test_each_share_has_its_words_and_the_threshold_its_own(language, expected):
    assert words_in(axes_of(figure("dots", "name mining processing", DOTS, language))) == expected


def test_only_what_is_known_to_be_governed_worse_is_filled():
    axes = axes_of(figure("dots", "name mining processing", DOTS))
    marks = [line for line in axes.lines if line.get_marker() in ("o", "s")]
    faces = [(line.get_marker(), float(line.get_xdata()[0]), line.get_markerfacecolor()) for line in marks]
    assert faces == [("s", 69.0, "white"), ("s", 61.5, "white"), ("o", 61.6, "#0072b2")]


def test_words_of_shares_that_are_close_stand_on_both_sides():
    axes = axes_of(figure("dots", "name mining processing", DOTS))
    left, right = (text.get_window_extent() for text in axes.texts[1:3])
    assert not left.overlaps(right)


def grid(**columns):
    return axes_of(figure("grid", f"name {' '.join(columns)}", pd.DataFrame({"name": ["A", "B"], **columns})))


def test_a_field_without_a_figure_is_hatched_and_zero_is_not():
    axes = grid(one=pd.array([0.0, None], dtype="Float64"))
    assert words_in(axes) == ["0", ""]
    assert [patch.get_xy() for patch in axes.patches if patch.get_hatch()] == [(-0.5, 0.5)]


def test_a_line_parts_the_sections():
    frame = pd.DataFrame({"name": list("ABC"), "one": [1.0, 2.0, 3.0], "section": [True, True, False]})
    axes = axes_of(figure("grid", "name one", frame))
    assert [line.get_ydata()[0] for line in axes.lines] == [1.5]


def test_a_line_parts_the_families_of_columns():
    both = [1.0, 2.0]
    axes = grid(every=both, study_1=both, study_2=both, indicator_1=both)
    assert [line.get_xdata()[0] for line in axes.lines] == [0.5, 2.5]
    assert grid(list_1=both, list_2=both).lines[:] == []


def test_many_heads_do_not_lie_over_each_other():
    names = {f"column_{number}": [float(number), 2.0] for number in range(12)}
    axes = grid(**names)
    assert {label.get_rotation() for label in axes.get_xticklabels()} == {50.0}
    assert {label.get_rotation() for label in grid(one=[1.0, 2.0]).get_xticklabels()} == {0.0}


QUADRANTS = pd.DataFrame(
    {
        "name": [f"Grondstof nummer {number}" for number in range(12)],
        "share": [50 + number % 2 for number in range(12)],
        "score": [4 + number / 50 for number in range(12)],
        "x_threshold": 65.0,
        "y_threshold": 5.0,
        "is_filled": [number % 2 == 0 for number in range(12)],
    }
).astype({"share": "float64"})


def test_names_beside_points_never_lie_over_each_other():
    axes = axes_of(figure("quadrants", "name share score", QUADRANTS))
    names = [text for text in axes.texts if text.get_text().startswith("Grondstof")]
    assert 3 <= len(names) < 12
    boxes = [text.get_window_extent() for text in names]
    assert not [1 for one, other in combinations(boxes, 2) if one.overlaps(other)]


def test_both_thresholds_are_lines_with_their_number():
    axes = axes_of(figure("quadrants", "name share score", QUADRANTS.assign(y_threshold=4.5)))
    assert [text for text in words_in(axes) if text.startswith(">")] == ["> 65", "> 4,5"]
    drawn = [(line.get_xdata(), line.get_ydata()) for line in axes.lines if line.get_marker() == "None"]
    assert [65.0, 65.0] in [list(along) for along, _ in drawn]
    assert [4.5, 4.5] in [list(up) for _, up in drawn]


def test_a_point_without_one_of_its_numbers_is_not_drawn():
    frame = QUADRANTS.copy()
    frame.loc[0, "share"] = None
    axes = axes_of(figure("quadrants", "name share score", frame))
    assert sum(len(line.get_xdata()) for line in axes.lines if line.get_marker() == "o") == 11
    assert "Grondstof nummer 0" not in words_in(axes)
