"""The tables of a report, as rows of text: parameters, values at the points with theory and z, results along an axis, all
quantities, and how far theory is met."""
import dataclasses

import numpy as np
from markupsafe import Markup

from gdmsweep import comparison, reduced, significance
from gdmsweep.commands import check
from gdmsweep.plots import along
from gdmsweep.report import digits
from gdmsweep.report.symbols import symbol, unit

MAX_ROWS = 36  # of the table of values: a page of A4
MAX_NUMBERS = 9  # columns of numbers beside the parameters
MAX_LISTED = 80  # quantities that are listed

#: Ends of names that tell of the measurement rather than of physics.
DIAGNOSTIC = ("_binned_error", "_tau", "_tau_error", "_z", "_steps", "_expected", "_acceptance")


@dataclasses.dataclass
class Table:
    heads: list  # (text, unit)
    rows: list
    notes: list = dataclasses.field(default_factory=list)
    words: tuple = (0,)  # columns that are set to the left


def meaning(variable):
    """What it is, in words."""
    return str(variable.attrs.get("description") or variable.attrs.get("long_name", ""))


def parameters(data, settings):
    """Each parameter with its meaning, its values and its role; after axes the settings, of which `settings` has (meaning, unit)."""
    rows = []
    for name in _axes(data):
        role = "grid" if name in data.replicas_done.dims or name in reduced.table_columns(data) else "along each point"
        rows.append([symbol(data[name]), meaning(data[name]), extent(data[name].values), unit(data[name]), role])
    for name, value in reduced.settings(data).items():
        what, of = settings.get(name, ("", "1"))
        rows.append([name.replace("_", " "), what, digits.plain(value), "" if of == "1" else of, "setting"])
    for name in ("target_error", "refine", "refine_where"):
        if data.attrs.get(name):
            rows.append([name.replace("_", " "), "", str(data.attrs[name]), "", "adaptive"])
    return Table([("parameter", ""), ("meaning", ""), ("values", ""), ("unit", ""), ("role", "")], rows, words=range(5))


def _axes(data):
    """The names of grid axes and columns of a table, then of the other axes of some variable."""
    grid = [*reduced.table_columns(data), *(name for name in data.replicas_done.dims if name != reduced.TABLE)]
    return grid + [name for name in data.coords if name not in (*grid, reduced.TABLE) and data[name].dims == (name,)]


def extent(values):
    """`12 values from 0.03 to 1.5`, or all of up to six."""
    values = np.unique(np.asarray(values).ravel())
    if len(values) <= 6 or values.dtype.kind in "OUS":
        shown = [digits.plain(value) for value in values.tolist()]
        return ", ".join(shown[:12]) + (f", … ({len(shown)} words)" if len(shown) > 12 else "")
    return f"{len(values)} values from {digits.plain(values[0])} to {digits.plain(values[-1])}"


def comparisons(data):
    """How far each quantity is from its closed form: shares beyond 1, 2, 3 standard errors and the largest |z|, beside Student's
    law. None if the file has no closed form."""
    data, validity = comparison.comparable(data)
    notes = [f"Compared where the closed forms apply: {validity}."] if validity else []
    freedom = degrees_of_freedom(data)
    rows, told = [], []
    for one in comparison.comparisons(data):
        told += [(one.variable, note.removeprefix(f"{one.variable}: ")) for note in check.notes_of(data, one)]
        if one.count:
            largest, where = one.largest()
            rows.append([symbol(data[one.variable]), digits.count(one.count), *(f"{100 * one.share_beyond(k):.1f} %" for k in (1, 2, 3)),
                         f"{largest:.2f}", f"{significance.largest(one.count, freedom):.2f}", probability(largest, one.count, freedom),
                         where])
    if not rows:
        return None
    shares = [f"{100 * float(significance.two_sided(k, freedom)):.1f} %" for k in (1, 2, 3)]
    rows.append([Markup("<i>right errors</i>"), "", *shares, "", "", "", law(freedom)])
    heads = ("quantity", "n", "|z| > 1", "> 2", "> 3", "largest |z|", "expected", "P", "at")
    return Table([(head, "") for head in heads], rows, notes + _joined(told), words=(0, 8))


def _joined(told):
    """Notes (name, text) of several quantities that say the same, as one line each."""
    same = {}
    for name, text in told:
        same.setdefault(text.replace(f"{name}_theory", "theory"), []).append(name)
    return [f"{', '.join(names)}: {text}." for text, names in same.items()]


def degrees_of_freedom(data):
    """Of most points: the largest number of replicas less one."""
    return max(int(data.replicas_done.max()) - 1 if data.replicas_done.size else 1, 1)


def law(freedom):
    return f"Student’s t, {freedom} degrees of freedom" if freedom < significance.NORMAL_FROM else "normal law"


def probability(z, count, freedom):
    """That the largest |z| among so many independent values is at least this."""
    one = float(significance.two_sided(z, freedom))
    both = -np.expm1(count * np.log1p(-min(one, 1 - 1e-16)))
    return f"{both:.2f}" if both >= 0.005 else f"{both:.0e}".replace("e-0", "e−").replace("e-", "e−")


def quantities(data):
    """Names of what has an error: physics before diagnostics, one number a point first, what has a closed form first."""
    partner = dict(comparison.with_theory(data))
    names = [name for name in data.data_vars if f"{name}_stderr" in data and set(data.replicas_done.dims) <= set(data[name].dims)]
    has_values = {name: bool(np.isfinite(data[name].values).any()) for name in names}
    return sorted(names, key=lambda name: (not has_values[name], name.endswith(DIAGNOSTIC), data[name].ndim,
                                           name not in partner, "combine" in data[name].attrs)), partner


def values(data):
    """(title, table) of the quantities that are one number a point, and of those along the first other axes: nothing where there
    are no values."""
    names, partner = quantities(data)
    names = [name for name in names if bool(np.isfinite(data[name].values).any())]
    groups = list(dict.fromkeys(data[name].dims for name in names))
    tables = []
    for dims in [*(one for one in groups if len(one) == data.replicas_done.ndim), *(one for one in groups if len(one) > data.replicas_done.ndim)][:2]:
        own = [dim for dim in dims if dim not in data.replicas_done.dims]
        title = f"Values along {', '.join(own)}" if own else "Values at the points"
        tables.append((title, _values_over(data, dims, names, partner)))
    return tables


def _values_over(data, dims, names, partner):
    """A row for each computed point (and place along its own axes): of the first quantities value(error), theory and z."""
    chosen, width = [], 0
    for name in names:
        columns = 3 if _has_theory(data, name, partner) else 1
        if data[name].dims == dims and width + columns <= MAX_NUMBERS and (not chosen or not name.endswith(DIAGNOSTIC)):
            chosen.append(name)
            width += columns
    places, notes = _places(data, dims)
    columns, constant = _columns(data, dims)
    heads, body = [(symbol(data[name]), unit(data[name])) for name in columns], []
    for name in chosen:
        heads.append((symbol(data[name]), unit(data[name])))
        heads += [("theory", ""), ("z", "")] if _has_theory(data, name, partner) else []
    for place in places:
        at = dict(zip(dims, place))
        row = [digits.plain(_item(data[name], at)) for name in columns]
        for name in chosen:
            value, error = _item(data[name], at), _item(data[f"{name}_stderr"], at)
            row.append(digits.with_error(value, error))
            if _has_theory(data, name, partner):
                row += _beside(value, error, _item(data[partner[name]], at))
        body.append(row)
    if constant:
        notes.insert(0, Markup("At {}.").format(Markup(", ").join(constant)))
    if left := [name for name in names if name not in chosen and data[name].dims == dims]:
        notes.append(f"Not here but in the list below, and in the file: {', '.join(left)}.")
    return Table(heads, body, notes, words=())


def _beside(value, error, theory):
    """Theory with more digits than the error has, and z."""
    places = 6 if not error > 0 or not np.isfinite(theory) or theory == 0 else \
        int(np.clip(np.log10(abs(theory) / error) + 3, 3, digits.MOST_DIGITS - 2))
    known = error > 0 and np.isfinite(value) and np.isfinite(theory)
    return [digits.plain(theory, places), f"{(value - theory) / error:+.2f}".replace("-", "−") if known else digits.NONE]


def _has_theory(data, name, partner):
    return name in partner and bool(np.isfinite(data[partner[name]].values).any())


def _item(variable, at):
    part = variable.isel({name: place for name, place in at.items() if name in variable.dims})
    value = part.values.item()
    return value if isinstance(value, str) else float(value)


def _columns(data, dims):
    """The parameters that vary, and the text of those that do not."""
    names = [*reduced.table_columns(data), *(name for name in dims if name != reduced.TABLE)]
    several = {name: len(set(np.atleast_1d(data[name].values).tolist())) > 1 for name in names}
    constant = [Markup("{} = {}").format(symbol(data[name]), digits.plain(np.atleast_1d(data[name].values)[0]))
                for name in names if not several[name]]
    return [name for name in names if several[name]], constant


def _places(data, dims):
    """At most MAX_ROWS places of computed points: of a full grid some values of its longest axes, otherwise points evenly spread;
    and what that leaves out."""
    done = (data.replicas_done > 0).expand_dims({name: data[name] for name in dims if name not in data.replicas_done.dims})
    done = done.transpose(*dims).values
    total = int(done.sum())
    if total <= MAX_ROWS:
        return np.argwhere(done), []
    what = "points are computed" if len(dims) == data.replicas_done.ndim else "values are computed"
    note = f"{digits.count(total)} {what}; shown are %s. All are in the file."
    if not done.all():
        found = np.argwhere(done)
        return found[np.linspace(0, total - 1, MAX_ROWS).round().astype(int)], [note % f"{MAX_ROWS} of them, evenly spread"]
    sizes = list(done.shape)
    while np.prod(sizes) > MAX_ROWS:
        sizes[int(np.argmax(sizes))] -= 1
    kept = [np.unique(np.linspace(0, n - 1, m).round().astype(int)) if m > 1 else np.array([0]) for n, m in zip(done.shape, sizes)]
    places = np.stack(np.meshgrid(*kept, indexing="ij"), -1).reshape(-1, len(sizes))
    fewer = [f"{m} of {digits.count(n)} values of {name.replace('_', ' ')}" for name, n, m in zip(dims, done.shape, sizes) if m < n]
    return places, [note % ", ".join(fewer)]


def results_along(data):
    """Crossings, limits, integrals, exponents: each with its error, theory and z, and the quality of its fit. None if there are
    none."""
    rows, notes, left = [], [], 0
    for result in along.results(data):
        parts = [name for name in data.data_vars if data[name].attrs.get("result") == result and "along" in data[name].attrs]
        for name in parts:
            found = np.argwhere(np.isfinite(data[name].values))
            if not len(found) and name == result and np.size(data[name]):  # of a single number its size is 0
                notes.append(f"{name}: no value{_because(data[name].attrs.get('missing'))}.")
            for index in found:
                if len(rows) >= MAX_ROWS:
                    left += 1
                    continue
                at = dict(zip(data[name].dims, index))
                rows.append(_along_row(data, name, at))
    if left:
        notes.append(f"{left} further values are in the file.")
    if not rows:
        return Table([], [], notes) if notes else None
    heads = ("result", "meaning", "at", "value", "theory", "z", "χ²/dof")
    return Table([(head, "") for head in heads], rows, notes, words=(0, 1, 2))


def _along_row(data, name, at):
    variable = data[name]
    where = [Markup("{} = {}").format(symbol(data[dim]), digits.plain(data[dim].values[at[dim]]))
             for dim in variable.dims if variable.sizes[dim] > 1 and dim in data.coords]
    value = _item(variable, at)
    error = _item(data[f"{name}_stderr"], at) if f"{name}_stderr" in data else np.nan
    theory = _item(data[f"{name}_theory"], at) if f"{name}_theory" in data else np.nan
    fit = _item(data[f"{name}_chi2"], at) if f"{name}_chi2" in data else np.nan
    text = Markup("{} {}").format(digits.with_error(value, error), unit(variable))
    return [symbol(variable), meaning(variable), Markup(", ").join(where), text,
            *_beside(value, error, theory), digits.plain(fit, 3)]


def _because(reason):
    return f" ({reason})" if reason else ""


def listed(data):
    """All quantities: what each is, over which axes, how large, and its typical error."""
    names, partner = quantities(data)
    rows = []
    for name in names[:MAX_LISTED]:
        finite = data[name].values[np.isfinite(data[name].values)]
        error = data[f"{name}_stderr"].values
        error = error[np.isfinite(error)]
        axes = [dim for dim in data[name].dims if dim not in data.replicas_done.dims]
        low, high = (digits.plain(one, 4) for one in (finite.min(), finite.max())) if finite.size else (digits.NONE,) * 2
        rows.append([symbol(data[name]) if not axes else Markup("{}({})").format(symbol(data[name]), ", ".join(axes)),
                     meaning(data[name]), unit(data[name]), low, high,
                     digits.plain(float(np.median(error)), 2) if error.size else digits.NONE, "yes" if name in partner else ""])
    notes = [f"{len(names) - MAX_LISTED} more are in the file."] if len(names) > MAX_LISTED else []
    heads = ("quantity", "meaning", "unit", "smallest", "largest", "median error", "theory")
    return Table([(head, "") for head in heads], rows, notes, words=(0, 1, 2)) if rows else None
