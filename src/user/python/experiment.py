"""What a model file declares, by plain assignments; a declaration is called what its variable is called.

    p = grid("linspace(0.4, 0.8, 9)", "share of occupied sites", range=(0, 1))
    samples = setting(1000, "lattices of a replica", range=(1, 1e9), integer=True)
    density = observable("share of sites in the largest cluster", bounds=(0, 1))

    def run(point, random, stop):
        return {"density": ...}
"""
import numpy as _np

ALONG = ("collapse", "crossing", "extremum", "integral", "limit", "root")  #: what lies across points

__all__ = ["Stopped", "axis", "derived", "grid", "inner", "observable", "setting", "theory", "uncertain", *ALONG]


MOST = 1000  #: of declarations


class Stopped(BaseException):
    """Raised by stop.check() when the program is to end; the replica is dropped and computed again later."""


class Declaration:
    """One line of a model: `role` says of what kind, `said` what the model says of it."""

    count = 0

    def __init__(self, role, name, **said):
        self.role, self.name, self.said, self.function = role, name, said, None
        Declaration.count += 1
        if Declaration.count > MOST:
            raise ValueError(f"more than {MOST} declarations: an observable with an axis holds many numbers")

    def __repr__(self):
        return f"<{self.role} {self.name}>"

    def __array__(self, *_args, **_keywords):
        raise TypeError(f"{self.name} is a declaration; its value in a replica is point.{self.name}")

    __float__ = __int__ = __index__ = __array__


class FixedAxis(Declaration):
    """An axis that is no parameter; its numbers are `values`."""

    def __init__(self, name, values, **said):
        super().__init__("axis", name, **said)
        self.values = _np.array(values, float)
        self.values.flags.writeable = False

    def __array__(self, dtype=None, *_args, **_keywords):
        return self.values.astype(dtype or float)

    def __len__(self):
        return len(self.values)


def _parameter(role, default, description, range, unit, integer, words, keyed, name, dataset=False):
    kind = "dataset" if dataset else "word" if words else "integer" if integer else "real"
    return Declaration(role, name, default=_text(default), description=description, range=_interval(range), unit=unit,
                       kind=kind, words=[str(word) for word in words], keyed=keyed)


def _text(default):
    """The default as it would stand in a job file: text as it is, a number, or a list of numbers or words."""
    if isinstance(default, str):
        return default
    return ", ".join(one if isinstance(one, str) else f"{one:.12g}" for one in _np.atleast_1d(default).tolist())


def _interval(range):
    """(min, max), or the text "[0, 1)" with open ends in round brackets; "inf]" allows infinity itself."""
    if range is None:
        return {}
    text = range.strip() if isinstance(range, str) else None
    if text is not None and (len(text) < 5 or text[0] not in "[(" or text[-1] not in "])" or text.count(",") != 1):
        raise ValueError(f"range={range!r}: takes (min, max), or text such as '[0, 1)' with open ends in round brackets")
    low, high = (float(end) for end in (text[1:-1].split(",") if text else range))
    if not low <= high:
        raise ValueError(f"range={range!r}: nothing lies in it")
    return {"min": low, "max": high, "open_min": bool(text) and text[0] == "(" and low > -_np.inf,
            "open_max": bool(text) and text[-1] == ")" and high < _np.inf,
            "or_infinity": bool(text) and text[-1] == "]" and high == _np.inf}


def grid(default="", description="", *, range=None, unit="1", integer=False, words=(), keyed=True, name=None):
    """An axis of points: every combination of grid axes is one. `default` is text of a job file ("linspace(0, 1, 5)",
    "1, 4, 16"), a number or a list; without one the job must give it. `keyed=False`: points that differ in it alone share
    their random numbers."""
    return _parameter("grid", default, description, range, unit, integer, words, keyed, name)


def inner(default="", description="", *, range=None, unit="1", integer=False, name=None):
    """An axis that is evaluated inside one replica (times along one trajectory): an array on the point."""
    return _parameter("inner", default, description, range, unit, integer, (), False, name)


def setting(default="", description="", *, range=None, unit="1", integer=False, words=(), keyed=False, dataset=False,
            name=None):
    """One value for the whole sweep. `dataset=True`: an array `FILE.h5:/NAME`, handed to prepare()."""
    return _parameter("setting", default, description, range, unit, integer, words, keyed or dataset, name, dataset)


def axis(values, description="", *, unit="1", name=None):
    """An axis of observables that is no parameter: a coordinate, the middles of a histogram's bins."""
    return FixedAxis(name, values, description=description, unit=unit)


def observable(description="", *, axes=(), unit="1", combine="mean", bounds=None, samples=0, may_be_missing="", name=None):
    """What run() returns under this name: a number, or an array over `axes`, slowest first. `combine` (mean, sum,
    log_mean_exp, stored) says how replicas do. `bounds=(0, 1)`: one of `samples` independent samples of a replica lies
    between them (default: the setting `samples`, or 1), so that the error has what no sample has met. `may_be_missing` says in
    words where it may be NaN."""
    return Declaration("observable", name, description=description, axes=_names(axes), unit=unit, combine=combine,
                       bounds=None if bounds is None else (float(bounds[0]), float(bounds[1])), samples=float(samples),
                       may_be_missing=may_be_missing)


def _names(axes):
    """Axes by name, or as they were declared: their names are known when the whole file is read."""
    return [axes] if isinstance(axes, (str, Declaration)) else list(axes)


def _function(role, description, said):
    def declare(function):
        text = description or (function.__doc__ or "").strip().partition("\n\n")[0]
        declared = Declaration(role, function.__name__, description=" ".join(text.split()), **said)
        declared.function = function
        return declared

    return declare


def derived(description="", *, axes=(), unit="1", error="jackknife"):
    """Decorates `def NAME(point, mean)`: a function of the combined observables of a point, with an error by jackknife, or by
    bootstrap for one that jumps. Its docstring describes it."""
    function, description = (description, "") if callable(description) else (None, description)
    declare = _function("derived", description, {"axes": _names(axes), "unit": unit, "error": error})
    return declare(function) if function else declare


def theory(description="", *, axes=(), unit="1"):
    """Decorates `def NAME_theory(point)`: a closed form beside the measured NAME. Its docstring describes it."""
    function, description = (description, "") if callable(description) else (None, description)
    declare = _function("theory", description, {"axes": _names(axes), "unit": unit})
    return declare(function) if function else declare


class uncertain:
    """What a derived quantity returns that has an error which more replicas do not reduce: uncertain(value, error)."""

    def __init__(self, value, systematic):
        self.value, self.systematic = value, systematic


def _along(kind, quantity, axis, description, unit, error, name, *, sizes="", functions=None, **options):
    return Declaration("along", name, kind=kind, quantity=quantity, axis=axis, sizes=sizes, description=description, unit=unit,
                       error=error, functions={key: one for key, one in (functions or {}).items() if one is not None},
                       **options)


def _ends(name, value):
    """(from, to) between which it is to be found; a number, where it is known, is both."""
    ends = _np.atleast_1d(value).astype(float).tolist()
    if len(ends) > 2:
        raise ValueError(f"{name}={value!r}: takes a number where it is known, and (from, to) where it is to be found")
    return ends[0], ends[-1]


def limit(quantity, axis, description="", *, abscissa, order=1, exponent=1, unit="1", error="jackknife", name=None):
    """What `quantity` tends to where `abscissa(point, value)` of the axis goes to 0 (1/d for d to infinity): a_0 of the
    polynomial of this `order` in abscissa**exponent. With `exponent=(from, to)` that is found too, NAME_exponent."""
    return _along("limit", quantity, axis, description, unit, error, name, functions={"abscissa": abscissa}, order=order,
                  exponent=_ends("exponent", exponent))


def integral(quantity, axis, description="", *, start=None, end=None, abscissa=None, weight=None, offset=None, unit="1",
             error="jackknife", name=None):
    """The integral of `quantity` over the axis (or over its `abscissa(point, value)`) from `start` to `end` (the first and the last
    point), times `weight(point, value)`, plus `offset(point)`."""
    return _along("integral", quantity, axis, description, unit, error, name,
                  functions={"abscissa": abscissa, "weight": weight, "offset": offset},
                  start=-_np.inf if start is None else float(start), end=_np.inf if end is None else float(end))


def root(quantity, axis, description="", *, level=0, points=4, order=2, unit="1", error="jackknife", name=None):
    """Where `quantity` passes a level: by a polynomial of this `order` through the `points` nearest to it."""
    return _along("root", quantity, axis, description, unit, error, name, level=float(level), points=points, order=order)


def crossing(quantity, axis, sizes, description="", *, drift=0, points=4, order=2, unit="1", error="jackknife", name=None):
    """Where the curves of neighbouring `sizes` (a grid axis) cross: NAME_pairs. NAME is the crossing of the largest pair, or with
    `drift` > 0 of infinite sizes, by the line through NAME_pairs over size**-drift."""
    return _along("crossing", quantity, axis, description, unit, error, name, sizes=sizes, drift=float(drift), points=points,
                  order=order)


def extremum(quantity, axis, description="", *, minimum=False, points=5, unit="1", error="jackknife", name=None):
    """Where `quantity` is largest (smallest), by a parabola through the `points` nearest to it; NAME_value is its height there."""
    return _along("extremum", quantity, axis, description, unit, error, name, minimum=bool(minimum), points=points)


def collapse(quantity, axis, sizes, description="", *, critical, nu=(0.3, 3), scaling=0, order=5, width=_np.inf, unit="1",
             error="jackknife", name=None):
    """The exponent nu with which the curves of all `sizes` lie on one: quantity = size**scaling f((x - critical) size**(1/nu)). Each
    of `nu`, `critical` and `scaling` is a number that is known, or (from, to): NAME_critical, NAME_scaling, NAME_exponent."""
    return _along("collapse", quantity, axis, description, unit, error, name, sizes=sizes, nu=_ends("nu", nu),
                  critical=_ends("critical", critical), scaling=_ends("scaling", scaling), order=order, width=float(width))
