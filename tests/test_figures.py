"""What a figure draws, in words that stay words, and what it says that it does not draw."""

import datetime as dt
import io
from dataclasses import replace

import lxml.etree
import pandas as pd
import pytest
from matplotlib.text import Text
from PIL import Image

from kritiek.analysis.drawings.style import BLUE, LIGHT
from kritiek.exhibits.tables import Texts
from kritiek.notebook import Figure

ODD = {
    "dollars": "van $5 tot $10",
    "mathematics": r"$\frac{1$ and $x_1^2$",
    "signs": r"a_b^c \alpha %&#{}~",
    "new lines": "een\ntwee\n\ndrie",
    "emoji": "batterij 🔋",
    "long": "woord " * 50,
    "long word": "w" * 300,
    "right to left": "معادن حرجة",
}


def words(text):
    return {"nl": text, "en": text}


def ladder(text):
    columns = (("rung", words(text)), ("strategy", words(text)), ("explanation", words(text)))
    texts = Texts("figure_01", words(text), words(text), words(""), columns, (words(text),), unfilled={})
    return Figure(texts, pd.DataFrame({"rung": ["R1"], "strategy": [text], "explanation": [text]}), drawing="ladder")


def heat_map(text):
    columns = (("supply_risk", words(text)), ("raw_material", words(text)), ("position_1", words(text)))
    texts = Texts("figure_03", words(text), words(text), words(""), columns, (words(text),), unfilled={})
    frame = pd.DataFrame({"supply_risk": ["1.0"], "raw_material": [text], "position_1": ["•"]})
    return Figure(texts, frame, drawing="heat map")


def timeline(text="x", *, language="nl", **values):
    row = {
        "label": text,
        "label_en": text,
        "not_drawn": "",
        "without_bar": "",
        "announced": dt.date(2025, 3, 1),
        "effective": dt.date(2025, 5, 1),
        "ended": None,
        "suspended_from": None,
        "suspended_until": None,
        "suspended_earlier": (),
        "as_of": dt.date(2026, 3, 1),
        "data_date": None,
        **values,
    }
    texts = Texts("timeline", words(""), words(text), words(""), (), (words(text),), unfilled={})
    return Figure(texts, pd.DataFrame([row], dtype=object), language=language, drawing="timeline")


def drawn_texts(figure):
    """Every text of the rendered picture."""
    canvas = figure.draw()
    canvas.canvas.draw()
    return [text for text in canvas.findobj(Text) if text.get_text()]


def bars(figure):
    """The bars in days: colour, first and last."""
    lines = figure.draw().axes[0].lines
    return [(line.get_color(), *line.get_xdata()) for line in lines if line.get_linewidth() == 7]


@pytest.mark.filterwarnings("ignore:Glyph .* missing from font")
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
@pytest.mark.parametrize("made", [ladder, heat_map, timeline], ids=lambda made: made.__name__)
def test_no_text_is_read_as_mathematics_and_none_ends_the_picture(made, text):
    figure = made(text)
    found = drawn_texts(figure)
    assert not [item.get_text() for item in found if item.get_parse_math() and "$" in item.get_text()]
    told = "".join(item.get_text() for item in found)
    assert "".join(text.split()) in "".join(told.split())
    assert figure.png().startswith(b"\x89PNG")


def test_every_month_on_the_axis_is_in_the_language_of_the_figure():
    dutch = {item.get_text().split("\n")[0] for item in drawn_texts(timeline())}
    english = {item.get_text().split("\n")[0] for item in drawn_texts(timeline(language="en"))}
    assert {"mrt", "mei"} <= dutch
    assert {"Mar", "May"} <= english
    assert not {"Mar", "May"} & dutch


def test_a_measure_is_drawn_from_its_day_of_effect_to_the_day_of_knowledge():
    assert [bar[1:] for bar in bars(timeline())] == [(dt.date(2025, 5, 1), dt.date(2026, 3, 1))]


def test_a_measure_without_a_day_in_force_has_no_bar():
    suspended = {"suspended_from": dt.date(2025, 4, 30), "suspended_until": dt.date(2026, 4, 30)}
    assert [bar[1:] for bar in bars(timeline(without_bar="x", **suspended))] == [
        (dt.date(2025, 4, 30), dt.date(2026, 4, 30))
    ]


def test_an_earlier_suspension_is_drawn_over_the_time_in_force():
    colours = bars(timeline(suspended_earlier=("2025-06-01/2025-07-01",)))
    assert [bar[1:] for bar in colours] == [
        (dt.date(2025, 5, 1), dt.date(2026, 3, 1)),
        (dt.date(2025, 6, 1), dt.date(2025, 7, 1)),
    ]
    assert colours[0][0] != colours[1][0]


def test_a_material_without_supply_risk_has_no_colour_and_a_question_mark():
    figure = heat_map("x")
    figure = replace(figure, frame=figure.frame.assign(supply_risk=""))
    assert {"?", "x  (?)"} <= {item.get_text() for item in drawn_texts(figure)}


def test_a_measure_that_cannot_be_drawn_leaves_no_trace_in_the_picture_and_the_picture_says_so():
    told = [item.get_text() for item in drawn_texts(timeline("maatregel", not_drawn="geen dag", effective=None))]
    assert "Geen van de maatregelen kan worden getekend." in told


def test_what_comes_after_the_data_date_is_hatched_and_named_and_no_bar_goes_there():
    figure = timeline(data_date=dt.date(2025, 12, 31))
    (patch,) = figure.draw().axes[0].patches
    assert patch.get_hatch() == "///"
    assert "niet bekend: na 31 december 2025" in [item.get_text() for item in drawn_texts(figure)]
    assert [bar[1:] for bar in bars(figure)] == [(dt.date(2025, 5, 1), dt.date(2025, 12, 31))]


def test_nothing_is_hatched_up_to_the_data_date():
    assert not timeline(data_date=dt.date(2026, 3, 1)).draw().axes[0].patches


def test_the_notes_stand_in_the_picture():
    assert "let op" in [item.get_text() for item in drawn_texts(timeline("let op"))]


def test_a_picture_has_300_dots_an_inch_and_says_how_large_it_is_shown():
    bundle, metadata = ladder("woord")._repr_mimebundle_()
    picture = Image.open(io.BytesIO(bundle["image/png"]))
    width, height = picture.size
    assert (width, round(picture.info["dpi"][0])) == (9 * 300, 300)
    assert metadata == {"image/png": {"width": 990, "height": round(height * 110 / 300)}}


def test_a_picture_keeps_its_colours_as_they_are():
    picture = Image.open(io.BytesIO(ladder("woord").png())).convert("RGB")
    used = sorted(picture.getcolors(picture.width * picture.height), reverse=True)
    assert {f"#{red:02x}{green:02x}{blue:02x}" for _, (red, green, blue) in used[:3]} == {"#ffffff", LIGHT, BLUE}


def test_the_same_figure_gives_the_same_bytes():
    assert timeline().png() == timeline().png()
    assert timeline().svg() == timeline().svg()


def test_an_svg_says_what_it_is_and_what_it_shows():
    figure = heat_map("a & b")
    figure = replace(figure, texts=replace(figure.texts, alt={"nl": "Boor: 3,8", "en": "Boron: 3.8"}))
    drawn = lxml.etree.fromstring(figure.svg())
    assert drawn.findtext("{*}title") == "a & b a & b"
    assert drawn.findtext(".//{http://purl.org/dc/elements/1.1/}description") == "Boor: 3,8"
    assert drawn.findtext(".//{http://purl.org/dc/elements/1.1/}language") == "nl"
    assert not drawn.findall(".//{http://purl.org/dc/elements/1.1/}date")
