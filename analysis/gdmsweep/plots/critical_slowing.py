"""Figures of the experiment critical_slowing: relaxation of the noisy state that K copies share, and where curves cross.

Markers are measured; coloured lines are exact at that K, the black line is the limit of large K."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import notes, require, target_series

GRID = ("target", "d", "N", "K")


def slowing(data):
    """Relaxation time of the force, and sqrt(K) <|x|^2>, whose curves cross at the transition."""
    require(data, "relaxation_time", "scaled_square")
    targets = target_series.series(data, ("target", "d", "N"), "scaled_square", limit=3)
    sizes = notes.some(data, "K", len(style.COLORS), of="scaled_square")
    figure, axes = style.panels(len(targets), rows=2, height=4.4, sharex=True)
    for (label, part), relaxation, square in zip(targets, *axes):
        for number, place in enumerate(sizes):
            here = part.isel(K=place)
            look = {"color": style.COLORS[number], "ls": style.LINES[number], "lw": 0.9}
            for axis, name in ((relaxation, "relaxation_time"), (square, "scaled_square")):
                notes.measured(axis, data.theta.values, here, name, number)
                notes.curve(axis, data.theta.values, here, f"{name}_theory", **look)
            if "relaxation_time_exact" in here:  # of random points, on average over the same sets of them
                notes.curve(relaxation, data.theta.values, here, "relaxation_time_exact", **look)
                here = here.assign(scaled_exact=np.sqrt(here.K) * here.state_squared_exact)
                notes.curve(square, data.theta.values, here, "scaled_exact", **look)
        notes.curve(relaxation, data.theta.values, part.isel(K=sizes[0]), "relaxation_time_limit", color="k", lw=0.9, zorder=1)
        relaxation.set(title=label if len(targets) > 1 else "", yscale="log")
        square.set(xlabel=target_series.noise_label(data))
        for axis in (relaxation, square):
            if not axis.has_data():
                style.say(axis, "not computed yet")
            elif target_series.scaled(data):
                axis.axvline(1, color="0.45", lw=0.7, ls=":", zorder=0)
    axes[0, 0].set_ylabel("relaxation time of the force")
    axes[1, 0].set_ylabel(r"$\sqrt{K}\,\langle\|x\|^2\rangle$")
    style.letter(axes)
    handles = [style.key(number, style.equals(K=data.K[place])) for number, place in enumerate(sizes)]
    style.legend(figure, [*handles, Line2D([], [], color="k", lw=0.9, label=r"$K\to\infty$")])
    return figure


def transition(data):
    """Where the curves of sqrt(K) <|x|^2> cross, over the exact transition of each target."""
    require(data, "theta_c_crossing")
    chosen = target_series.series(data.isel(K=0), ("target", "d", "N"), "theta_c_crossing", limit=8)
    figure, axes = style.panels(1, height=2.6)
    handles = target_series.ratios(axes[0, 0], chosen, {"theta_c_crossing": r"crossing of $\sqrt{K}\,\langle\|x\|^2\rangle$"})
    style.legend(figure, handles)
    return figure


FIGURES = {
    "critical_slowing": slowing,
    "critical_slowing_transition": transition,
}
