"""Figures of the experiment speed_accuracy: error against score evaluations, and what the entropy production bounds.

Lines with markers are the law of each integrator, computed without sampling; grey is the floor of a sample.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require
from gdmsweep.plots.sample_quality import LABELS

GRID = ("mu", "sigma2", "d", "integrator", "evaluations", "time_grid")

PARTNERS = {f"axis_{name}": f"axis_{name}_law" for name in ("abs", "2", "4")}

#: Colour by order and kind: stochastic integrators dashed, flows solid.
LOOK = {"euler_maruyama": (0, "o", "--"), "exponential": (2, "^", "--"), "heun": (1, "s", "--"), "flow_euler": (0, "o", "-"),
        "flow_exponential": (2, "^", "-"), "flow_heun": (1, "s", "-"), "flow_rk4": (3, "D", "-")}
GRIDS = {"uniform": "equal in $t$", "logarithmic": r"equal in $\ln(t+0.01)$", "clock": "equal on the clock"}


def _look(word):
    color, marker, line = LOOK[word]
    return {"color": style.COLORS[color], "marker": marker, "ls": line, "mfc": "white" if line == "--" else None, "mew": 0.8,
            "lw": 0.8}


def _part(data, sigma2):
    return notes.at(data, mu=1, d=1).isel(sigma2=sigma2)


def _computed(data, name):
    """The words of a dimension at which something was computed; the others are told."""
    done = (data.replicas_done > 0).any([other for other in data.replicas_done.dims if other != name]).values
    words = data[name].values.astype(str)
    for word in words[~done]:
        notes.omit(f"{name} = {word}: not computed yet")
    return words[done]


def _error(data, quantity):
    """Error against evaluations, one column for each time grid, one row for each of two sigma2."""
    require(data, "w2", "evaluations_made")
    if data.sizes["evaluations"] < 2:
        raise Skip("it needs several values of evaluations")
    rows = notes.some(data, "sigma2", 2, of="w2")
    words, grids = _computed(data, "integrator"), _computed(data, "time_grid")
    figure, axes = style.panels(len(grids), rows=len(rows), height=0.8 + 2.1 * len(rows), width=style.TWO_COLUMNS, sharex=True,
                                sharey="row")
    for row, i in enumerate(rows):
        part = _part(data, i)
        floor, values, label = quantity(part)
        for column, grid in enumerate(grids):
            axis = axes[row, column]
            for word in words:
                here = {"integrator": word, "time_grid": grid}
                x, y = part.evaluations_made.sel(here).values, values.sel(here).values
                axis.plot(x, np.where(y > 1e-9, y, np.nan), **_look(word))
            if floor is not None:
                axis.axhline(floor, color="0.45", lw=0.8, ls=":", zorder=0)
            axis.set(xscale="log", yscale="log", title=f"{GRIDS[grid]}, {style.equals(sigma2=part.sigma2)}")
            axis.title.set_fontsize(7)
            x = np.array([float(part.evaluations.min()), float(part.evaluations.max())])
            if not (values > 1e-8).any():
                continue
            top = 1.5 * float(np.nanmax(np.where(values.values < 10, values.values, np.nan)))
            for power in (1, 2, 4):
                axis.plot(x, top * (x / x[0]) ** -power, color="0.8", lw=0.6, zorder=-1)
            axis.set_ylim(max(1e-8, 0.3 * float(np.nanmin(values.where(values > 1e-8)))), 4 * top)
            if row == len(rows) - 1:
                axis.set_xlabel("score evaluations")
            if column == 0:
                axis.set_ylabel(label)
    style.letter(axes)
    notes.remark("laws of the integrators, computed without sampling; values below 1e-9 are not drawn")
    handles = [Line2D([], [], label=LABELS[word], **_look(word)) for word in LOOK if word in words]
    if floor is not None:
        handles.append(Line2D([], [], color="0.45", ls=":", label=f"perfect sample of {int(data.attrs['samples']):,}"))
    handles.append(Line2D([], [], color="0.8", lw=0.6, label="slopes −1, −2, −4"))
    style.legend(figure, handles)
    return figure


def transport(data):
    """W₂ between the law of the integrator and p_0."""
    return _error(data, lambda part: (float(np.sqrt(part.w2_squared_floor.values.ravel()[0])), part.w2, "$W_2$ to the data"))


def kolmogorov(data):
    """Kolmogorov–Smirnov distance of the law of the integrator to p_0."""
    require(data, "ks_law")
    return _error(data, lambda part: (float(part.ks_floor.values.ravel()[0]), part.ks_law, "Kolmogorov–Smirnov distance"))


def moment(data):
    """Relative error of the second moment."""
    require(data, "axis_2_law")
    return _error(data, lambda part: (None, np.abs(part.axis_2_law / part.axis_2_exact - 1),
                                      r"$|\langle a^2\rangle/\langle a^2\rangle_0-1|$"))


def limits(data):
    """W₂(p_0, p_T), the length of the path and the bound by entropy production; the error of a wrong start and its bound."""
    require(data, "w2_distance", "w2_length", "w2_bound", "start_error", "start_error_bound")
    rows = notes.some(data, "sigma2", 2, of="w2_distance")
    figure, axes = style.panels(2, height=2.9)
    for k, i in enumerate(rows):
        part = _first(_part(data, i))
        time, color = part.duration.values, style.COLORS[k]
        for name, line in (("w2_distance", "-"), ("w2_length", "--"), ("w2_bound", ":")):
            axes[0, 0].plot(time, part[name], color=color, ls=line, lw=1.1)
        axes[0, 1].plot(time, part.start_error, color=color, lw=1.1)
        axes[0, 1].plot(time, np.where(np.isfinite(part.start_error_bound), part.start_error_bound, np.nan), color=color,
                        ls=":", lw=1.1)
    axes[0, 0].set(xscale="log", yscale="log", xlabel="duration $T$", ylabel="distance of laws", title="path from data to noise")
    axes[0, 1].set(xscale="log", yscale="log", xlabel="duration $T$", ylabel="$W_1$ to the data",
                   title="exact flow from white noise")
    style.letter(axes)
    style.legend(figure, [
        *(Line2D([], [], color=style.COLORS[k], label=style.equals(sigma2=data.sigma2[i])) for k, i in enumerate(rows)),
        Line2D([], [], color="k", label=r"(a) $W_2(p_0,p_T)$; (b) error"),
        Line2D([], [], color="k", ls="--", label=r"(a) length $\int\sqrt{\pi}\,\mathrm{d}t$"),
        Line2D([], [], color="k", ls=":", label=r"bound: (a) $(T\int\pi\,\mathrm{d}t)^{1/2}$, "
               r"(b) $W_1(p_T,\mathrm{noise})+\chi\int\sqrt{\pi}\,\mathrm{d}t$")])
    notes.remark("laws, the same for every integrator")
    return figure


def _first(part):
    """The part at the first integrator that was computed: what does not depend on it stands at each."""
    done = np.argwhere(part.replicas_done.values > 0)
    if not len(done):
        raise Skip("no replica of the classes it would show is done yet")
    return part.isel(dict(zip(part.replicas_done.dims, map(int, done[0]))))


FIGURES = {
    "speed_accuracy": transport,
    "speed_accuracy_ks": kolmogorov,
    "speed_accuracy_moment": moment,
    "speed_accuracy_limits": limits,
}
