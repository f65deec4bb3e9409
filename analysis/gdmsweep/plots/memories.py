"""What the figures of associative memories share."""
import numpy as np

from gdmsweep import style
from gdmsweep.plots import notes


def at(data, of, **wanted):
    """The part at the value nearest to the wanted one of each dimension, of those at which the variable `of` has values."""
    for name, value in wanted.items():
        if name in data.dims:
            there = notes.some(data, name, data.sizes[name], of=of)
            place = there[notes.place_of(data[name].values[there], value)]
            notes.show(name, data[name].values[place])
            data = data.isel({name: place})
    return data


def ticks(axis, values, most=6):
    """Marks on a logarithmic axis at some of the values that were computed, instead of powers of ten."""
    values = np.sort(values)[style.spread(len(values), most)]
    axis.set_xticks(values, [style.number(float(f"{value:.4g}")) for value in values])
    axis.set_xticks([], minor=True)
