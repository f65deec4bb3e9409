"""Series of figures over simple targets: one for each target, dimension, … of a file."""
import itertools

import numpy as np

from gdmsweep import style
from gdmsweep.plots import Skip, notes


def series(data, names, of, limit=len(style.COLORS)):
    """(label, part) of each combination of the grid dimensions `names` where the variable `of` has values, at most `limit`."""
    names = [name for name in names if name in data.dims]
    varied = [name for name in names if data.sizes[name] > 1]
    found = []
    for places in itertools.product(*(range(data.sizes[name]) for name in names)):
        part = data.isel(dict(zip(names, places)))
        if part[of].notnull().any():
            found.append((style.equals(**{name: part[name] for name in varied}) or "measured", part))
    if not found:
        raise Skip(f"{of} has no value yet")
    chosen = [found[i] for i in style.spread(len(found), limit)]
    if len(chosen) < len(found):
        notes.omit(f"{len(found) - len(chosen)} of {len(found)} series")
    return chosen


def noise_label(data):
    """The label of the axis theta: in units of the transition where the job gave it so."""
    symbol = style.SYMBOLS["theta"]
    return rf"${symbol}/{style.SYMBOLS['theta_c']}$" if scaled(data) else f"${symbol}$"


def scaled(data):
    """Whether the values of the axis theta are in units of the transition."""
    return "theta_at_point" in data.variables and data.attrs.get("theta_unit") == "theta_c"


def ratios(axis, chosen, names):
    """Measured transitions over the exact ones, a place for each series; `names`: variable -> label. Returns handles."""
    handles = []
    for number, (name, text) in enumerate(names.items()):
        drawn = False
        for place, (_, part) in enumerate(chosen):
            exact = f"{name}_theory"
            if name in part and exact in part and np.isfinite(part[exact]):
                here = place + 0.15 * (number - (len(names) - 1) / 2)
                drawn = notes.measured(axis, here, part, name, number, unit=float(part[exact])) or drawn
        if drawn:
            handles.append(style.key(number, text, line=False))
    if not handles:
        raise Skip("no transition was found")
    axis.axhline(1, color="0.45", lw=0.7, zorder=0)
    axis.set_xlim(-0.6, len(chosen) - 0.4)
    names = [label.replace("target = ", "").replace("process = ", "").replace(", ", "\n") for label, _ in chosen]
    axis.set_xticks(range(len(chosen)), [name.replace("ornstein uhlenbeck", "Ornstein-\nUhlenbeck") for name in names], fontsize=6)
    axis.set_ylabel(f"measured ${style.SYMBOLS['theta_c']}$ over the exact one")
    return handles
