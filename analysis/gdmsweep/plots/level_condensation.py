"""What the figures of experiments on condensation share."""
from gdmsweep import style
from gdmsweep.plots import notes

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
        notes.measured(axis, x[k], part, name, k)
        notes.curve(axis, x[k], part, f"{name}_theory", color=style.COLORS[k], lw=0.9, zorder=1)


def handles(labels):
    return [style.key(k, label, ls="-", lw=0.9) for k, label in enumerate(labels)]
