"""The figure of condensation for a dataset of the user: weights over t, and condensation times against N."""
import style
from figures import Skip, condensation_common as common, require


def user_data(data):
    """A dataset of one's own: participation ratio and weight entropy over t, and the times t_C and t_S against N."""
    if not common.is_user_data(data):
        raise Skip("the points of this file are Gaussian, not a dataset of one's own")
    require(data, "participation_ratio", "weight_entropy")
    part = data.isel(state=0, d=0)
    name = common.size_axis(part)
    shown = style.spread(part.sizes[name])
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
    _times(axes[0, 2], part, name)
    style.letter(axes)
    handles = [common.handle(k, style.equals(**{name: part[name][i]})) for k, i in enumerate(shown)]
    style.legend(figure, handles)
    return figure


def _curve(axis, part, name, scale, k):
    t, value, error = common.over_time(part, name, scale)
    axis.plot(t, value, color=style.COLORS[k], ls=style.LINES[k], lw=0.7, zorder=2)
    chosen = slice(k % 2, None, 2)  # every other time, so that markers stay apart
    common.errorbar(axis, t[chosen], value[chosen], error[chosen], zorder=3, **style.points(k))


def _times(axis, part, name):
    """Estimators of t_C; what Gaussian points of the same covariance would give; the speciation time with its error."""
    x = part[name].values
    if "t_s" in part and bool(part.t_s.notnull().any()):
        error = part["t_s_sampling_error" if "t_s_sampling_error" in part else "t_s_stderr"].values
        axis.plot(x, part.t_s.values, color="k", lw=1.0, label=style.symbol("t_s"))
        axis.fill_between(x, part.t_s.values - error, part.t_s.values + error, color="0.8", lw=0, zorder=0)
    for k, (estimator, label) in enumerate(common.ESTIMATORS.items()):
        if estimator in part and bool(part[estimator].notnull().any()):
            common.errorbar(axis, x, part[estimator], part[f"{estimator}_stderr"], label=label, zorder=3,
                            **style.points(k))
    if "t_c_gaussian" in part and bool(part.t_c_gaussian.notnull().any()):
        axis.plot(x, part.t_c_gaussian.values, label="Gaussian, same covariance", **common.LARGE_D)
    if name == "N":
        axis.set_xscale("log")
    axis.set(xlabel=style.symbol(name), ylabel="diffusion time", ylim=(0, max(axis.get_ylim()[1], 1e-3)))
    axis.legend(fontsize=6)
