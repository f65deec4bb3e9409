"""Figure of the experiment hierarchy_population: how the belief in the root flows from level to level."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import notes, require
from gdmsweep.plots.hierarchy import briefly, label

GRID = ("v", "m", "s")


def flow(data):
    """Belief in the true root over levels for several strengths, and over the strength for several levels, beside mean field."""
    require(data, "agreement")
    data = notes.at(data, v=data.v.values.min(), m=data.m.values.min(), s=data.s.values.min())
    figure, axes = style.panels(2, height=2.7)
    over_levels, over_strength = axes[0]
    strengths = style.spread(data.sizes["strength"], len(style.COLORS))
    levels = sorted({notes.place_of(data.level.values, level) for level in (0, 5, 10, 20, np.inf)})
    notes.show("strength", data.strength.values[strengths])
    for series, place in enumerate(strengths):
        here = data.isel(strength=place)
        notes.measured(over_levels, here.level.values, here, "agreement", series, ms=2)
        notes.curve(over_levels, here.level.values, here, "agreement_mean_field", color=style.COLORS[series], lw=0.7,
                    ls=style.LINES[series], zorder=1)
    for series, place in enumerate(levels):
        here = data.isel(level=place)
        notes.measured(over_strength, here.strength.values, here, "agreement", series, ls="-", lw=0.5)
    threshold = np.atleast_1d(data.threshold.values) if "threshold" in data else np.array([])
    if np.isfinite(threshold).any():
        over_strength.axvline(float(np.nanmean(threshold)), color="0.45", lw=0.8, ls=":")
    over_levels.set(xlabel="level above the leaves", ylabel="belief in the true root", ylim=(-0.04, 1.04))
    over_strength.set(xlabel=label(data), ylabel="belief in the true root", ylim=(-0.04, 1.04))
    style.letter(axes)
    style.legend(figure, [*(style.key(series, f"(a) {briefly(data)} {style.number(float(data.strength[place]))}")
                            for series, place in enumerate(strengths)),
                          *(style.key(series, f"(b) level {int(data.level[place])}", ls="-")
                            for series, place in enumerate(levels)),
                          Line2D([], [], color="0.3", lw=0.7, label="(a) mean field"),
                          Line2D([], [], color="0.45", lw=0.8, ls=":", label="(b) threshold")])
    return figure


FIGURES = {"hierarchy_population": flow}
