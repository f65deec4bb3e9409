"""Figures of a file whose points come from a table, the same for every experiment: a quantity over two parameters, and against
one. Parameters are the table's columns and the grid axes beside them."""
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.lines import Line2D

from gdmsweep import reduced, style
from gdmsweep.files import FileError
from gdmsweep.plots import Skip, notes

#: From how many points on error bars would hide each other.
MANY = 3000
#: An axis is logarithmic where the largest value is this many times the smallest one.
WIDE = 50
#: Words on an axis or in colours are told apart up to here.
WORDS = 6


class Points:
    """A file as lists over all its points: `parameters`, name -> values, and quantities by name."""

    def __init__(self, data, chosen=None):
        self.data = data
        self.dims = data.replicas_done.dims
        self.chosen = chosen or {}  # dimension of a quantity -> place along it
        self.done = data.replicas_done.values.ravel() > 0
        shape = data.replicas_done.shape
        names = [*reduced.table_columns(data), *(name for name in self.dims if name != reduced.TABLE)]
        self.parameters = {name: np.broadcast_to(data[name].expand_dims({dim: data[dim] for dim in self.dims
                                                                         if dim not in data[name].dims})
                                                 .transpose(*self.dims).values, shape).ravel() for name in names}

    def varying(self):
        """The parameters with several values, as they stand in the file; numbers come before words."""
        several = [name for name, values in self.parameters.items() if len(set(values.tolist())) > 1]
        return sorted(several, key=lambda name: is_words(self.parameters[name])) or list(self.parameters)

    def quantities(self):
        """The names of what has an error: those of one number a point first, of these what is derived, with a closed form."""
        names = [name for name in self.data.data_vars if f"{name}_stderr" in self.data]
        has_values = {name: bool(self.data[name].notnull().any()) for name in names}
        return sorted(names, key=lambda name: (self.data[name].ndim > len(self.dims), not has_values[name],
                                               f"{name}_theory" not in self.data, "combine" in self.data[name].attrs))

    def cut(self, name):
        """The variable with one number a point; along its own axes at what --select chose, otherwise at the first place."""
        part = self.data[name]
        for dim in part.dims:
            if dim not in self.dims:
                notes.show(dim, self.data[dim].values[self.chosen.get(dim, 0)])
                part = part.isel({dim: self.chosen.get(dim, 0)})
        return part.transpose(*self.dims)

    def __getitem__(self, name):
        if name in self.parameters:
            return self.parameters[name]
        return self.cut(name).values.ravel() if name in self.data else np.full(self.done.shape, np.nan)

    def where(self, name):
        """`t = 0.5`, the place along a quantity's own axes, or nothing."""
        own = [dim for dim in self.data[name].dims if dim not in self.dims] if name in self.data else []
        return style.equals(**{dim: self.data[dim].values[self.chosen.get(dim, 0)] for dim in own})

    def label(self, name):
        where = self.where(name)
        return style.label(self.data[name]) + (f"  at {where}" if where else "")


def is_words(values):
    return values.dtype.kind in "OUS"


def wide(values):
    """Whether numbers belong on a logarithmic axis."""
    values = values[np.isfinite(values)]
    return values.size > 0 and values.min() > 0 and values.max() > WIDE * values.min()


def place(axis, points, name, there, which):
    """Where the points lie along x or y, words beside each other; and the label of that axis."""
    values = points[name]
    getattr(axis, f"set_{which}label")(points.label(name))
    if is_words(values):
        words = sorted(set(values.tolist()))
        getattr(axis, f"set_{which}ticks")(range(len(words)), words)
        getattr(axis, f"set_{which}lim")(-0.5, len(words) - 0.5)
        return np.array([words.index(one) for one in values.tolist()], float)
    if wide(values[there]):
        getattr(axis, f"set_{which}scale")("log")
    infinite = int((~np.isfinite(values) & there).sum())
    if infinite and name in points.parameters:
        notes.omit(f"{infinite:,} points with {name} = inf")
    return values.astype(float)


def size(count):
    """The area of a marker, so that many do not cover each other."""
    return float(np.clip(4000 / max(count, 1), 0.5, 14))


def colours(figure, axis, points, name, x, y, there, **look):
    """Points in the colour of a number, with its bar, or of a word, with its legend. Returns the function of a mask that gives
    the colours."""
    values = points[name]
    if is_words(values):
        words = sorted(set(values[there].tolist()))[:WORDS]
        for i, word in enumerate(words):
            of_word = there & (values == word)
            axis.scatter(x[of_word], y[of_word], color=style.COLORS[i], marker=style.MARKERS[i], lw=0, rasterized=True, **look)
        style.legend(figure, [style.key(i, word.replace("_", " "), line=False, mfc=style.COLORS[i]) for i, word in enumerate(words)])
        shown = there & np.isin(values, words)
        if (there & ~shown).any():
            notes.omit(f"{int((there & ~shown).sum()):,} points with other words of {name} than {', '.join(words)}")
        return
    there = there & np.isfinite(values)
    norm = LogNorm() if name not in points.quantities() and wide(values[there]) else None
    image = axis.scatter(x[there], y[there], c=values[there], cmap="viridis", norm=norm, lw=0, rasterized=True, **look)
    if there.any():
        figure.colorbar(image, ax=axis, label=points.label(name))


def over_two(points, x_name, y_name, colour):
    """A quantity over two parameters: a point for each row of the table."""
    figure, panels = style.panels(1, height=2.7)
    axis = panels[0, 0]
    done = points.done
    x, y = place(axis, points, x_name, done, "x"), place(axis, points, y_name, done, "y")
    value = points[colour]
    missing = np.array([one != one for one in value.tolist()])
    marker = size(done.sum())
    none, absent = done & missing, ~done
    axis.scatter(x[none], y[none], s=marker, facecolors="none", edgecolors="0.6", lw=0.5, rasterized=True)
    axis.scatter(x[absent], y[absent], s=marker, color="0.8", marker="x", lw=0.5, rasterized=True)
    colours(figure, axis, points, colour, x, y, done & ~missing, s=marker)
    handles = [Line2D([], [], ls="", marker="o", mfc="none", mec="0.6", label="no value")] if none.any() else []
    handles += [Line2D([], [], ls="", marker="x", color="0.7", label="not computed")] if absent.any() else []
    if handles and not is_words(value):
        style.legend(figure, handles)
    notes.remark(f"{int(done.sum()):,} points of a table")
    return figure


def against(points, x_name, quantity, colour=None):
    """A quantity against one parameter, with standard errors, and the closed form where there is one."""
    figure, panels = style.panels(1, height=2.7)
    axis = panels[0, 0]
    value, theory = points[quantity], points[f"{quantity}_theory"]
    there = points.done & np.isfinite(value)
    if not there.any():
        raise Skip(f"{quantity} has no value at any computed point")
    x = place(axis, points, x_name, there, "x")
    there &= np.isfinite(x)
    axis.set_ylabel(points.label(quantity))
    error = points[f"{quantity}_stderr"]
    few = there.sum() <= MANY
    if few:
        known = there & np.isfinite(error)
        axis.errorbar(x[known], value[known], error[known], ls="", color="0.6", elinewidth=0.7, zorder=1)
        if quantity != "replicas_done" and not known[there].all():
            notes.remark(f"no bar: {reduced.why_no_error(points.data, quantity)}")
    else:
        known = np.isfinite(error) & there
        notes.remark(f"error bars left out, median {np.median(error[known]):.2g}" if known.any() else "no errors")
    look = {"s": max(size(there.sum()), 1.0), "zorder": 2}
    if colour:
        colours(figure, axis, points, colour, x, value, there, **look)
    else:
        axis.scatter(x[there], value[there], color=style.COLORS[0], lw=0, rasterized=True, **look)
    has_theory = points.done & np.isfinite(theory) & np.isfinite(x)
    if has_theory.any():
        alone = len(points.varying()) == 1 and not is_words(points[x_name])
        order = np.argsort(x[has_theory], kind="stable")
        axis.plot(x[has_theory][order], theory[has_theory][order], color="black", zorder=1.5, lw=0.7, rasterized=not few,
                  **({} if alone else {"ls": "", "marker": "_", "ms": 1.6 * look["s"] ** 0.5, "mew": 0.6}))
        if not (colour and is_words(points[colour])):
            style.legend(figure, [style.key(0, "measured", line=False, mfc=style.COLORS[0] if not colour else "0.5", mec="none"),
                                  Line2D([], [], color="black", lw=0.7, label="closed form",
                                         **({} if alone else {"ls": "", "marker": "_", "ms": 5}))])
    notes.remark(f"{int(there.sum()):,} points of a table")
    return figure


def chosen_figures(points, x, y, colour):
    """Name of a figure -> (function of the data, which is one of the two above with its names), for what was asked for; without
    any wish both, of the first quantity."""
    known = [*points.parameters, *points.quantities(), "replicas_done"]
    for option, name in (("--x", x), ("--y", y), ("--colour", colour)):
        if name and name not in known:
            raise FileError(f"{option} {name}: neither a parameter nor a quantity with an error; there are "
                                f"{', '.join(known)}")
    if x and x not in points.parameters:
        raise FileError(f"--x {x}: takes a parameter: {', '.join(points.parameters)}")
    varying = points.varying()
    x = x or next((name for name in varying if name != y), varying[0])
    quantities = points.quantities()
    if not quantities and not (y or colour):
        raise FileError("the file has no quantity with an error")
    result = {}
    second = y if y in points.parameters else None
    if y is None:
        second = next((name for name in varying if name not in (x, colour)), None)
    asked = y or colour
    if second:
        value = colour or quantities[0]
        result["table"] = lambda data: over_two(points, x, second, value)
        result["table"].__doc__ = f"{value} over {x} and {second}"
    if y is not None and y not in points.parameters or y is None and (not asked or not second):
        quantity = y or (colour if colour and colour not in points.parameters else quantities[0])
        others = [name for name in varying if name != x]
        third = colour if colour != quantity and colour else others[-1] if others and not asked else None
        result["against"] = lambda data: against(points, x, quantity, third)
        result["against"].__doc__ = f"{quantity} against {x}"
    return result
