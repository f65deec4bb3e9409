"""Figures of the experiment boltzmann_machine: how well it learns over its updates, and how well it finds couplings again.

Points are means of training runs with their errors; bands are the spread of single runs."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import notes, require
from gdmsweep.plots.training import kinds, modes_over_updates, over_updates

GRID = ("beta", "rows", "hidden", "connections", "units", "method", "clamped", "k", "rate", "batch", "decay", "T")
DRAWS_TABLES = True


def learning(data):
    """Divergence of the machine from its data over updates for each way of training, and the norm of its couplings."""
    name = "kl_divergence"
    if name not in data or not data[name].notnull().any():
        name = "annealed_log_likelihood" if data.annealed_log_likelihood.notnull().any() else "pseudo_log_likelihood"
        notes.remark("ln Z is not exact here")
    require(data, name, "coupling_norm")
    runs = kinds(data, name, GRID)
    figure, axes = style.panels(2, height=2.9)
    divergence, norm = axes[0]
    over_updates(divergence, runs, name)
    over_updates(norm, runs, "coupling_norm")
    divergence.set(ylabel="divergence from the data (nat)" if name == "kl_divergence" else name.replace("_", " "))
    norm.set(ylabel=r"norm of couplings $(\Sigma w_{ij}^2)^{1/2}$", yscale="log")
    if name == "kl_divergence":
        divergence.set(yscale="log")
    style.letter(axes)
    style.legend(figure, [style.key(series, label or "mean of runs") for series, (label, _) in enumerate(runs)])
    return figure


def inverse(data):
    """Relative error of the couplings found again over the rows that they are learned from, and that error over its bound."""
    require(data, "coupling_error")
    names = [name for name in GRID if name != "rows" and name in data.dims]
    series = data.stack(kind=names, create_index=False) if names else data.expand_dims("kind")
    told = [name for name in names if np.unique(data[name].values).size > 1]
    bounded = "coupling_error_bound" in data and data.coupling_error_bound.notnull().any()
    if "rows" not in series.dims:
        series = series.expand_dims("rows")
    count = min(series.sizes["kind"], len(style.COLORS))
    if count < series.sizes["kind"]:
        notes.omit(f"{series.sizes['kind'] - count} of {series.sizes['kind']} kinds of training")
    figure, axes = style.panels(2, height=2.8)
    (error, ratio), handles, bounds = axes[0], [], {}
    for place in range(count):
        part = series.isel(kind=place, update=-1)
        words = [str(part[name].values).replace("_", " ") if part[name].dtype.kind in "OUS"
                 else style.equal(name, part[name].values) for name in told]
        label = ", ".join(words)
        look = {"lw": 0.6, "ls": style.LINES[place]}
        notes.measured(error, part["rows"].values, part, "coupling_error", place, **look)
        if bounded:
            bound = part.coupling_error_bound.values
            bounds.setdefault(bound.tobytes(), (bound, []))[1].append(words)
            notes.measured(ratio, part["rows"].values, part, "coupling_error", place, unit=bound, **look)
        handles.append(style.key(place, label or "mean of runs"))
    if bounded:
        for (bound, members), line in zip(bounds.values(), ("-", "--", ":", "-.", *style.LINES)):
            look = {"color": "0.45", "lw": 0.9, "ls": line}
            error.plot(series["rows"].values, bound, zorder=1, **look)
            common = [words[0] for words in zip(*members) if len(set(words)) == 1] if len(bounds) > 1 else []
            handles.append(Line2D([], [], label=", ".join(["bound", *common]), **look))
        ratio.axhline(1, color="k", lw=0.8)
    else:
        style.say(ratio, "more units than are counted")
    error.set(xscale="log", yscale="log", xlabel="rows", ylabel="relative error of the couplings")
    ratio.set(xscale="log", xlabel="rows", ylabel="error over its bound")
    style.letter(axes)
    style.legend(figure, handles)
    return figure


def spectrum(data):
    """Eigenvalues of the couplings over updates."""
    require(data, "eigenvalue")
    label, part = kinds(data, "eigenvalue", GRID)[-1]
    if label:
        notes.remark(label)
    figure, axes = style.panels(1, height=2.6)
    shown = modes_over_updates(axes[0, 0], part, "eigenvalue")
    axes[0, 0].set(ylabel="eigenvalue of the couplings")
    style.legend(figure, [style.key(place, f"mode {mode}") for place, mode in enumerate(shown)])
    return figure


FIGURES = {"boltzmann_machine": learning, "boltzmann_machine_inverse": inverse, "boltzmann_machine_spectrum": spectrum}
