"""Figures of the experiment two_deltas: magnetisation, susceptibility and Binder cumulant of K microstates against theta.

Markers are measured; coloured lines are exact at that K, the black line is the mean field, K to infinity (Ambrogioni 22, 24, 27).
"""
import numpy as np
from matplotlib.lines import Line2D

import style
from figures import Skip, require

GRID = ("theta", "h", "K")


def _fields(data):
    return [data.isel(h=i) for i in style.spread(data.sizes["h"], 2)]


def _legend(figure, data, sizes, limit):
    handles = [Line2D([], [], lw=0.9, marker=style.MARKERS[k], color=style.COLORS[k], mfc="white", mew=0.8,
                      label=style.equals(K=data.K[i])) for k, i in enumerate(sizes)]
    if limit:
        handles.append(Line2D([], [], color="k", label=r"$K\to\infty$"))
    style.legend(figure, handles)


def _measured(name):
    """(value, error, exact value at this K or None) of one variable, against theta."""
    def columns(data):
        exact = data[f"{name}_theory"].values if f"{name}_theory" in data else None
        return data[name].values, data[f"{name}_stderr"].values, exact
    return columns


def _response(data):
    """Below theta_c without a field the state is one of two, so fluctuations are taken about <|m|> there, about <m> elsewhere."""
    pure = (data.theta.values < 1) & (float(data.h) == 0)

    def choose(end):
        return np.where(pure, data[f"susceptibility_abs{end}"].values, data[f"susceptibility{end}"].values)
    known = "susceptibility_abs_theory" in data and "susceptibility_theory" in data
    return choose(""), choose("_stderr"), choose("_theory") if known else None


def _draw(data, variable, limit, ylabel, finish):
    """`variable(h)`: the columns to draw in the field h; `limit`: the variable of their mean field, or None."""
    if data.sizes["theta"] < 2:
        raise Skip("it needs several values of theta")
    fields, sizes = _fields(data), style.spread(data.sizes["K"])
    figure, axes = style.panels(len(fields), height=2.6, sharey=True)
    for axis, part in zip(axes[0], fields):
        for k, i in enumerate(sizes):
            value, error, exact = variable(float(part.h))(part.isel(K=i))
            axis.errorbar(part.theta.values, value, error, **style.points(k))
            if exact is not None:
                axis.plot(part.theta.values, exact, color=style.COLORS[k], lw=0.9, zorder=1)
        if limit in data:
            axis.plot(part.theta.values, part[limit].isel(K=0).values, "k", lw=0.9, zorder=1)
        axis.axvline(1, color="0.45", lw=0.7, ls=":", zorder=0)
        axis.set(title=style.equals(h=part.h), xlabel=style.label(data.theta))
        finish(axis)
    axes[0, 0].set_ylabel(ylabel)
    style.letter(axes)
    _legend(figure, data, sizes, limit in data)
    return figure


def magnetisation(data):
    """m(theta): the mean along a field, the mean absolute value without one."""
    require(data, "magnetisation", "magnetisation_abs")
    return _draw(data, lambda h: _measured("magnetisation" if h > 0 else "magnetisation_abs"), "magnetisation_mean_field",
                 r"$\langle|m|\rangle$, or $\langle m\rangle$ in a field", lambda axis: axis.set_ylim(-0.03, 1.05))


def susceptibility(data):
    """(K/theta) times the variance of the magnetisation (of |m| below theta_c without a field), on a logarithmic scale."""
    require(data, "susceptibility", "susceptibility_abs")
    return _draw(data, lambda h: _response, "susceptibility_mean_field", r"$\chi$", lambda axis: axis.set_yscale("log"))


def binder(data):
    """Binder cumulants, which cross near theta_c = 1."""
    require(data, "binder")
    return _draw(data, lambda h: _measured("binder"), None, r"Binder cumulant $U_4$",
                 lambda axis: axis.axhline(2 / 3, color="0.45", lw=0.7, zorder=0))


FIGURES = {
    "two_deltas": magnetisation,
    "two_deltas_susceptibility": susceptibility,
    "two_deltas_binder": binder,
}
