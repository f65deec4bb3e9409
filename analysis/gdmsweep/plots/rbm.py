"""Figures of the experiment rbm: how well a restricted Boltzmann machine has learned, over its updates.

Points are means of training runs with their errors; bands are the spread of single runs."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import reduced, style
from gdmsweep.plots import notes, require
from gdmsweep.plots.training import kinds, modes_over_updates, over_updates

GRID = ("hidden", "method", "k", "rate", "batch", "decay", "T")
DRAWS_TABLES = True


def learning(data):
    """Log-likelihood of the data and reconstruction error over updates, for each way of training; the bound of any law."""
    name = "log_likelihood"
    if name not in data or not data[name].notnull().any():
        name = "annealed_log_likelihood"
    require(data, name, "best_log_likelihood")
    if name != "log_likelihood":
        notes.remark("the log-likelihood is that by annealed importance sampling")
    runs = kinds(data, name, GRID)
    figure, axes = style.panels(2, height=2.9)
    likelihood, error = axes[0]
    over_updates(likelihood, runs, name)
    over_updates(error, runs, "reconstruction_error")
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
    label, part = kinds(data, "singular_value", GRID)[-1]
    if label:
        notes.remark(label)
    figure, axes = style.panels(2, height=2.6)
    for axis, name in zip(axes[0], ("singular_value", "mode_share")):
        shown = modes_over_updates(axis, part, name)
    axes[0, 0].set(ylabel="singular value of $W$", yscale="log")
    axes[0, 1].set(ylabel=r"share $\|W^\top e_k\|^2/\|W\|^2$")
    style.letter(axes)
    style.legend(figure, [style.key(place, f"mode {mode}") for place, mode in enumerate(shown)])
    return figure


FIGURES = {"rbm": learning, "rbm_modes": modes}
