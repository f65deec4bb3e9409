"""Results along an axis of any experiment: the curves that they are made of, the result with its error, the points that its fit
used, χ² per degree of freedom; curves of all sizes also on one another, by a collapse."""
import textwrap

import numpy as np

from gdmsweep import reduced, style
from gdmsweep.plots import Skip, notes

#: At most so many panels.
MOST = 6


def results(data):
    """The names of the results along an axis in a file (not their parts)."""
    return [name for name in data.data_vars if data[name].attrs.get("result") == name and "along" in data[name].attrs]


def along(data):
    """Results along an axis beside their curves, with errors, the points used and chi^2 per degree of freedom."""
    names = [name for name in results(data) if data[name].attrs["along"] in data.dims]
    if not names:
        raise Skip("the file has no result along an axis")
    for name in [one for one in names if not _has_value(data, one)]:
        notes.omit(f"{name}: {data[name].attrs.get('missing', 'no value')}")
        names.remove(name)
    if not names:
        raise Skip("no result along an axis has a value")
    if len(names) > MOST:
        notes.omit(f"{', '.join(names[MOST:])}: the first {MOST} results are drawn")
        names = names[:MOST]
    rows = 1 if len(names) < 4 else 2
    figure, axes = style.panels(-(-len(names) // rows), rows=rows, height=2.7 * rows,
                                width=style.ONE_COLUMN if len(names) == 1 else style.TWO_COLUMNS)
    handles = {}
    for axis in np.ravel(axes)[len(names):]:
        axis.set_axis_off()
    axes = np.ravel(axes)[:len(names)]
    for axis, name in zip(axes, names):
        part, where = _one_plane(data, name)
        draw = _collapse if part[name].attrs["kind"] == "collapse" else _curves
        for handle in draw(axis, part, name):
            handles.setdefault(handle.get_label(), handle)
        if where:
            axis.set_title(f"{axis.get_title()}\nat {style.equals(**where)}", fontsize=6.5)
        axis.set_ylabel(textwrap.fill(axis.get_ylabel(), 34, break_long_words=False), fontsize=7.5)
    style.letter(axes)
    style.legend(figure, list(handles.values()))
    return figure


def _has_value(data, name):
    return data.sizes[data[name].attrs["along"]] > 1 and bool(np.isfinite(data[name].values).any())


def _one_plane(data, name):
    """The data at one value of each grid dimension that remains, and these values: where the result has a value, and something
    exact beside it if it has that anywhere (a limit at the transition)."""
    kept = (data[name].attrs["along"], data[name].attrs.get("sizes"))
    others = [other for other in data.replicas_done.dims if other not in kept]
    there = np.isfinite(data[name])
    exact = there & np.isfinite(data[f"{name}_theory"]) if f"{name}_theory" in data else there
    there = exact if exact.any() else there
    there = there.any([dim for dim in there.dims if dim not in others])
    places = dict(zip(there.dims, np.unravel_index(np.argmax(there.values), there.shape)))
    where = {other: data[other].values[places.get(other, 0)] for other in others if data.sizes[other] > 1}
    for other, value in where.items():
        notes.show(other, value)
    return data.isel({other: int(places.get(other, 0)) for other in others}), where


def _series(part, name):
    """(number, label, data) of each size; one without sizes."""
    sizes = part[name].attrs.get("sizes")
    if not sizes:
        return [(0, None, part)]
    places = notes.some(part, sizes, len(style.COLORS), of=part[name].attrs["quantity"])
    return [(k, style.equals(**{sizes: part[sizes][place]}), part.isel({sizes: place})) for k, place in enumerate(places)]


def with_error(value, error):
    """`2.2715 ± 0.0026`: two digits of the error, and as many decimals of the value."""
    if not (np.isfinite(error) and error > 0):
        return f"{value:.5g}"
    decimals = max(0, 1 - int(np.floor(np.log10(error))))
    return f"{value:.{decimals}f} ± {error:.{decimals}f}"


def _text(part, name, symbol):
    """`T = 2.2694 ± 0.0021, χ²/dof = 1.1, 6 dof`."""
    symbol = f"{symbol}\n" if len(symbol) > 14 and "$" not in symbol else f"{symbol} "
    text = f"{symbol}= {with_error(float(part[name]), float(reduced.error(part, name)))}"
    chi2 = part.get(f"{name}_chi2")
    if chi2 is not None and np.isfinite(chi2):
        text += f"\n$\\chi^2$/dof = {float(chi2):.2g}, {float(part[f'{name}_dof']):.0f} dof"
    return text


def _shade(axis, part, name):
    """The points that were used lie in the shaded window."""
    low, high = float(part[f"{name}_from"]), float(part[f"{name}_to"])
    if np.isfinite(low) and np.isfinite(high):
        axis.axvspan(low, high, color="0.93", lw=0, zorder=-2)
        notes.remark("shaded: the window of the points that the fit used")


def _abscissas(part, axis):
    """The values of the axis along which results are: where it is scaled by point, those of this point, as results count."""
    at_point = part.get(f"{axis}_at_point")
    if at_point is None:
        return part[axis].values
    return at_point.isel({name: 0 for name in at_point.dims if name != axis}).values


def _curves(axis, part, name):
    """The quantity against the axis; a position is a vertical line with a band of its error, a value a horizontal one."""
    attributes = part[name].attrs
    x, quantity = _abscissas(part, attributes["along"]), attributes["quantity"]
    series = _series(part, name)
    for k, _, one in series:
        notes.measured(axis, x, one, quantity, k)
        there = np.isfinite(one[quantity].values)
        axis.plot(x[there], one[quantity].values[there], color=style.COLORS[k], ls=style.LINES[k], lw=0.6)
    _shade(axis, part, name)
    value, error = float(part[name]), float(reduced.error(part, name))
    position = attributes["kind"] in ("crossing", "root", "extremum")
    if np.isfinite(value):
        if position:
            notes.remark("solid line: the result, with its error")
            axis.axvline(value, color="k", lw=0.8)
            if np.isfinite(error):
                axis.axvspan(value - error, value + error, color="k", alpha=0.15, lw=0, zorder=-1)
        symbol = style.symbol(attributes["along"]) if position else style.symbol(name)
        axis.set_title(_text(part, name, symbol), fontsize=6.5)
        if f"{name}_theory" in part and position:
            axis.axvline(float(part[f"{name}_theory"]), color="0.45", lw=0.8, ls="--")
            notes.remark("dashed: known beside it")
    if "level" in attributes:
        axis.axhline(float(attributes["level"]), color="0.45", lw=0.6)
    axis.set(xlabel=style.label(part[attributes["along"]]), ylabel=style.label(part[quantity]))
    return [style.key(k, label) for k, label, _ in series if label]


def _collapse(axis, part, name):
    """size^(-κ) y against (x - x_c) size^(1/ν), for the points that the fit used."""
    attributes = part[name].attrs
    x, quantity = _abscissas(part, attributes["along"]), attributes["quantity"]
    nu = float(part[name])
    critical = float(part[f"{name}_critical"]) if f"{name}_critical" in part else float(attributes["critical"])
    scaling = float(part[f"{name}_scaling"]) if f"{name}_scaling" in part else float(attributes["scaling"])
    series = _series(part, name)
    for k, _, one in series:
        size = float(one[attributes["sizes"]])
        notes.measured(axis, (x - critical) * size ** (1 / nu), one, quantity, k, unit=size**scaling)
    along_axis, sizes = style.symbol(attributes["along"]), attributes["sizes"]
    axis.set(xlabel=f"({along_axis} − {critical:.5g}) {sizes}$^{{1/\\nu}}$",
             ylabel=style.label(part[quantity]) + (f" {sizes}$^{{{-scaling:.3g}}}$" if scaling else ""))
    axis.set_title(_text(part, name, r"$\nu$"), fontsize=6.5)
    return [style.key(k, label) for k, label, _ in series]
