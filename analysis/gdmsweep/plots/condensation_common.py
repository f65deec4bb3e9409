"""What the figures of condensation share: the axis that counts the points, times in units of t_C, estimators."""
import numpy as np

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

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


def unit_of_time(part):
    """What times are divided by: the published t_C; 1 for a user's dataset."""
    return 1.0 if is_user_data(part) else float(part.t_c_theory)


def over_time(part, name):
    """Time in units of t_C (absolute for a user's dataset) and values of one variable at one point of the grid."""
    t, order = times(part)
    return t / unit_of_time(part), part[name].values[order]


def draw_over_time(axis, part, name, k, unit=1.0, every=1, **look):
    """The measured values of series k at every so manieth time."""
    t = (part.t_at_point if "t_at_point" in part else part.t).values
    return notes.measured(axis, t / unit_of_time(part), part, name, k, unit=unit, take=np.argsort(t)[::every], zorder=3, **look)


def time_label(data):
    return style.label(data.t) if is_user_data(data) else r"$t\,/\,t_\mathrm{C}^\mathrm{theory}$"


def logarithmic_times(axis, parts):
    """A logarithmic axis of t from where the first state leaves its training point."""
    starts = []
    for part in parts:
        t, mean = over_time(part, "participation_ratio")
        left = np.flatnonzero(mean < 0.999)
        starts.append(t[max(left[0] - 1, 0)] if len(left) else t[0])
        end = t[-1]
    if min(starts) > min(times(part)[0][0] / unit_of_time(part) for part in parts):
        notes.omit(f"{style.plain(min(starts))} > t, where all states keep their training point")
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
    """The file at one number of points, the middle one of those computed, as --select leaves it: (part, label)."""
    name = size_axis(data)
    done = np.flatnonzero((data.replicas_done > 0).any([other for other in data.replicas_done.dims if other != name]).values)
    place = int(done[len(done) // 2])
    notes.show(name, data[name].values[place])
    return data.isel({name: place}), style.equals(**{name: data[name][place]})
