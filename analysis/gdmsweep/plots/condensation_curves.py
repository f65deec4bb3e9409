"""Figures of condensation over t: excess entropy and participation ratio, and the distribution of the latter."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, condensation_common as common, notes, require


def curves(data):
    """Excess entropy f and mean participation ratio against t/t_C for several d, beside the closed forms at large d."""
    common.require_gaussian(data, "excess_entropy", "participation_ratio")
    part, at = common.middle(data)
    states = common.by_state(part)
    sizes = notes.some(part, "d", of="excess_entropy")
    figure, axes = style.panels(len(states), rows=2, height=4.2, sharex=True,
                                width=style.TWO_COLUMNS if len(states) > 1 else style.ONE_COLUMN)
    for column, state in enumerate(states):
        for k, i in enumerate(sizes):
            _curve(axes[0, column], state.isel(d=i), "excess_entropy", k, _one_theory(state))
            _curve(axes[1, column], state.isel(d=i), "participation_ratio", k, _one_theory(state))
        _limits(axes[:, column], state, sizes)
        if common.spans_decades(state.isel(d=sizes[-1])):
            axes[0, column].set_xscale("log")
        axes[0, column].set_title(common.title(state))
        axes[1, column].set_xlabel(common.time_label(data))
        axes[1, column].set_ylim(-0.04, 1.04)
        _entropy_range(axes[0, column], state)
    axes[0, 0].set_ylabel(r"excess entropy $f/\alpha$")
    axes[1, 0].set_ylabel(r"participation ratio $\langle Y\rangle$")
    style.letter(axes)
    handles = [style.key(k, style.equals(d=part.d[i]), False) for k, i in enumerate(sizes)]
    style.legend(figure, [Line2D([], [], ls="", label=at), *handles, Line2D([], [], label=r"large $d$", **common.THEORY)])
    return figure


def _alpha(part):
    return float(common.log_n(part) / part.d)


def _one_theory(state):
    """Whether all d have one alpha, so that one closed form stands for all."""
    return "alpha" in state.coords


def _curve(axis, part, name, k, joined=True):
    unit = _alpha(part) if name == "excess_entropy" else 1.0
    t, value = common.over_time(part, name)
    if joined:
        axis.plot(t, value / unit, color=style.COLORS[k], ls="-", lw=0.5, alpha=0.6, zorder=2)
    common.draw_over_time(axis, part, name, k, unit)


def _limits(axes, state, sizes):
    """The closed forms, without what falls as 1/d: of one alpha in black, otherwise of each d in its colour."""
    one = _one_theory(state)
    for k, i in enumerate(sizes):
        part = state.isel(d=i)
        if one and i != sizes[-1]:
            continue
        look = {**common.THEORY, "color": "k" if one else style.COLORS[k]}
        for axis, name in zip(axes, ("excess_entropy", "participation_ratio")):
            if f"{name}_large_d" in part:
                t, value = common.over_time(part, f"{name}_large_d")
                _with_step(axis, t, value / (_alpha(part) if name == "excess_entropy" else 1), part, name, look)
    for axis in axes:
        axis.axvline(1, color="0.6", lw=0.6, zorder=0)
        axis.axhline(0, color="0.6", lw=0.6, zorder=0)


def _with_step(axis, t, value, part, name, look):
    """A planted ratio is a step at t_C, drawn upright and not between two measured times."""
    if name == "participation_ratio" and str(part.state.values) == "planted":
        t, value = np.array([min(t[0], 1), 1, 1, max(t[-1], 1)]), np.array([1.0, 1, 0, 0])
    axis.plot(t, value, **look)


def _entropy_range(axis, state):
    """Room for f of the population, which falls without bound below t_C, but not for all of it."""
    low, high = axis.get_ylim()
    if low < -2.1:
        notes.omit(f"f/alpha below -2.1 ({state.state.values} states)")
    axis.set_ylim(max(low, -2.1), min(high, 1.05) if min(high, 1.05) > max(low, -2.1) else high)


def distribution(data):
    """How the participation ratio is distributed over states, against t: a map at a middle d; and its variance."""
    require(data, "participation_histogram", "participation_ratio")
    part, at = common.middle(data) if not common.is_user_data(data) else _largest(data)
    states = common.by_state(part)
    figure, axes = style.panels(len(states), rows=2, height=4.3, sharex=True,
                                width=style.TWO_COLUMNS if len(states) > 1 else style.ONE_COLUMN)
    sizes = notes.some(part, "d", of="participation_ratio")
    shown = part.d[sizes[len(sizes) // 2]]
    if part.sizes["d"] > 1:
        notes.omit(f"the distributions of all d but {float(shown):g}")
    images = []
    for column, state in enumerate(states):
        here = state.sel(d=float(shown))
        images.append(_map(axes[0, column], here))
        axes[0, column].set_title(common.title(state) + ", " + style.equals(d=shown))
        _variance(axes[1, column], state, sizes)
        axes[1, column].set_xlabel(common.time_label(data))
        axes[1, column].set_ylim(0, None if common.is_user_data(data) else 0.26)
        if common.is_user_data(data) or common.spans_decades(state.isel(d=sizes[-1])):
            common.logarithmic_times(axes[1, column], [state.isel(d=i) for i in sizes])
    axes[0, 0].set_ylabel(r"participation ratio $Y$")
    axes[1, 0].set_ylabel(r"$\mathrm{Var}\,Y$")
    style.letter(axes)
    if not any(images):
        raise Skip("participation_histogram has no value yet")
    figure.colorbar(next(filter(None, images)), ax=list(axes[0]), label=r"density of $Y$", pad=0.02, aspect=18, extend="max")
    handles = [Line2D([], [], ls="", label=at), Line2D([], [], label=r"$\langle Y\rangle$", color="w", lw=1.4,
                                                      marker="o", ms=3, mfc="k", mec="w", mew=0.5)]
    if part.sizes["d"] > 1:
        handles += [style.key(k, style.equals(d=part.d[i]), False) for k, i in enumerate(sizes)]
    if not common.is_user_data(data) and any(str(state.state.values) == "population" for state in states):
        handles.append(Line2D([], [], label=r"$d\to\infty$", **common.THEORY))
    style.legend(figure, handles)
    return figure


def _largest(data):
    """A user's dataset at its largest number of points."""
    name = common.size_axis(data)
    part = notes.at(data, **{name: np.inf})
    return part, style.equals(**{name: part[name]})


def _map(axis, part):
    t, order = common.times(part)
    counts = part.participation_histogram.transpose(..., "participation_bin").values[order]
    total = counts.sum(axis=1, keepdims=True)
    style.not_computed(axis)
    if not np.nansum(total) > 0:
        style.say(axis, "not computed yet")
        return None
    density = np.ma.masked_invalid(counts / np.where(total > 0, total, np.nan) * counts.shape[1])
    x, mean = common.over_time(part, "participation_ratio")
    y = np.linspace(0, 1, counts.shape[1] + 1)
    edges = style.edges(x) if not common.is_user_data(part) else np.exp(style.edges(np.log(x)))
    image = axis.pcolormesh(np.asarray(edges), y, density.T, cmap="cividis", vmin=0, vmax=4, rasterized=True, linewidth=0)
    axis.plot(x, mean, color="w", lw=1.4)
    axis.plot(x, mean, ls="", marker="o", ms=3, mfc="k", mec="w", mew=0.5)
    return image


def _variance(axis, state, sizes):
    """Var Y over states; in the population, Y(1 − Y)/3 of a condensed random energy model."""
    if "participation_ratio_variance" not in state:
        return
    for k, i in enumerate(sizes):
        _curve(axis, state.isel(d=i), "participation_ratio_variance", k)
    part = state.isel(d=sizes[-1])
    if str(state.state.values) == "population" and "participation_ratio_large_d" in part and not common.is_user_data(part):
        t, mean = common.over_time(part, "participation_ratio_large_d")
        axis.plot(t, mean * (1 - mean) / 3, **common.THEORY)
