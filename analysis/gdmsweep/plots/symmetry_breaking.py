"""Figures of the experiment symmetry_breaking: clones and posterior means along generative trajectories, and where they tell
the transition. Markers are measured, lines are averages over the exact law of the state."""
from gdmsweep import style
from gdmsweep.plots import notes, require, target_series

GRID = ("target", "d", "N", "process", "dt")


def _curves(data, names, first):
    """A panel for each variable of `names` (variable -> label) that has a value; `first` says which series there are."""
    chosen = target_series.series(data, GRID, first)
    names = {name: text for name, text in names.items() if any(part[name].notnull().any() for _, part in chosen)}
    figure, axes = style.panels(len(names), height=2.6)
    for axis, (name, text) in zip(axes[0], names.items()):
        for number, (_, part) in enumerate(chosen):
            if part[name].notnull().any():
                notes.measured(axis, data.theta.values, part, name, number)
                notes.curve(axis, data.theta.values, part, f"{name}_theory", color=style.COLORS[number],
                            ls=style.LINES[number], lw=0.9)
        axis.set(xlabel=target_series.noise_label(data), ylabel=text)
        if target_series.scaled(data):
            axis.axvline(1, color="0.45", lw=0.7, ls=":", zorder=0)
        if data.theta.max() > 10 * data.theta.min():
            axis.set_xscale("log")
    style.letter(axes)
    style.legend(figure, [style.key(number, label) for number, (label, _) in enumerate(chosen)])
    return figure


def clones(data):
    """Overlap of the ends of two clones of the state at theta, and the probability that they end at the same point."""
    require(data, "overlap")
    return _curves(data, {"overlap": r"overlap of clones $\langle y_a\cdot y_b\rangle$",
                          "agreement": "P(clones end at the same point)"}, "overlap")


def order(data):
    """Norm of the posterior mean along the trajectories, and its square."""
    require(data, "magnetisation")
    return _curves(data, {"magnetisation": r"$\langle\|\langle y\rangle_x\|\rangle$",
                          "magnetisation_squared": r"$\langle\|\langle y\rangle_x\|^2\rangle$"}, "magnetisation")


def transition(data):
    """Measured transition over the exact one of each target."""
    require(data, "theta_c_overlap")
    chosen = target_series.series(data, GRID, "theta_c_overlap", limit=8)
    figure, axes = style.panels(1, height=2.6)
    handles = target_series.ratios(axes[0, 0], chosen, {"theta_c_overlap": "overlap of clones",
                                                        "theta_c_agreement": "agreement of clones"})
    style.legend(figure, handles)
    return figure


FIGURES = {
    "symmetry_breaking": clones,
    "symmetry_breaking_order": order,
    "symmetry_breaking_transition": transition,
}
