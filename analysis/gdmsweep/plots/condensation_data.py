"""The figure of condensation for a dataset of the user: weights over t, and condensation times against N."""
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gdmsweep import reduced, style
from gdmsweep.plots import Skip, condensation_common as common, notes, require


def user_data(data):
    """A dataset of one's own: participation ratio and weight entropy over t, and the times t_C and t_S against N."""
    if not common.is_user_data(data):
        raise Skip("the points of this file are Gaussian, not a dataset of one's own")
    require(data, "participation_ratio", "weight_entropy")
    part = notes.at(data, state="planted", d=0)
    name = common.size_axis(part)
    shown = notes.some(part, name, of="participation_ratio")
    figure, axes = style.panels(3, height=2.75)
    for k, i in enumerate(shown):
        here = part.isel({name: i})
        _curve(axes[0, 0], here, "participation_ratio", 1, k)
        _curve(axes[0, 1], here, "weight_entropy", float(common.log_n(here)), k)
    for axis, label in zip(axes[0], (r"participation ratio $\langle Y\rangle$",
                                     r"weight entropy $\langle S_w\rangle/\ln N$")):
        common.logarithmic_times(axis, [part.isel({name: i}) for i in shown])
        axis.set(xlabel=style.label(data.t), ylabel=label, ylim=(-0.04, 1.04))
    axes[0, 0].axhline(0.5, color="0.6", lw=0.6, zorder=0)
    axes[0, 0].set_title(f"{common.title(part)}, {style.equals(d=part.d)}")
    handles = [style.key(k, "(a, b) " + style.equals(**{name: part[name][i]})) for k, i in enumerate(shown)]
    handles += _times(axes[0, 2], part, name)
    style.letter(axes)
    style.legend(figure, handles, 4)
    notes.omit("every other time in (a) and (b); lines go through all")
    return figure


def _curve(axis, part, name, unit, k):
    t, value = common.over_time(part, name)
    axis.plot(t, value / unit, color=style.COLORS[k], ls=style.LINES[k], lw=0.7, zorder=2)
    common.draw_over_time(axis, part, name, k, unit, every=2)  # so that markers stay apart


def _times(axis, part, name):
    """Estimators of t_C; what Gaussian points of the same covariance would give; the speciation time with its error. Returns
    the entries of the legend."""
    x, handles = part[name].values, []
    if "t_s" in part and bool(part.t_s.notnull().any()):
        error = part["t_s_sampling_error"].values if "t_s_sampling_error" in part else reduced.error(part, "t_s")
        axis.plot(x, part.t_s.values, color="k", lw=1.0)
        handles.append(Line2D([], [], color="k", lw=1.0, label=f"(c) {style.symbol('t_s')}"))
        if np.isfinite(error).any():
            axis.fill_between(x, part.t_s.values - error, part.t_s.values + error, where=np.isfinite(error), color="0.8", lw=0,
                              zorder=0)
            handles.append(Patch(color="0.8", label=f"its error over the {name} points"))
    for k, (estimator, label) in enumerate(common.ESTIMATORS.items()):
        if estimator in part and notes.measured(axis, x, part, estimator, k, zorder=3):
            handles.append(style.key(k, f"(c) {label}", False))
    if "t_c_gaussian" in part and bool(part.t_c_gaussian.notnull().any()):
        axis.plot(x, part.t_c_gaussian.values, **common.LARGE_D)
        handles.append(Line2D([], [], label="(c) Gaussian, same covariance", **common.LARGE_D))
    if name == "N":
        axis.set_xscale("log")
    axis.set(xlabel=style.symbol(name), ylabel="diffusion time $t$", ylim=(0, max(axis.get_ylim()[1], 1e-3)))
    return handles
