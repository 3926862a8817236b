"""A frame in, a Figure out: the data behind a picture with caption and alt text, which draws itself."""

from __future__ import annotations

import io
import struct
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kritiek.errors import ExhibitError
from kritiek.exhibits.tables import Exhibit
from sheetcheck.messages import say

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from PIL import Image

DOTS_PER_INCH, PRINT_DOTS_PER_INCH, BARE_DOTS_PER_INCH = 110, 300, 200
COMPRESSION = 8  # of 9: the last step takes three times as long for 5 % of the size
COLOURS = 128  # lines, letters and a scale of colours need no more: a third of the size of a full picture
WIDTH_INCHES, EDGE_INCHES = 9, 0.1
NOTE_LINE_INCHES, NOTE_COLOUR = 0.14, "#6b6b6b"
# How a frame is put on axes, giving the inches that it needs, by name: what kritiek.analysis.drawings says.
DRAWINGS: dict[str, Callable[[Axes, Exhibit], float]] = {}
# A dollar in our data is a dollar: matplotlib would typeset what stands between two of them as mathematics.
PLAIN_TEXT: dict[Any, Any] = {"text.parse_math": False, "text.usetex": False}


@dataclass(frozen=True, repr=False)
class Figure(Exhibit):
    """An exhibit that is looked at; `drawing` names how its frame is drawn."""

    drawing: str = ""

    kind, own = "figure", "drawing"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.drawing not in DRAWINGS:
            raise ExhibitError(say("exhibit.drawing", exhibit=self.name, drawing=self.drawing, known=list(DRAWINGS)))

    def draw(self, *, is_bare: bool = False) -> Canvas:
        """The picture as a matplotlib figure with its notes, without using any global state of pyplot.

        A bare one has neither heading nor notes: it stands where both are text.
        """
        from matplotlib import rc_context
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Canvas
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        with rc_context(PLAIN_TEXT):
            canvas = Canvas(figsize=(WIDTH_INCHES, 6), layout=ConstrainedLayoutEngine(w_pad=EDGE_INCHES))
            FigureCanvasAgg(canvas)
            axes = canvas.add_subplot()
            heading = "" if is_bare else textwrap.fill(self.heading(), 108)
            if heading:
                canvas.suptitle(heading, x=0.01, ha="left", fontsize=11)
            rows_height = DRAWINGS[self.drawing](axes, self)
            below = "" if is_bare else "\n".join(textwrap.fill(line, 150) for line in self.below())
            if below:
                canvas.supxlabel(below, x=0.01, ha="left", fontsize=7.5, color=NOTE_COLOUR)
            margins = 0.5 if is_bare else 1.3 + NOTE_LINE_INCHES * (1 + below.count("\n"))
            canvas.set_figheight(margins + rows_height)
        return canvas

    def png(self) -> bytes:
        """The picture as PNG, dense enough for print; the same bytes for the same data and versions."""
        return _png(self.draw(), PRINT_DOTS_PER_INCH)

    def svg(self) -> bytes:
        """The picture as SVG, its letters drawn so that they look alike everywhere."""
        alt = self.texts.alt[self.language]
        return self._svg(self.draw(), Title=self.heading(), Description=alt, Language=self.language)

    def pictures(self) -> tuple[bytes, bytes]:
        """The bare picture as SVG and as PNG for print."""
        canvas = self.draw(is_bare=True)
        svg = self._svg(canvas)
        # It is laid out now; doing so again takes as long as the drawing.
        canvas.set_layout_engine("none")
        return svg, _png(canvas, BARE_DOTS_PER_INCH)

    def _svg(self, canvas: Canvas, **said: str) -> bytes:
        from matplotlib import rc_context

        buffer = io.BytesIO()
        # The ids within an SVG are random, unless they have something to begin with.
        with rc_context({**PLAIN_TEXT, "svg.hashsalt": self.name, "svg.fonttype": "path"}):
            canvas.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, **said})
        return buffer.getvalue()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        bundle = super()._repr_mimebundle_()
        # JupyterLab shows HTML before a picture; the picture is what this exhibit is.
        del bundle["text/html"]
        png = self.png()
        # Width and height stand at the same place in every PNG.
        sides = [round(dots * DOTS_PER_INCH / PRINT_DOTS_PER_INCH) for dots in struct.unpack(">II", png[16:24])]
        return {**bundle, "image/png": png}, {"image/png": dict(zip(("width", "height"), sides, strict=True))}


def _png(canvas: Canvas, dots_per_inch: int) -> bytes:
    import numpy as np
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with rc_context(PLAIN_TEXT):
        canvas.set_dpi(dots_per_inch)
        dots = FigureCanvasAgg(canvas)
        dots.draw()
    picture = _in_few_colours(np.asarray(dots.buffer_rgba()))
    buffer = io.BytesIO()
    picture.save(buffer, "png", compress_level=COMPRESSION, dpi=(dots_per_inch, dots_per_inch))
    return buffer.getvalue()


def _in_few_colours(dots: np.ndarray) -> Image.Image:
    """The picture in the colours that it uses most, as they are, and for every other one the nearest of these.

    What Pillow has for it averages near colours, and so loses the lightest fields to the paper.
    """
    import numpy as np
    from PIL import Image

    packed = dots.view("<u4")[..., 0] & 0xFFFFFF
    used, counts = np.unique(packed, return_counts=True)
    # The colour used most comes first; of two used alike the one with more red, then green, then blue.
    shades = [(used >> shift & 0xFF).astype("int32") for shift in (0, 8, 16)]
    order = np.lexsort((*reversed(shades), counts))[::-1]
    colours = np.stack(shades, axis=1)[order]
    palette = colours[:COLOURS]
    place_of = np.zeros(1 << 24, dtype="uint8")
    place_of[used[order]] = ((colours[:, None] - palette) ** 2).sum(axis=2).argmin(axis=1)
    picture = Image.fromarray(place_of[packed])
    picture.putpalette(palette.astype("uint8").tobytes())
    return picture
