"""Figures of the experiment two_deltas: magnetisation, susceptibility and Binder cumulant of K microstates against theta.

Markers are measured; coloured lines are exact at that K, the black line is the mean field, K to infinity (Ambrogioni 22, 24, 27).
"""
import numpy as np
from matplotlib.lines import Line2D

import style
from figures import Skip, notes, require

GRID = ("theta", "h", "K")


def _fields(data):
    return [data.isel(h=i) for i in notes.some(data, "h", 2)]


def _legend(figure, data, sizes, limit):
    handles = [style.key(k, style.equals(K=data.K[i]), ls="-", lw=0.9) for k, i in enumerate(sizes)]
    if limit:
        handles.append(Line2D([], [], color="k", label=r"$K\to\infty$"))
    style.legend(figure, handles)


def _response(data):
    """Below theta_c without a field the state is one of two, so fluctuations are taken about <|m|> there, about <m> elsewhere."""
    pure = (data.theta.values < 1) & (float(data.h) == 0)
    chosen = {}
    for end in ("", "_stderr", "_theory"):
        if f"susceptibility{end}" not in data or f"susceptibility_abs{end}" not in data:
            continue
        usual, about_abs = data[f"susceptibility{end}"], data[f"susceptibility_abs{end}"]
        chosen[f"susceptibility{end}"] = usual.copy(data=np.where(pure, about_abs.values, usual.values))
    return data.assign(chosen)


def _draw(data, variable, limit, ylabel, finish, prepare=lambda part: part):
    """`variable(h)`: the name of what to draw in the field h; `limit`: the variable of their mean field, or None."""
    if data.sizes["theta"] < 2:
        raise Skip("it needs several values of theta")
    fields, sizes = _fields(data), notes.some(data, "K", of=variable(0.0))
    figure, axes = style.panels(len(fields), height=2.6, sharey=True)
    for axis, part in zip(axes[0], fields):
        for k, i in enumerate(sizes):
            here, name = prepare(part.isel(K=i)), variable(float(part.h))
            notes.measured(axis, here.theta.values, here, name, k)
            notes.curve(axis, here.theta.values, here, f"{name}_theory", color=style.COLORS[k], lw=0.9, zorder=1)
        if limit in data:
            notes.curve(axis, part.theta.values, part.isel(K=sizes[0]), limit, color="k", lw=0.9, zorder=1)
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
    return _draw(data, lambda h: "magnetisation" if h > 0 else "magnetisation_abs", "magnetisation_mean_field",
                 r"$\langle|m|\rangle$, or $\langle m\rangle$ in a field", lambda axis: axis.set_ylim(-0.03, 1.05))


def susceptibility(data):
    """(K/theta) times the variance of the magnetisation (of |m| below theta_c without a field), on a logarithmic scale."""
    require(data, "susceptibility", "susceptibility_abs")
    notes.remark(r"at $h=0$: about $\langle|m|\rangle$ for $\theta<1$, about 0 above")
    return _draw(data, lambda h: "susceptibility", "susceptibility_mean_field", r"$\chi$",
                 lambda axis: axis.set_yscale("log"), _response)


def binder(data):
    """Binder cumulants, which cross near theta_c = 1."""
    require(data, "binder")
    return _draw(data, lambda h: "binder", None, r"Binder cumulant $U_4$",
                 lambda axis: axis.axhline(2 / 3, color="0.45", lw=0.7, zorder=0))


FIGURES = {
    "two_deltas": magnetisation,
    "two_deltas_susceptibility": susceptibility,
    "two_deltas_binder": binder,
}
