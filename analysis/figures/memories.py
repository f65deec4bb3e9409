"""What the figures of associative memories share."""
from figures import notes


def at(data, of, **wanted):
    """The part at the value nearest to the wanted one of each dimension, of those at which the variable `of` has values."""
    for name, value in wanted.items():
        if name in data.dims:
            there = notes.some(data, name, data.sizes[name], of=of)
            place = there[notes.place_of(data[name].values[there], value)]
            notes.show(name, data[name].values[place])
            data = data.isel({name: place})
    return data
