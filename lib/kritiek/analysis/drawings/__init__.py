"""How the figures of the analyses are drawn: importing it makes each known to `Figure` by its name."""

from kritiek.analysis.drawings.coverage import draw_coverage
from kritiek.analysis.drawings.heat_map import draw_heat_map
from kritiek.analysis.drawings.ladder import draw_ladder
from kritiek.analysis.drawings.secretariats import draw_secretariats
from kritiek.analysis.drawings.shares import draw_dots, draw_grid, draw_quadrants
from kritiek.analysis.drawings.timeline import draw_timeline
from kritiek.exhibits.figures import DRAWINGS

DRAWINGS.update(
    {
        "coverage": draw_coverage,
        "dots": draw_dots,
        "grid": draw_grid,
        "heat map": draw_heat_map,
        "ladder": draw_ladder,
        "quadrants": draw_quadrants,
        "secretariats": draw_secretariats,
        "timeline": draw_timeline,
    }
)
