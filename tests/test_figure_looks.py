"""What a reader sees of every figure, in both languages: contrast, and no text cut off or over another."""

import json
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from kritiek.analysis.drawings.coverage import STYLES
from kritiek.analysis.drawings.heat_map import field_colour
from kritiek.analysis.drawings.shares import grid_colour
from kritiek.analysis.drawings.style import BLUE, GREY, HATCHED, LIGHT, ORANGE, contrast, text_on
from kritiek.analysis.drawings.timeline import BARS
from kritiek.build.engine.executed import figure_in

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
PAPER = "#ffffff"
TEXT, MARK = 4.5, 3.0  # what WCAG 2.2 asks for at least
STORED = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in NOTEBOOKS}
DRAWN = [name for name, notebook in STORED.items() if "image/png" in json.dumps(notebook)]
LANGUAGES = pytest.mark.parametrize("language", ["nl", "en"])
NAMES = pytest.mark.parametrize("name", DRAWN)


@cache
def drawn(name, language):
    """The figure as drawn: each text with its box in dots, and the dots themselves."""
    canvas = figure_in(STORED[name]).in_language(language).draw()
    canvas.canvas.draw()
    dots = np.asarray(canvas.canvas.buffer_rgba())[::-1, :, :3]
    shown = [text for text in canvas.findobj(Text) if text.get_text().strip() and text.get_visible()]
    found = [(text, text.get_window_extent()) for text in shown]
    # Beyond the ends of an axis matplotlib keeps labels that it does not draw.
    (axes,) = canvas.axes
    beyond = {
        label
        for place, labels, ends in (
            (0, axes.get_xticklabels(), axes.get_xlim()),
            (1, axes.get_yticklabels(), axes.get_ylim()),
        )
        for label in labels
        if not min(ends) <= label.get_position()[place] <= max(ends)
    }
    return [(text, box) for text, box in found if text not in beyond], dots


def of_every_figure(test):
    return LANGUAGES(NAMES(test))


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert (text_on("#0072b2"), text_on("#fd8c3c")) == ("#ffffff", "#000000")


@pytest.mark.parametrize("risk", [0.0, 0.5, 1.2, 2.5, 4.8, 5.0])
def test_every_field_of_a_risk_stands_out_from_an_empty_one_and_its_number_from_the_field(risk):
    colour = field_colour(risk)
    assert min(contrast(colour, LIGHT), contrast(colour, PAPER)) >= MARK
    assert contrast(text_on(colour), colour) >= TEXT


@pytest.mark.parametrize("share", range(0, 101, 5))
def test_the_number_of_every_share_stands_out_from_its_field(share):
    colour = grid_colour(share)
    assert contrast(text_on(colour), colour) >= TEXT


@pytest.mark.parametrize(("colour_of", "highest"), [(field_colour, 5), (grid_colour, 100)])
def test_more_is_darker_so_that_it_is_read_in_grey_and_by_those_who_see_no_red(colour_of, highest):
    steps = [contrast(colour_of(highest * step / 10), "#000000") for step in range(11)]
    assert all(lighter > darker for lighter, darker in pairwise(steps))


def test_marks_lines_and_hatching_stand_out_from_paper_and_from_an_empty_field():
    assert min(contrast(colour, PAPER) for colour in (BLUE, ORANGE, GREY, HATCHED["edgecolor"])) >= MARK
    assert min(contrast(style["edgecolor"], PAPER) for style in BARS.values()) >= MARK
    assert contrast(STYLES["published"]["facecolor"], STYLES["none"]["facecolor"]) >= MARK
    assert contrast(STYLES["in development"]["edgecolor"], STYLES["none"]["facecolor"]) >= MARK


def test_what_is_suspended_is_told_from_what_is_in_effect_without_colour():
    faces = [to_hex(style["facecolor"]) for style in BARS.values()]
    assert contrast(*faces) >= MARK


@of_every_figure
def test_every_text_stands_out_from_what_is_behind_it(name, language):
    texts, dots = drawn(name, language)
    weak = {}
    for text, box in texts:
        part = dots[int(box.y0) : int(box.y1) + 1, int(box.x0) : int(box.x1) + 1].reshape(-1, 3)
        ratio = contrast(to_hex(text.get_color()), behind(part))
        if ratio < TEXT:
            weak[text.get_text()] = round(ratio, 2)
    assert not weak


@of_every_figure
def test_no_text_is_cut_off_at_the_edge(name, language):
    texts, dots = drawn(name, language)
    height, width, _ = dots.shape
    outside = [(box.x0 < 0, box.y0 < 0, box.x1 > width + 0.5, box.y1 > height + 0.5) for _, box in texts]
    assert not [text.get_text() for (text, _), sides in zip(texts, outside, strict=True) if any(sides)]


@of_every_figure
def test_no_text_lies_over_another(name, language):
    texts, _ = drawn(name, language)
    upright = [(text, box.shrunk(0.98, 0.9).extents) for text, box in texts if text.get_rotation() in (0, 90)]
    assert not [
        (one.get_text(), other.get_text())
        for (one, first), (other, second) in combinations(upright, 2)
        if lies_over(first, second)
    ]


def behind(dots):
    """The colour that most dots around the letters of a text have."""
    numbers, counts = np.unique(dots.astype(np.uint32) @ [1 << 16, 1 << 8, 1], return_counts=True)
    return f"#{numbers[counts.argmax()]:06x}"


def lies_over(first, second):
    """Whether two boxes (left, bottom, right, top) share a place, and be it an edge."""
    return first[0] <= second[2] and second[0] <= first[2] and first[1] <= second[3] and second[1] <= first[3]


def test_what_most_dots_show_is_behind_a_text_and_boxes_that_touch_overlap():
    assert behind(np.array([[0, 0, 0], [253, 140, 60], [253, 140, 60]], dtype=np.uint8)) == "#fd8c3c"
    box = (0, 0, 10, 10)
    others = {(9, 9, 20, 20): True, (-5, 2, 1, 3): True, (10, 0, 20, 10): True, (0, 11, 10, 20): False}
    assert {other: lies_over(box, other) for other in others} == others
    assert {other: lies_over(other, box) for other in others} == others


@of_every_figure
def test_its_text_alternative_has_a_number_and_its_notes_name_a_source_with_a_year(name, language):
    texts = figure_in(STORED[name]).texts
    assert any(letter.isdigit() for letter in texts.alt[language])
    named = {"nl": ("Bron:", "volgens"), "en": ("Source:", "according to")}[language]
    told = [note[language] for note in texts.notes if any(word in note[language] for word in named)]
    assert any("20" in note for note in told), texts.notes
