"""What the figures of experiments on condensation share."""
import numpy as np
from matplotlib.lines import Line2D

import style

#: From how many expected realisations with few dominant levels on the spread of Y is taken for its error.
FEW_EVENTS = 200


def comparable(data):
    """Without the points where the mean of Y is made by realisations so rare that the sample may hold none of them."""
    events = data.participation_ratio_theory * data.replicas_done * data.attrs["samples"]
    kept = events >= FEW_EVENTS
    masked = {name: variable.where(kept) for name, variable in data.data_vars.items()
              if f"{name.removesuffix('_theory')}_theory" in data and set(kept.dims) <= set(variable.dims)}
    return data.assign(masked), f"{int(kept.sum())} of {kept.size} points, where <Y> is more than {FEW_EVENTS} events"


def curves(axis, x, name, parts):
    """Measured values of one variable with errors, and the exact curve at the same parameters."""
    for k, part in enumerate(parts):
        order = np.argsort(x[k])
        axis.errorbar(x[k], part[name].values, part[f"{name}_stderr"].values, **style.points(k))
        if f"{name}_theory" in part:
            axis.plot(x[k][order], part[f"{name}_theory"].values[order], color=style.COLORS[k], lw=0.9, zorder=1)


def handles(labels):
    return [Line2D([], [], lw=0.9, marker=style.MARKERS[k], color=style.COLORS[k], mfc="white", mew=0.8, label=label)
            for k, label in enumerate(labels)]
