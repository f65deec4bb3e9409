"""Figures of the experiment rbm: how well a restricted Boltzmann machine has learned, over its updates.

Points are means of training runs with their errors; bands are the spread of single runs."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import reduced, style
from gdmsweep.plots import notes, require

GRID = ("hidden", "method", "k", "rate", "batch", "decay", "T")
DRAWS_TABLES = True


def _runs(data, of):
    """(label, part) of each combination of the training's parameters, from a grid or a table; at most six."""
    names = [name for name in GRID if name in data.coords and np.unique(data[name].values).size > 1]
    dims = [name for name in (*GRID, reduced.TABLE) if name in data.dims]
    rows = data.stack(run=dims, create_index=False) if dims else data.expand_dims("run")
    there = np.flatnonzero(rows[of].notnull().any([dim for dim in rows[of].dims if dim != "run"]).values)
    if len(there) > len(style.COLORS):
        notes.omit(f"{len(there) - len(style.COLORS)} of {len(there)} kinds of training")
    labels = [", ".join(_word(name, rows[name].values[place]) for name in names) for place in there]
    return [(label, rows.isel(run=place)) for label, place in zip(labels, there[:len(style.COLORS)])]


def _word(name, value):
    return str(value).replace("_", " ") if name == "method" else style.equal(name, value)


def _over_updates(axis, runs, name):
    for series, (_, part) in enumerate(runs):
        done = part["update"].values > 0  # the axis is logarithmic
        value, spread = part[name].values, reduced.error(part, name) * np.sqrt(float(part.replicas_done))
        axis.fill_between(part["update"].values[done], (value - spread)[done], (value + spread)[done],
                          color=style.COLORS[series], alpha=0.15, lw=0)
        axis.plot(part["update"].values[done], value[done], color=style.COLORS[series], ls=style.LINES[series], lw=0.7)
        notes.measured(axis, part["update"].values, part, name, series, take=done)
    axis.set(xscale="log", xlabel="updates")


def learning(data):
    """Log-likelihood of the data and reconstruction error over updates, for each way of training; the bound of any law."""
    name = "log_likelihood"
    if name not in data or not data[name].notnull().any():
        name = "annealed_log_likelihood"
    require(data, name, "best_log_likelihood")
    if name != "log_likelihood":
        notes.remark("the log-likelihood is that by annealed importance sampling")
    runs = _runs(data, name)
    figure, axes = style.panels(2, height=2.9)
    likelihood, error = axes[0]
    _over_updates(likelihood, runs, name)
    _over_updates(error, runs, "reconstruction_error")
    bound = float(data.best_log_likelihood.max())
    likelihood.axhline(bound, color="k", lw=0.9)
    values = np.concatenate([part[name].values for _, part in runs])
    start = min(float(part[name].values[0]) for _, part in runs)
    lowest = max(np.nanmin(values), bound + 1.6 * (start - bound))  # a run that diverges leaves the frame
    if np.nanmin(values) < lowest:
        notes.remark("curves that fall out of the frame go on falling")
    likelihood.set(ylabel="log-likelihood of all data (nat)", ylim=(lowest - 0.03 * abs(lowest), bound + 0.06 * (bound - lowest)))
    error.set(ylabel="reconstruction error")
    style.letter(axes)
    style.legend(figure, [style.key(series, label or "mean of runs") for series, (label, _) in enumerate(runs)]
                 + [Line2D([], [], color="k", lw=0.9, label="bound of any law")])
    return figure


def modes(data):
    """Singular values of the weights over updates, and the share of the weights along the modes of the data."""
    require(data, "singular_value", "mode_share")
    label, part = _runs(data, "singular_value")[-1]
    if label:
        notes.remark(label)
    there = part["update"].values > 0
    figure, axes = style.panels(2, height=2.6)
    count = min(part.sizes["mode"], len(style.COLORS))
    for axis, name in zip(axes[0], ("singular_value", "mode_share")):
        for mode in range(count):
            notes.measured(axis, part["update"].values, part.isel(mode=mode), name, mode, take=there, ls=style.LINES[mode])
        axis.set(xscale="log", xlabel="updates")
    axes[0, 0].set(ylabel="singular value of $W$", yscale="log")
    axes[0, 1].set(ylabel=r"share $\|W^\top e_k\|^2/\|W\|^2$")
    style.letter(axes)
    style.legend(figure, [style.key(mode, f"mode {part['mode'].values[mode]:g}") for mode in range(count)])
    return figure


FIGURES = {"rbm": learning, "rbm_modes": modes}
