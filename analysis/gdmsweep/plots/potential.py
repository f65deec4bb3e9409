"""Figures of the experiment potential: how the potential of the reverse dynamics breaks the symmetry of two classes (Yu
and Huang, fig. 4), its three phases (fig. 6), and its minima and barrier against t.

Lines are the exact density (N = inf); markers are means over data sets of N points.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("mu", "sigma2", "d", ("N", "ln_N", "alpha"))

PHASES = {1: "stable breaking", 0: "no breaking", 2: "unstable breaking"}


def _count(data):
    """The name of the grid dimension that stands for N, and the values of N."""
    name = next(name for name in GRID[3] if name in data.dims)
    values = data[name].values.astype(float)
    if name == "N":
        return name, values
    return name, np.exp(values if name == "ln_N" else values * float(data.d.values.flat[0]))


def comparable(data):
    """What the closed forms, those of the exact density, apply to."""
    name, counts = _count(data)
    exact = np.isinf(counts)
    if exact.any():
        left = f"; {int((~exact).sum())} finite N are left out" if not exact.all() else ""
        return data.isel({name: np.flatnonzero(exact)}), f"exact density (N = inf){left}"
    return data, f"N = {counts.max():g}, although the closed forms are those of N = inf"


def _point(data, phase=None):
    """The classes to draw, at the smallest d: of the phase, computed, with mu and sigma2 nearest to 1; None if there are
    none."""
    part = notes.at(data, d=1)
    name = _count(part)[0]
    phases = part.phase_theory.isel({name: 0})
    distance = (abs(part.mu - 1) + abs(part.sigma2 - 1)).where((part.replicas_done > 0).any(name))
    if phase is not None:
        distance = distance.where(phases == phase)
    distance = distance.transpose("mu", "sigma2").values
    if np.isnan(distance).all():
        return None
    mu, sigma2 = np.unravel_index(np.nanargmin(distance), distance.shape)
    notes.show("mu", part.mu.values[mu])
    notes.show("sigma2", part.sigma2.values[sigma2])
    return part.isel(mu=int(mu), sigma2=int(sigma2))


def _coordinate(part):
    """The coordinate in units of sqrt(d), the same for all N."""
    if "x_at_point" not in part:
        return part.x.values
    at_point = part.x_at_point.isel({name: 0 for name in part.x_at_point.dims if name != "x"})
    return at_point.values / np.sqrt(float(part.d))


def _places(part):
    """The coordinate in units of sqrt(d) in ascending order, and that order."""
    x = _coordinate(part)
    order = np.argsort(x)
    return x[order], order


def _around(part, t, count=5):
    """Places of `count` times spread over factors of two around `t`, ascending."""
    times = part.t.values
    positive = np.flatnonzero(times > 0)
    wanted = t * np.geomspace(0.3, 2, count)
    places = {int(positive[np.abs(np.log(times[positive] / time)).argmin()]) for time in wanted}
    return sorted(places, key=lambda i: times[i])


def _centred(values, x):
    """Relative to the value at x nearest to 0: constants of U carry nothing."""
    return values - values[..., [int(np.abs(x).argmin())]]


def _exact(part, i, order):
    return part.U_theory.isel({_count(part)[0]: 0, "t": i}).values[order]


def _window(axis, x, curves, reach):
    """The part of the x axis within `reach`, and room for the curves there."""
    inside = np.abs(x) <= reach
    values = np.concatenate([curve[inside] for curve in curves])
    low, high = values.min(), values.max()
    axis.set(xlim=(max(x[0], -reach), min(x[-1], reach)), ylim=(low - 0.08 * (high - low), high + 0.08 * (high - low)))


def _enough(data):
    if data.sizes["x"] < 3:
        raise Skip("it needs several values of x")


def _xlabel(part):
    return "axis coordinate $x$" if float(part.d) == 1 else r"axis coordinate $x/\sqrt{d}$"


def evolution(data):
    """The potential over x at times around the speciation time: exact, and of N data points (Yu and Huang, fig. 4)."""
    require(data, "U", "U_theory", "phase_theory")
    _enough(data)
    part = _point(data, 1)
    if part is None:
        raise Skip("no point of the grid breaks the symmetry stably")
    name, counts = _count(part)
    finite = [int(i) for i in np.flatnonzero(np.isfinite(counts))]
    finite = [i for i in finite if bool(part.U.isel({name: i}).notnull().any())]
    finite = finite[:1] + finite[-1:] if len(finite) > 1 else finite
    notes.show(name, part[name].values[[*np.flatnonzero(np.isinf(counts)), *finite]])
    x, order = _places(part)
    t_s = float(part.t_s_theory.isel({name: 0}))
    chosen = _around(part, t_s)
    notes.show("t", part.t.values[chosen])
    notes.remark(rf"${style.SYMBOLS['t_s']}$ = {style.number(t_s)}; lines: exact density; constants of $U$ removed")
    reach = min(3 * (float(part.mu) + 0.1), np.abs(x).max())
    figure, axes = style.panels(1 + len(finite), height=2.8, sharey=True)
    exact = [_centred(_exact(part, i, order), x) for i in chosen]
    for column, axis in enumerate(axes[0]):
        for k, i in enumerate(chosen):
            if column == 0:
                axis.plot(x, exact[k], color=style.COLORS[k], ls=style.LINES[k], lw=1.0)
                continue
            axis.plot(x, exact[k], color=style.COLORS[k], ls=style.LINES[k], lw=0.7, zorder=1)
            here = part.isel({name: finite[column - 1], "t": i})
            inside = np.flatnonzero(np.abs(x) <= 0.97 * reach)
            inside = inside[::max(1, len(inside) // 22)]
            zero = here.U.values[order][np.abs(x).argmin()]
            notes.measured(axis, _coordinate(here), here, "U", k, zero, take=order[inside])
        _window(axis, x, exact, reach)
        axis.set_xlabel(_xlabel(part))
    axes[0, 0].set_ylabel("$U(x)-U(0)$")
    axes[0, 0].set_title(style.equals(mu=part.mu, sigma2=part.sigma2))
    for axis, i in zip(axes[0, 1:], finite):
        axis.set_title(rf"$\langle U\rangle$, {style.equals(N=counts[i])}")
    style.letter(axes)
    style.legend(figure, [Line2D([], [], color=style.COLORS[k], ls=style.LINES[k],
                                 label=style.equals(t=part.t[i]))
                          for k, i in enumerate(chosen)])
    return figure


def phases(data):
    """Typical potentials of the phases: stable breaking, no breaking, unstable breaking (Yu and Huang, fig. 6)."""
    require(data, "U_theory", "phase_theory")
    _enough(data)
    found = [(text, part) for phase, text in PHASES.items() if (part := _point(data, phase)) is not None]
    if len(found) < 2:
        raise Skip("the computed points lie in one phase")
    figure, axes = style.panels(len(found), height=2.7)
    times = found[0][1].t.values
    order_t = np.argsort(times)
    chosen = [int(i) for i in order_t[style.spread(len(times), 4)]]
    notes.show("t", times[chosen])
    notes.show(_count(data)[0], np.inf)
    notes.remark("lines: closed form of the exact density")
    for axis, (text, part) in zip(axes[0], found):
        x, order = _places(part)
        reach = min(np.abs(x).max(), 2.5 * np.sqrt(float(part.sigma2) + float(part.mu) ** 2))
        curves = [_centred(_exact(part, i, order), x) for i in chosen]
        for k, curve in enumerate(curves):
            axis.plot(x, curve, color=style.COLORS[k], ls=style.LINES[k], lw=1.0)
        _window(axis, x, curves, reach)
        axis.set(xlabel=_xlabel(part), title=f"{text}\n{style.equals(mu=part.mu, sigma2=part.sigma2)}")
    axes[0, 0].set_ylabel("$U(x)-U(0)$")
    style.letter(axes)
    style.legend(figure, [Line2D([], [], color=style.COLORS[k], ls=style.LINES[k], label=style.equals(t=times[i]))
                          for k, i in enumerate(chosen)])
    return figure


def minima(data):
    """Minima and barrier of the mean potential against t, for each N."""
    require(data, "minimum", "barrier", "phase_theory")
    found = [(text, part) for phase, text in PHASES.items() if phase > 0 and (part := _point(data, phase)) is not None]
    if not found or data.sizes["t"] < 3:
        raise Skip("no symmetry is broken" if not found else "it needs several times t")
    name, counts = _count(data)
    chosen = sorted(notes.some(data, name, of="barrier"), key=lambda i: counts[i])
    figure, axes = style.panels(len(found), rows=2, height=4.4, sharex="col", width=style.TWO_COLUMNS)
    for column, (text, part) in enumerate(found):
        part = part.sortby("t")
        t, unit = part.t.values, np.sqrt(float(part.d))
        upper, lower = axes[:, column]
        for k, i in enumerate(chosen):
            here = part.isel({name: i})
            for slot in range(here.sizes["minimum_number"]):
                one = here.isel(minimum_number=slot)
                notes.measured(upper, t, one, "minimum", k, unit=unit)
            notes.measured(lower, t, here, "barrier", k)
        exact = part.isel({name: 0})
        for slot in range(2):
            upper.plot(t, exact.minimum_theory.isel(minimum_number=slot).values / unit, "k_", ms=5, mew=0.8, zorder=4)
        lower.plot(t, exact.barrier_theory.values, "k", lw=0.9, zorder=1)
        for axis in (upper, lower):
            for time, line in (("t_s", "-"), ("t_usb", "--")):
                value = float(exact[f"{time}_theory"])
                if np.isfinite(value):
                    axis.axvline(value, color="0.45", lw=0.7, ls=line, zorder=0)
        upper.set_title(f"{text}\n{style.equals(mu=part.mu, sigma2=part.sigma2)}")
        lower.set_xlabel(style.label(part.t))
    axes[0, 0].set_ylabel("minima $x$" if float(data.d[0]) == 1 else r"minima $x/\sqrt{d}$")
    axes[1, 0].set_ylabel(r"barrier $\Delta U$")
    style.letter(axes)
    handles = [style.key(k, style.equals(N=counts[i]), line=False) for k, i in enumerate(chosen)]
    handles.append(Line2D([], [], color="k", lw=0.9, marker="_", label="closed form"))
    handles += [Line2D([], [], color="0.45", lw=0.7, label=f"${style.SYMBOLS['t_s']}$"),
                Line2D([], [], color="0.45", lw=0.7, ls="--", label=f"${style.SYMBOLS['t_usb']}$")]
    style.legend(figure, handles)
    return figure


FIGURES = {
    "potential": evolution,
    "potential_phases": phases,
    "potential_minima": minima,
}
