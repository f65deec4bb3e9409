"""Figures of the experiment franz_parisi: the potential V over the squared distance q of two samples behind the same
state, with its derivatives (Yu and Huang, fig. 11), its inflection points and minima against t, and V/d for several d.

Markers are measured; lines are the same averages by quadrature.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("mu", "sigma2", "d")

#: The times of the paper's figure.
PAPER = (0.42, 0.015, 0.01)


def _classes(data):
    """The classes whose curves are drawn: mu nearest to 1, sigma2 nearest to 0.1, as in the paper."""
    return notes.at(data, mu=1, sigma2=0.1)


def _times(data, wanted=PAPER):
    """Places along t nearest to the wanted times, those of the paper if there, latest first; at most three."""
    t = data.t.values
    near = {int(np.abs(np.log(t / time)).argmin()) for time in wanted}
    if len(near) < min(3, len(t)):
        order = np.argsort(t)
        near = {int(order[i]) for i in style.spread(len(t), 3)}
    return sorted(near, key=lambda i: -t[i])


def _distance_of(part):
    """q per dimension."""
    return (part.q_at_point if "q_at_point" in part else part.q).values / float(part.d)


def _distance(part):
    """q per dimension in ascending order, and that order."""
    q = _distance_of(part)
    order = np.argsort(q)
    return q[order], order


def _some(x, wanted=24):
    """Places of about `wanted` of the ascending values, evenly spread: those that get a marker, so that lines show."""
    return sorted({int(np.abs(x - value).argmin()) for value in np.linspace(x[0], x[-1], wanted)})


def curves(data):
    """V and its first and second derivatives over q at three times (Yu and Huang, fig. 11)."""
    require(data, "V", "slope", "curvature")
    part = notes.at(_classes(data), d=np.inf)
    figure, axes = style.panels(3, height=2.7)
    chosen = _times(part)
    notes.show("t", part.t.values[chosen])
    d = float(part.d)
    for k, i in enumerate(chosen):
        here = part.isel(t=i)
        q, order = _distance(here)
        for axis, name, power in zip(axes[0], ("V", "slope", "curvature"), (-1, 0, 1)):
            some = order[_some(q if name == "V" else np.log(q))]
            notes.measured(axis, _distance_of(here), here, name, k, unit=d**-power, take=some)
            notes.curve(axis, _distance_of(here), here, f"{name}_theory", unit=d**-power, color=style.COLORS[k],
                        ls=style.LINES[k], lw=0.9, zorder=1)
    labels = ("V", "V'", "V''") if d == 1 else ("V/d", "V'", "d\\,V''")
    for axis, label in zip(axes[0], labels):
        axis.set(xlabel="squared distance $q$" if d == 1 else "$q/d$", ylabel=f"${label}$")
    # Signed logarithms: V' and V'' diverge at q = 0, and what matters are their zeros.
    for axis in axes[0, 1:]:
        axis.axhline(0, color="0.45", lw=0.7, zorder=0)
        axis.set_xscale("log")
        axis.set_yscale("symlog", linthresh=1)
    axes[0, 0].set_title(style.equals(mu=part.mu, sigma2=part.sigma2))
    axes[0, 1].set_title(style.equals(d=part.d))
    style.letter(axes)
    notes.remark("markers at some $q$, lines: quadrature")
    style.legend(figure, [style.key(k, style.equals(t=part.t[i])) for k, i in enumerate(chosen)])
    return figure


def positions(data):
    """Inflection points and minima of V against t, and how many inflection points there are."""
    require(data, "inflection", "inflections")
    if data.sizes["t"] < 3:
        raise Skip("it needs several times t")
    part = notes.at(_classes(data), d=np.inf).sortby("t")
    t = part.t.values
    d = float(part.d)
    figure, axes = style.panels(2, height=2.7)
    for k, (name, number) in enumerate((("inflection", "inflection_number"), ("minimum", "minimum_number"))):
        for slot in range(part.sizes[number]):
            one = part.isel({number: slot})
            notes.measured(axes[0, 0], t, one, name, k, unit=d)
            if f"{name}_theory" in one:  # dots, as which slot a branch has changes with the number of them
                axes[0, 0].plot(t, one[f"{name}_theory"].values / d, color=style.COLORS[k], ls="", marker="_", ms=7,
                                mew=0.9, zorder=4)
    axes[0, 0].set(xscale="log", yscale="log", xlabel=style.label(part.t),
                   ylabel="position $q$" if d == 1 else "position $q/d$")
    axes[0, 0].set_title(style.equals(mu=part.mu, sigma2=part.sigma2, d=part.d))
    for k, name in enumerate(("inflections", "minima")):
        notes.measured(axes[0, 1], t, part, name, k)
        theory = part["inflection_theory" if k == 0 else "minimum_theory"]
        axes[0, 1].plot(t, theory.notnull().sum(theory.dims[-1]).values, drawstyle="steps-mid", color=style.COLORS[k],
                        ls=style.LINES[k], lw=0.9, zorder=1)
    axes[0, 1].set(xscale="log", xlabel=style.label(part.t), ylabel="number", yticks=range(5), ylim=(-0.3, 4))
    q, _ = _distance(part)
    axes[0, 1].set_title(f"{style.number(q[0])} < $q$ < {style.number(q[-1])}" if d == 1 else
                         f"{style.number(q[0])} < $q/d$ < {style.number(q[-1])}")
    style.letter(axes)
    style.legend(figure, [style.key(k, label) for k, label in enumerate(("inflection points, $V''=0$", "minima of $V$"))]
                 + [Line2D([], [], color="0.3", ls="", marker="_", ms=7, label="quadrature (a)")])
    return figure


def dimensions(data):
    """V/d over q/d in several dimensions, with the leading order at large d."""
    require(data, "V", "V_large_d")
    if data.sizes["d"] < 2:
        raise Skip("it needs several values of d")
    part = _classes(data)
    times = [int(i) for i in np.argsort(part.t.values)[style.spread(part.sizes["t"])]]
    notes.show("t", part.t.values[times])
    columns = 2 if len(times) > 1 else 1
    rows = (len(times) + 1) // 2
    figure, axes = style.panels(columns, rows=rows, height=0.4 + 2.2 * rows, sharex=True)
    chosen = notes.some(part, "d", 5, of="V")
    for axis, i in zip(np.ravel(axes), times):
        here = part.isel(t=i)
        for k, j in enumerate(chosen):
            one = here.isel(d=j)
            q, order = _distance(one)
            d, here_q = float(one.d), _distance_of(one)
            notes.measured(axis, here_q, one, "V", k, unit=d, take=order[_some(q)])
            notes.curve(axis, here_q, one, "V_theory", unit=d, color=style.COLORS[k], ls=style.LINES[k], lw=0.9, zorder=1)
        largest = here.isel(d=-1)
        q, order = _distance(largest)
        axis.plot(q, largest.V_large_d.values[order] / float(largest.d), "k", lw=1.0, zorder=0)
        axis.set_title(style.equals(mu=part.mu, sigma2=part.sigma2, t=here.t))
    for axis in np.ravel(axes)[len(times):]:
        axis.set_visible(False)
    for axis in axes[-1]:
        axis.set_xlabel("$q/d$")
    for axis in axes[:, 0]:
        axis.set_ylabel("$V/d$")
    style.letter(np.ravel(axes)[:len(times)])
    handles = [style.key(k, style.equals(d=part.d[j])) for k, j in enumerate(chosen)]
    notes.remark("markers at some $q$, lines: quadrature")
    style.legend(figure, handles + [Line2D([], [], color="k", label=r"$d\to\infty$")])
    return figure


FIGURES = {
    "franz_parisi": curves,
    "franz_parisi_positions": positions,
    "franz_parisi_high_d": dimensions,
}
