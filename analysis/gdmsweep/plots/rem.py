"""Figures of the experiment rem: condensation of the random energy model against temperature.

Markers are measured; coloured lines are exact at that M, black lines the limit M to infinity.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require
from gdmsweep.plots.level_condensation import comparable, curves, handles  # noqa: F401  (check.py asks for comparable)

GRID = ("M",)


def condensation(data):
    """Mean and variance of Y, and the entropy of the weights per ln N, against T/T_c."""
    require(data, "participation_ratio", "participation_variance", "weight_entropy")
    if data.sizes["beta_ratio"] < 2:
        raise Skip("it needs several values of beta_ratio")
    chosen = notes.some(data, "M", 5, of="participation_ratio")
    parts = [data.isel(M=i) for i in chosen]
    temperature = 1 / data.beta_ratio.values
    order = np.argsort(temperature)
    figure, axes = style.panels(3, height=2.6)
    for axis, name in zip(axes[0], ("participation_ratio", "participation_variance")):
        curves(axis, [temperature] * len(parts), name, parts)
        axis.plot(temperature[order], parts[0][f"{name}_limit"].values[order], "k", lw=0.9, zorder=1)
    entropies = []
    for part in parts:
        per_bit = 1 / (float(part.M) * np.log(2))
        names = [f"weight_entropy{end}" for end in ("", "_stderr", "_theory") if f"weight_entropy{end}" in part]
        entropies.append(part.assign({name: part[name].copy(data=part[name].values * per_bit) for name in names}))
    curves(axes[0, 2], [temperature] * len(parts), "weight_entropy", entropies)
    fine = np.linspace(1, max(temperature.max(), 1), 200)
    axes[0, 2].plot(fine, 1 - fine ** -2.0, "k", lw=0.9, zorder=1)
    axes[0, 2].plot([temperature.min(), 1], [0, 0], "k", lw=0.9, zorder=1)
    for axis, label in zip(axes[0], (r"$\langle Y\rangle$", r"$\langle Y^2\rangle-\langle Y\rangle^2$",
                                     r"$\langle S_w\rangle/\ln N$")):
        axis.axvline(1, color="0.45", lw=0.7, ls=":", zorder=0)
        axis.set(xlabel=r"temperature $T/T_\mathrm{c}$", ylabel=label)
    style.letter(axes)
    style.legend(figure, handles([style.equals(M=part.M) for part in parts])
                 + [Line2D([], [], color="k", label=r"$M\to\infty$")])
    return figure


def critical_temperature(data):
    """Where the line through Y vanishes, against 1/M: measured, and from the exact Y."""
    require(data, "critical_temperature")
    if data.sizes["M"] < 2:
        raise Skip("it needs several values of M")
    figure, axes = style.panels(1, height=2.5)
    axis, x = axes[0, 0], 1 / data.M.values
    notes.measured(axis, x, data, "critical_temperature", 0)
    notes.curve(axis, x, data, "critical_temperature_theory", color=style.COLORS[0], lw=0.9, zorder=1)
    axis.axhline(1, color="k", lw=0.9, zorder=0)
    axis.set(xscale="log", xlabel="$1/M$", ylabel=r"$T/T_\mathrm{c}$ where $\langle Y\rangle\to 0$")
    style.legend(figure, [style.key(0, "measured", line=False),
                          Line2D([], [], color=style.COLORS[0], lw=0.9, label=r"from the exact $\langle Y\rangle$"),
                          Line2D([], [], color="k", lw=0.9, label=r"$M\to\infty$")])
    return figure


FIGURES = {
    "rem": condensation,
    "rem_critical_temperature": critical_temperature,
}
