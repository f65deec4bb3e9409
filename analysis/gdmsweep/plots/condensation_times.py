"""Figures of condensation times: against the number of points, and against 1/d with the limit of large d."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import reduced, style
from gdmsweep.plots import Skip, condensation_common as common, notes


def _shown(data):
    names = [name for name in common.ESTIMATORS if name in data and bool(data[name].notnull().any())]
    if not names:
        raise Skip("no estimator of t_C has a value yet")
    return names


def _curves(state):
    """The closed forms that belong to a state: name -> look."""
    half = {"t_c_half_large_d": common.LARGE_D}
    return half if str(state.state.values) == "population" else {**half, "t_c_information": common.INFORMATION}


def _legend(figure, data, names, first=(), limit=False):
    """Estimators, their limit, and the closed forms."""
    index = list(common.ESTIMATORS).index
    handles = [*first, *(style.key(index(name), common.ESTIMATORS[name], False) for name in names)]
    if limit:
        handles.append(Line2D([], [], ls="", marker="o", color="k", label=r"limit $d\to\infty$"))
    handles += [Line2D([], [], label=r"published $t_\mathrm{C}$", **common.THEORY),
                Line2D([], [], label=r"$\langle Y\rangle=\frac{1}{2}$, large $d$", **common.LARGE_D)]
    if "planted" in data.state.values:
        handles.append(Line2D([], [], label=r"$t_\mathrm{C}$ with $I(\lambda)$", **common.INFORMATION))
    style.legend(figure, handles, 4)


def _logarithmic(x):
    """Whether the numbers of points, or alpha, span more than a decade."""
    return x.min() > 0 and x.max() > 10 * x.min()


def times(data):
    """Condensation times by each estimator against the number of points, at the largest d, and what they deviate by."""
    common.require_gaussian(data)
    name = common.size_axis(data)
    if data.sizes[name] < 2:
        raise Skip(f"it needs several values of {name}")
    first = _shown(data)[0]
    computed = data[first].notnull().any([other for other in data[first].dims if other != "d"])
    part = notes.at(data, d=float(data.d.where(computed).max()))
    names = _shown(part)
    states = common.by_state(part)
    figure, axes = style.panels(len(states), rows=2, height=4.3, sharex=True,
                                width=style.TWO_COLUMNS if len(states) > 1 else style.ONE_COLUMN)
    limits = any(f"{estimator}_limit" in part and bool(part[f"{estimator}_limit"].notnull().any()) for estimator in names)
    for column, state in enumerate(states):
        top, bottom = axes[:, column]
        x, published = state[name].values, state.t_c_theory.values
        bottom.axhline(0, **common.THEORY)
        fine, line = _published(state, name)
        top.plot(fine, line, **common.THEORY)
        for curve, look in _curves(state).items():
            shift = state[curve].values / published - 1
            top.plot(fine, line * (1 + np.interp(np.log(fine), np.log(x), shift)), **look)
            bottom.plot(x, 100 * shift, **look)
        for k, estimator in enumerate(names):
            series, beside = list(common.ESTIMATORS).index(estimator), _beside(x, k, len(names), _logarithmic(x))
            notes.measured(top, x, state, estimator, series, zorder=3)
            notes.measured(bottom, beside, state, estimator, series, published, published / 100, zorder=3)
            if f"{estimator}_limit" in state:
                notes.measured(bottom, beside, state, f"{estimator}_limit", series, published, published / 100,
                               mfc=style.COLORS[series], zorder=4)
        if _logarithmic(x):
            top.set_xscale("log")
        top.set_title(f"{common.title(state)}, {style.equals(d=state.d)}")
        top.set_ylim(0)
        bottom.set_xlabel(style.symbol(name) if name != "alpha" else r"$\alpha=\ln N/d$")
    axes[0, 0].set_ylabel(r"condensation time $t_\mathrm{C}$")
    axes[1, 0].set_ylabel(r"$t_\mathrm{C}\,/\,t_\mathrm{C}^\mathrm{theory}-1$ (%)")
    style.letter(axes)
    _legend(figure, part, names, limit=limits)
    return figure


def _published(state, name):
    """The published condensation time on a fine grid of the axis `name`."""
    x = np.geomspace(state[name].min(), state[name].max(), 200)
    log_n = {"alpha": x * float(state.d), "ln_N": x, "N": np.log(x)}[name]
    return x, 0.5 * np.log1p(float(state.sigma2) / np.expm1(2 * log_n / float(state.d)))


def _beside(x, k, count, logarithmic):
    """Abscissas of series k of `count`, set apart by a little."""
    shift = (k - (count - 1) / 2) * 0.016
    if logarithmic:
        return x * (x.max() / x.min()) ** shift
    return x + shift * (x.max() - x.min())


def finite_size(data):
    """How far the condensation time of finite systems is from the published one, against 1/d, and its limit."""
    common.require_gaussian(data)
    if common.size_axis(data) != "alpha":
        raise Skip("it needs alpha as an axis: the limit of large d is taken at fixed ln N/d")
    if data.sizes["d"] < 2:
        raise Skip("it needs several values of d")
    names = _shown(data)
    states, columns = common.by_state(data), notes.some(data, "alpha", of=names[0])
    figure, axes = style.panels(len(columns), rows=len(states), height=0.7 + 1.8 * len(states), sharex=True, sharey="row",
                                width=style.TWO_COLUMNS if len(columns) > 1 else style.ONE_COLUMN)
    for row, state in zip(axes, states):
        for axis, i in zip(row, columns):
            _against_inverse_d(axis, state.isel(alpha=i), names)
        row[0].set_ylabel(f"{common.title(state)}\n" + r"$t_\mathrm{C}\,/\,t_\mathrm{C}^\mathrm{theory}-1$ (%)")
    for top, bottom, i in zip(axes[0], axes[-1], columns):
        top.set_title(style.equals(alpha=data.alpha[i]))
        bottom.set_xlabel(r"$1/d$")
        bottom.xaxis.set_major_formatter("{x:g}")
    style.letter(axes)
    _legend(figure, data, names, limit=any(f"{name}_limit" in data for name in names))
    return figure


def _against_inverse_d(axis, part, names):
    x, published = 1 / part.d.values, part.t_c_theory.values
    order = np.argsort(x)
    axis.axhline(0, **common.THEORY)
    axis.axvline(0, color="0.6", lw=0.6, zorder=0)
    for curve, look in _curves(part).items():
        shift = 100 * (part[curve].values / published - 1)[order]
        end = shift[0] if str(part.state.values) == "population" else 0.0
        axis.plot([0, *x[order]], [end, *shift], **look)
    for name in names:
        series = list(common.ESTIMATORS).index(name)
        if not notes.measured(axis, x, part, name, series, published, published / 100, zorder=3):
            continue
        if f"{name}_limit" not in part or not np.isfinite(part[f"{name}_limit"]):
            continue
        notes.measured(axis, 0, part, f"{name}_limit", series, published[0], published[0] / 100, mfc=style.COLORS[series],
                       zorder=4)
        limit = 100 * (float(part[f"{name}_limit"]) / published[0] - 1)
        value, error = 100 * (part[name].values / published - 1), 100 * reduced.error(part, name) / published
        good = np.isfinite(value) & (error > 0)
        if not good.any():
            continue
        weight = x[good] / error[good] ** 2
        slope = (weight * (value[good] - limit)).sum() / (weight * x[good]).sum()
        axis.plot([0, x.max()], [limit, limit + slope * x.max()], color=style.COLORS[series], lw=0.6, zorder=2)
    axis.set_xlim(-0.06 * x.max(), 1.08 * x.max())
