"""What a figure says beside its curves: at which parameters it is drawn (its caption), and what it leaves out (printed).

Figures call the functions below while they draw; plot.py collects what they said:

    with notes.collect(data) as told:
        figure = make(data)
    style.caption(figure, told.caption())
    print(told.left_out())
"""
import contextlib
import pathlib
import re

import numpy as np

from gdmsweep import reduced, style

#: Settings that say nothing of what a figure shows: units of axes, and how the response and the tails are measured.
SILENT = ("_unit", "response_", "outer_distance", "start_")
#: Settings that matter only where they differ from these values.
USUAL = {"precision": "double", "method": "reduced", "dataset": "none", "matrix": "none", "start": "exact", "time_grid": "uniform"}
#: From how many values on what is left out is counted instead of listed.
MANY = 8


class Told:
    """What the figure under way has said."""

    def __init__(self, data):
        self.data = data
        self.shown = {}  # dimension -> the values that are drawn, where not all are
        self.remarks = []
        self.omitted = []
        self.asked = self.drawn = False  # whether measured values were to be drawn, and whether any was

    def caption(self):
        """Parameters with one value, settings, replicas; then the remarks."""
        where = [style.equal(name, value) for name, value in self._fixed()]
        made = [style.equal(name, value) for name, value in _settings(self.data)]
        return [*where, *made, *_replicas(self.data), *self.remarks]

    def _fixed(self):
        """(name, value) of each parameter of the grid that has one value in this figure."""
        for name in self.data.coords:
            if name in _idle(self.data):
                continue
            values = np.atleast_1d(self.data[name].values)
            if name in self.data.replicas_done.dims:
                values = self.shown.get(name, values)
            elif self.data[name].ndim > 0:
                continue
            if len(values) == 1 and values[0] == values[0]:
                yield name, values[0]

    def left_out(self):
        """One line for each dimension of which not all values are drawn, for points without data, and what the figure says."""
        lines = []
        for name, shown in self.shown.items():
            all_of_it = self.data[name].values
            rest = [value for value in all_of_it if not _among(value, shown)]
            if rest:
                lines.append(values_of(name, rest, len(all_of_it)))
        done = self.data.replicas_done
        missing = int((done == 0).sum()) if not reduced.refined_axis(self.data) else 0
        if missing:
            lines.append(f"{missing:,} of {done.size:,} points, not computed yet")
        return [*lines, *self.omitted]


_told = []  # the figure under way is the last one


@contextlib.contextmanager
def collect(data):
    """Everything said inside belongs to one figure of `data`."""
    _told.append(Told(data))
    try:
        yield _told[-1]
    finally:
        _told.pop()


def remark(text):
    """A sentence for the caption, once."""
    if _told and text not in _told[-1].remarks:
        _told[-1].remarks.append(text)


def omit(text):
    """A line about what is left out, once."""
    if _told and text not in _told[-1].omitted:
        _told[-1].omitted.append(text)


def show(name, values):
    """Of the dimension `name` these values are drawn."""
    if _told and name in _told[-1].data.dims:
        shown = _told[-1].shown.setdefault(name, [])
        shown.extend(value for value in np.atleast_1d(values) if not _among(value, shown))


def at(data, **wanted):
    """The part at the value nearest to the wanted one of each dimension (inf: the largest), or at the wanted word, else the
    first one; dimensions that the data do not have are passed over."""
    for name, value in wanted.items():
        if name in data.dims:
            place = place_of(data[name].values, value)
            show(name, data[name].values[place])
            data = data.isel({name: place})
    return data


def some(data, name, limit=style.MAX_PANELS, of=None):
    """Places along a dimension, evenly spread, at most `limit`, where the variable `of` has values; says which values are
    not among them."""
    there = np.arange(data.sizes[name])
    if of is not None:
        seen = data[of].notnull().any([other for other in data[of].dims if other != name]).values
        if seen.any() and not seen.all():
            omit(f"{values_of(name, data[name].values[~seen], data.sizes[name])}: {of} has no value there")
            there = np.flatnonzero(seen)
    places = [int(there[i]) for i in style.spread(len(there), limit)]
    if len(places) < data.sizes[name]:
        show(name, data[name].values[places])
    return places


def place_of(values, wanted):
    """The place of what is nearest to `wanted`."""
    if values.dtype.kind in "OUS":
        return list(values).index(wanted) if wanted in list(values) else 0
    if np.isnan(values).all():
        return 0
    return int(np.nanargmax(values) if wanted == np.inf else np.nanargmin(np.abs(values - wanted)))


def measured(axis, x, part, name, series, zero=0.0, unit=1.0, take=slice(None), **look):
    """Draws the computed values of one variable, (value − zero)/unit, against x, with its standard errors; `take` are the
    places drawn. Values without an error have no bar, and the caption says why. Returns whether there was anything to draw."""
    shape = part[name].shape or (1,)
    x, value, error, zero, unit = (np.broadcast_to(np.asarray(one, float), shape)[take]
                                   for one in (x, part[name].values, reduced.error(part, name), zero, unit))
    value, error = (value - zero) / unit, error / np.abs(unit)
    there = np.isfinite(value) & np.isfinite(x)
    if _told:
        _told[-1].asked, _told[-1].drawn = True, _told[-1].drawn or bool(there.any())
    if not there.any():
        return False
    if f"{name}_chi2" in part and f"{name}_from" in part:
        remark(fit(part, name))
    known = np.isfinite(error)
    if not known[there].all():
        remark("no bar: " + re.sub(r" \(\d+ of \d+ numbers\)$", "", reduced.why_no_error(part, name)))
    bars = error[there] if known[there].any() else None
    axis.errorbar(x[there], value[there], bars, **{**style.points(series), **look})
    return True


def fit(part, name):
    """The quality of a fit along an axis: `χ²/dof of heat_limit: 0.8–1.4 (3 dof, dt 0.001–0.1)`."""
    def extent(variable):
        values = part[variable].values[np.isfinite(part[variable].values)]
        if not values.size:
            return "–"
        low, high = (f"{0 if abs(value) < 5e-4 else value:.3g}" for value in (values.min(), values.max()))
        return low if low == high else f"{low}–{high}"

    first, last = extent(f"{name}_from").split("–")[0], extent(f"{name}_to").split("–")[-1]
    return (f"χ²/dof of {name}: {extent(f'{name}_chi2')} ({extent(f'{name}_dof')} dof, "
            f"{part[name].attrs.get('along', '')} {first}–{last})")


def curve(axis, x, part, name, zero=0.0, unit=1.0, **look):
    """A closed form against x, through the points that exist; a break where it has no value. Nothing if the file lacks it."""
    if name not in part:
        return
    x, value = (np.broadcast_to(np.asarray(one, float), part[name].shape) for one in (x, (part[name].values - zero) / unit))
    there = reduced.there(part, name)
    order = np.argsort(x[there], kind="stable")
    if np.isfinite(value[there]).any():
        axis.plot(x[there][order], value[there][order], **look)


def values_of(name, values, count):
    """`d = 4, 16`, or how many of `count` there are if they are many."""
    if len(values) > MANY:
        return f"{len(values)} of {count} values of {name}"
    return f"{name} = {', '.join(style.plain(value) for value in values)}"


def _among(value, values):
    return any(value == other or (value != value and other != other) for other in values)


def _idle(data):
    """Parameters that nothing depends on: those of other targets than minde's, of chains where scores are exact."""
    idle = set()
    if data.attrs.get("experiment") == "minde" and "target" in data.coords:
        targets = {str(target) for target in np.atleast_1d(data.target.values)}
        if "ising" not in targets:
            idle |= {"L", "length", "boundary", "T", "score", "steps", "thermalisation", "interval"}
        if targets == {"ising"}:
            idle |= {"mu", "sigma2", "d", "covariance", "reference_variance"}
    if data.attrs.get("score") == "exact":
        idle |= {"steps", "thermalisation", "interval"}
    return idle


def _settings(data):
    """(name, value) of the settings that matter."""
    clones = data.attrs.get("experiment") in ("phase_diagram", "speciation")
    idle = {"dt", "time_grid", "T"} if clones and data.attrs.get("integrator") == "exact" else set()  # one step from t to t
    idle |= _idle(data)
    idle |= {"standardise"} if data.attrs.get("dataset", "none") == "none" else {"levels"}
    for name, value in reduced.settings(data).items():
        if not (name in idle or name == "samples" or USUAL.get(name) == value or any(word in name for word in SILENT)):
            yield name, pathlib.PurePath(value.partition(":")[0]).name if name == "dataset" else value


def _replicas(data):
    done = data.replicas_done.values
    done = done[done > 0]
    if not done.size:
        return []
    count = f"{done.min():.0f}" if done.min() == done.max() else f"{done.min():.0f}–{done.max():.0f}"
    samples = f"{float(data.attrs['samples']):,.0f}" if "samples" in data.attrs else ""
    of = f" of {samples} sample{'' if samples == '1' else 's'}" if samples else ""
    seed = [f"seed {data.attrs['seed']}"] if "seed" in data.attrs else []
    target = [f"target error: {data.attrs['target_error']}"] if data.attrs.get("target_error") else []
    return [f"{count} replica{'' if count == '1' else 's'}{of}", *seed, *target]
