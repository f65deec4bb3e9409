"""What the figures of condensation share: the axis that counts the points, times in units of t_C, estimators."""
import numpy as np
from matplotlib.lines import Line2D

import style
from figures import Skip, require

#: Estimator of t_C -> label.
ESTIMATORS = {
    "t_c_half": r"$\langle Y\rangle=\frac{1}{2}$",
    "t_c_entropy": r"$\langle S_w\rangle\to 0$",
    "t_c_slope": r"steepest $\langle Y\rangle$",
    "t_c_nearest": r"$P(\mathrm{nearest})=\frac{1}{2}$",
}
STATES = {"planted": "planted states", "population": "population states"}
THEORY = {"color": "k", "lw": 1.0, "zorder": 1}
LARGE_D = {"color": "k", "lw": 1.0, "ls": (0, (4, 2)), "zorder": 1}
INFORMATION = {"color": "0.45", "lw": 1.0, "ls": (0, (1, 1)), "zorder": 1}


def size_axis(data):
    """The name under which the job counts its points: alpha, ln_N or N."""
    return next(name for name in ("alpha", "ln_N", "N") if name in data.dims)


def log_n(data):
    return data["ln_N"] if "ln_N" in data.coords else np.log(data["N"]) if "N" in data.coords else data.alpha * data.d


def is_user_data(data):
    """A dataset of the user: no mu, no closed forms."""
    return "t_c_theory" not in data or not bool(data.t_c_theory.notnull().any())


def require_gaussian(data, *names):
    if is_user_data(data):
        raise Skip("a dataset of one's own has no closed form to compare with; see condensation_data")
    require(data, *names)


def times(part):
    """The times of one point, ascending, and the order that makes them so."""
    values = (part.t_at_point if "t_at_point" in part else part.t).values
    order = np.argsort(values)
    return values[order], order


def over_time(part, name, scale=1.0):
    """Time in units of t_C (absolute for a user's dataset), values and errors of one variable at one point of the grid."""
    t, order = times(part)
    unit = 1.0 if is_user_data(part) else float(part.t_c_theory)
    error = part[f"{name}_stderr"].values[order] if f"{name}_stderr" in part else np.full(t.shape, np.nan)
    return t / unit, part[name].values[order] / scale, error / scale


def time_label(data):
    return style.label(data.t) if is_user_data(data) else r"$t\,/\,t_\mathrm{C}^\mathrm{theory}$"


def logarithmic_times(axis, parts):
    """A logarithmic axis of t from where the first state leaves its training point."""
    starts = []
    for part in parts:
        t, mean, _ = over_time(part, "participation_ratio")
        left = np.flatnonzero(mean < 0.999)
        starts.append(t[max(left[0] - 1, 0)] if len(left) else t[0])
        end = t[-1]
    axis.set(xscale="log", xlim=(min(starts) / 1.1, end * 1.04))


def spans_decades(part):
    """Whether the times need a logarithmic axis."""
    t, _ = times(part)
    return t[0] > 0 and t[-1] > 20 * t[0]


def by_state(data):
    return [data.isel(state=i) for i in range(data.sizes["state"])]


def title(part):
    return STATES[str(part.state.values)]


def middle(data):
    """The file at one number of points, the middle one, as --select leaves it: (part, label)."""
    name = size_axis(data)
    part = data.isel({name: data.sizes[name] // 2}, drop=False)
    return part, style.equals(**{name: part[name]})


def errorbar(axis, x, y, error, **look):
    """Points with errors, without those that do not exist."""
    x, y, error = (np.atleast_1d(np.asarray(values, float)) for values in (x, y, error))
    good = np.isfinite(y)
    if good.any():
        axis.errorbar(x[good], y[good], np.nan_to_num(error[good]), **look)


def handle(k, label, line=True):
    """Marker and line of series k."""
    return Line2D([], [], color=style.COLORS[k], ls=style.LINES[k] if line else "", lw=0.9, marker=style.MARKERS[k],
                  mfc="white", mew=0.8, label=label)
