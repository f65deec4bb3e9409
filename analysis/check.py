#!/usr/bin/python3
"""Compares what a reduced file measured with its closed forms: check.py results/phase_diagram.reduced.h5

For each variable with a partner NAME_theory: how many points lie beyond 1, 2 and 3 standard errors, and the largest
deviation z = (measured − theory)/error, beside what right errors would give. Points along t share their trajectories,
so their shares fluctuate more than independent points would. Three cases that errors from a spread cannot judge are told
in notes: probabilities so near 0 or 1 that hardly any sample differs, values without spread, errors that are mostly bounds
of systematic effects.
"""
import argparse
import sys

try:
    import numpy as np

    import figures
    import gdm
    import significance
    import version
except ImportError as error:
    sys.exit(f"check.py: {error.name} is missing for {sys.executable} (Debian: apt install python3-{error.name}; "
             "then run it with /usr/bin/python3)")

#: Rounding, in units of the value: what a measurement without spread may differ by.
ROUNDING = 1e-9
#: From how many expected events on the spread of a probability is taken for Gaussian.
FEW_EVENTS = 20


def place(array, index):
    """The coordinates of one element, as text."""
    where = dict(zip(array.dims, np.unravel_index(index, array.shape)))
    named = [(name, array[name].values[i]) for name, i in where.items() if array.sizes[name] > 1 and name != gdm.TABLE]
    named = [(name, array[name].values[where[gdm.TABLE]]) for name in gdm.table_columns(array)] + named
    return ", ".join(f"{name} = {value}" if isinstance(value, str) else f"{name} = {float(value):.4g}" for name, value in named)


def compare(measured, error, theory, samples=None):
    """z and what else there is to tell of one variable, as a dictionary. `samples`: of a probability, how many each point
    averages over; points with few expected events are then set aside and summed."""
    difference = measured.values - theory.values
    both = np.isfinite(measured.values) & np.isfinite(theory.values)
    rare = np.zeros(both.shape, bool)
    result = {}
    if samples is not None:
        counts = np.broadcast_to(samples.values.reshape(samples.shape + (1,) * (measured.ndim - samples.ndim)), both.shape)
        rare = both & (counts * np.minimum(theory.values, 1 - theory.values) < FEW_EVENTS)
        near_one = theory.values > 0.5
        events = [np.where(rare, counts * np.where(near_one, 1 - values, values), 0)
                  for values in (measured.values, theory.values)]
        # Points of the grid are independent, times of one trajectory are not: a sum for each time.
        result["seen"], result["expected"] = (array.sum(axis=tuple(range(samples.ndim))) for array in events)
    exact = both & ~rare & (error.values == 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(both & ~rare & (error.values > 0), difference / error.values, np.nan)
    wrong = exact & (np.abs(difference) > ROUNDING * np.maximum(1, np.abs(theory.values)))
    return {**result, "z": z, "rare": int(rare.sum()), "without_error": int((both & ~(error.values >= 0)).sum()),
            "exact": int(exact.sum()), "exact_wrong": int(wrong.sum())}


def partners(data, module):
    """Pairs (measured, theory) of names, in the order of the file."""
    other = getattr(module, "PARTNERS", {})
    for name in data.data_vars:
        theory = other.get(name, f"{name}_theory")
        if theory in data and f"{name}_stderr" in data and name != "phase":
            yield name, theory


def is_probability(data, module, name):
    return name in getattr(module, "PROBABILITIES", ()) and "samples" in data.attrs


def rare_events(result):
    """The sums of rare samples that deviate most, as counts with Poisson errors."""
    expected, seen = np.atleast_1d(result["expected"]), np.atleast_1d(result["seen"])
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(expected > FEW_EVENTS, (seen - expected) / np.sqrt(expected), 0)
    worst = int(np.abs(z).argmax())
    return (f"of {len(z)} sums over the grid the worst is {seen[worst]:.0f} seen, {expected[worst]:.0f} expected "
            f"({z[worst]:+.1f} standard deviations)")


def print_table(data, module, freedom):
    beyond = "".join(f"{f'> {k} s.e.':>10}" for k in (1, 2, 3))
    width = max([24] + [len(name) + 1 for name, _ in partners(data, module)])
    print(f"{'variable':<{width}}{'points':>9}{beyond}{'largest |z|':>13}{'(expected)':>12}  where")
    law = f"Student's t, {freedom}" if freedom < significance.NORMAL_FROM else "normal"
    shares = "".join(f"{100 * significance.two_sided(k, freedom):>8.2f} %" for k in (1, 2, 3))
    print(f"{f'right errors ({law})':<{width + 9}}{shares}")
    notes, bounds, worst = [], [], 0.0
    for name, theory in partners(data, module):
        samples = data.replicas_done * data.attrs["samples"] if is_probability(data, module, name) else None
        result = compare(data[name], data[f"{name}_stderr"], data[theory].transpose(*data[name].dims), samples)
        z = result["z"]
        count = int(np.isfinite(z).sum())
        if result["rare"]:
            notes.append(f"{name}: {result['rare']} points expect fewer than {FEW_EVENTS} samples that differ; "
                         + rare_events(result))
        if result["exact"]:
            notes.append(f"{name}: {result['exact']} points have no spread; {result['exact_wrong']} of them differ from "
                         "theory")
        if result["without_error"]:
            notes.append(f"{name}: {result['without_error']} points have no error")
        if f"{name}_systematic" in data:
            share = float(np.nanmedian((data[f"{name}_systematic"] / data[f"{name}_stderr"]) ** 2))
            if share > 0.1:
                bounds.append(name)
        one_sided_existence(data, name, theory, notes)
        if count == 0:
            continue
        index = int(np.nanargmax(np.abs(z)))
        largest = float(abs(z.ravel()[index]))
        worst = max(worst, largest, np.inf if result["exact_wrong"] else 0.0)
        shares = "".join(f"{100 * float((np.abs(z[np.isfinite(z)]) > k).mean()):>8.2f} %" for k in (1, 2, 3))
        print(f"{name:<{width}}{count:>9}{shares}{largest:>13.2f}{significance.largest(count, freedom):>12.2f}  "
              f"{place(data[name], index)}")
    if bounds:
        notes.append(f"{', '.join(bounds)}: the error is in good part a bound on systematic effects, so fewer points lie "
                     "outside")
    for note in notes:
        print("note: " + note)
    return worst


def one_sided_existence(data, name, theory, notes):
    """Times that exist in the measurement alone or in theory alone (a transition near its threshold)."""
    done = data.replicas_done > 0
    done = done.any([axis for axis in done.dims if axis not in data[name].dims])  # of a limit along an axis
    done = done.broadcast_like(data[name]).transpose(*data[name].dims).values
    measured, exact = np.isfinite(data[name].values), np.isfinite(data[theory].transpose(*data[name].dims).values)
    alone = int((measured & ~exact).sum()), int((exact & ~measured & done).sum())
    if any(alone):
        notes.append(f"{name}: exists at {alone[0]} points where {theory} does not, and is missing at {alone[1]} where it "
                     "does")


def print_phases(data, module):
    """Disagreements of the measured phase, and how many the stated errors of the two slopes at t = 0 predict."""
    measured, theory = data.phase.values, data.phase_theory.transpose(*data.phase.dims).values
    both = np.isfinite(measured) & np.isfinite(theory)
    wrong = both & (measured != theory)
    print(f"\nphase: {int(wrong.sum())} of {int(both.sum())} points differ from theory")
    names = [f"{name}{end}" for name in ("response", "outer_response") for end in ("", "_stderr", "_theory")]
    if not all(name in data for name in names):
        return
    value, error, truth = (module.slopes_at_origin(data, end) for end in ("", "_stderr", "_theory"))
    with np.errstate(divide="ignore", invalid="ignore"):
        flip = [significance.normal_tail(np.abs(t) / e) for t, e in zip(truth, error)]
        z = [np.abs(v - t) / e for v, t, e in zip(value, truth, error)]
    chance = np.where(theory == 2, flip[1], np.where(theory == 1, 1 - (1 - flip[0]) * (1 - flip[1]), flip[0]))
    chance = np.where(both & np.isfinite(chance), chance, 0)
    spread = np.sqrt((chance * (1 - chance)).sum())
    print(f"       the errors of the slopes at t = 0 predict {chance.sum():.1f} ± {spread:.1f}")
    if wrong.any():
        # The slope that decides: the outer one where either side is unstable, the inner one otherwise.
        deciding = np.where((measured == 2) != (theory == 2), z[1], z[0])
        index = int(np.nanargmax(np.where(wrong, deciding, -1)))
        print(f"       the worst of them is off by {deciding.ravel()[index]:.2f} s.e. (phase {measured.ravel()[index]:.0f} "
              f"for {theory.ravel()[index]:.0f}) at {place(data.phase, index)}")


def bound(text):
    value = float(text)
    if not value >= 0:
        raise argparse.ArgumentTypeError(f"{text}: takes a number of standard errors, 0 or more")
    return value


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    version.add_to(parser)
    parser.add_argument("file", help="a reduced file, NAME.reduced.h5, from gdm-reduce")
    parser.add_argument("--max-z", type=bound, metavar="Z", help="exit with 1 if any deviation exceeds Z standard errors")
    options = parser.parse_args(arguments)
    try:
        return check(gdm.open_reduced(options.file), options)
    except gdm.FileError as error:
        print(f"check.py: {error}", file=sys.stderr)
    except (AttributeError, KeyError) as error:  # a variable that the experiment's files have
        print(f"check.py: {options.file}: lacks what a file of its experiment has ({error}); run gdm-reduce again", file=sys.stderr)
    return 2


def check(data, options):
    module = figures.module_of(data.attrs["experiment"])
    validity = ""
    if hasattr(module, "comparable"):
        data, validity = module.comparable(data)
    replicas = int(data.replicas_done.max()) if data.replicas_done.size else 0
    started = int((data.replicas_done > 0).sum())
    print(f"{options.file}: {data.attrs['experiment']}, {started} of {data.replicas_done.size} points, "
          f"up to {replicas} replicas{f', {validity}' if validity else ''}\n")
    if not any(True for _ in partners(data, module)):
        print("no variable of this file has a closed form beside it")
        return 0
    worst = print_table(data, module, max(replicas - 1, 1))
    if "phase" in data and "phase_theory" in data:
        print_phases(data, module)
    return int(options.max_z is not None and worst > options.max_z)


if __name__ == "__main__":
    sys.exit(main())
