"""Compares what a reduced file measured with its closed forms: check.py results/phase_diagram.reduced.h5

For each variable with a partner NAME_theory: how many points lie beyond 1, 2 and 3 standard errors, and the largest
deviation z = (measured − theory)/error, beside what right errors would give. Points along t share their trajectories,
so their shares fluctuate more than independent points would. Three cases that errors from a spread cannot judge are told
in notes: probabilities so near 0 or 1 that hardly any sample differs, values without spread, errors that are mostly bounds
of systematic effects. With a second file, OTHER.reduced.h5, all variables are compared with those of the same name there.
"""
import argparse
import sys
import warnings

import numpy as np

from gdmsweep import plots, significance
from gdmsweep.comparison import FEW_EVENTS, comparable, comparisons, place
from gdmsweep.files import FileError, open_reduced


def rare_events(scores):
    """The sums of rare samples that deviate most, as counts with Poisson errors."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(scores.due > FEW_EVENTS, (scores.seen - scores.due) / np.sqrt(scores.due), 0)
    worst = int(np.abs(z).argmax())
    return (f"of {len(z)} sums over the grid the worst is {scores.seen[worst]:.0f} seen, {scores.due[worst]:.0f} expected "
            f"({z[worst]:+.1f} standard deviations)")


def print_table(data, found, freedom):
    beyond = "".join(f"{f'> {k} s.e.':>10}" for k in (1, 2, 3))
    width = max([24] + [len(one.variable) + 1 for one in found])
    print(f"{'variable':<{width}}{'points':>9}{beyond}{'largest |z|':>13}{'(expected)':>12}  where")
    law = f"Student's t, {freedom:.0f}" if freedom < significance.NORMAL_FROM else "normal"
    shares = "".join(f"{100 * significance.two_sided(k, freedom):>8.2f} %" for k in (1, 2, 3))
    print(f"{f'right errors ({law})':<{width + 9}}{shares}")
    notes, worst = [], 0.0
    for one in found:
        notes += notes_of(data, one)
        if one.count == 0:
            continue
        largest, where = one.largest()
        worst = max(worst, largest, np.inf if one.scores.wrong.any() else 0.0)
        shares = "".join(f"{100 * one.share_beyond(k):>8.2f} %" for k in (1, 2, 3))
        print(f"{one.variable:<{width}}{one.count:>9}{shares}{largest:>13.2f}{significance.largest(one.count, freedom):>12.2f}  {where}")
    bounds = [one.variable for one in found if is_mostly_a_bound(data, one.variable)]
    if bounds:
        notes.append(f"{', '.join(bounds)}: the error is in good part a bound on systematic effects, so fewer points lie outside")
    for note in notes:
        print("note: " + note)
    return worst


def notes_of(data, one):
    """What is to be told of one variable beside its line."""
    name, scores = one.variable, one.scores
    if scores.rare.any():
        yield (f"{name}: {int(scores.rare.sum())} points expect fewer than {FEW_EVENTS} samples that differ; "
               + rare_events(scores))
    if scores.exact.any():
        yield (f"{name}: {int(scores.exact.sum())} points have no spread; {int(scores.wrong.sum())} of them differ from "
               f"{'theory' if one.reference in data else one.reference}")
    if scores.without_error.any():
        yield f"{name}: {int(scores.without_error.sum())} points have no error"
    if one.reference in data:
        yield from one_sided_existence(data, one)


def is_mostly_a_bound(data, name):
    if f"{name}_systematic" not in data:
        return False
    return float(np.nanmedian((data[f"{name}_systematic"] / data[f"{name}_stderr"]) ** 2)) > 0.1


def one_sided_existence(data, one):
    """Times that exist in the measurement alone or in theory alone (a transition near its threshold)."""
    done = data.replicas_done > 0
    done = done.any([axis for axis in done.dims if axis not in one.measured.dims])  # of a limit along an axis
    done = done.broadcast_like(one.measured).transpose(*one.measured.dims).values
    measured, exact = np.isfinite(one.measured.values), np.isfinite(one.expected.values)
    alone = int((measured & ~exact).sum()), int((exact & ~measured & done).sum())
    if any(alone):
        yield (f"{one.variable}: exists at {alone[0]} points where {one.reference} does not, and is missing at {alone[1]} where it "
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
    parser.add_argument("file", help="a reduced file, NAME.reduced.h5, from gdm-reduce")
    parser.add_argument("other", nargs="?", help="a second one to compare it with, instead of closed forms")
    parser.add_argument("--max-z", type=bound, metavar="Z", help="exit with 1 if any deviation exceeds Z standard errors")
    options = parser.parse_args(arguments)
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            data = open_reduced(options.file)
            other = open_reduced(options.other) if options.other else None
            return check(data, other, options, told)
    except FileError as error:
        print(f"check.py: {error}", file=sys.stderr)
    except (AttributeError, KeyError) as error:  # a variable that the experiment's files have
        print(f"check.py: {options.file}: lacks what a file of its experiment has ({error}); run gdm-reduce again", file=sys.stderr)
    return 2


def check(data, other, options, told):
    module = plots.module_of(data.attrs["experiment"])
    data, validity = comparable(data) if other is None else (data, "")
    replicas = int(data.replicas_done.max()) if data.replicas_done.size else 0
    started = int((data.replicas_done > 0).sum())
    found = list(comparisons(data, other))
    print(f"{options.file}: {data.attrs['experiment']}, {started} of {data.replicas_done.size} points, "
          f"up to {replicas} replicas{f', {validity}' if validity else ''}{f'; against {options.other}' if other else ''}\n")
    if not found:
        print("no variable of this file has a closed form beside it" if other is None else "the files have no variable in common")
        return 0
    freedom = max(float(one.freedom.max()) for one in found) if other else max(replicas - 1, 1)
    worst = print_table(data, found, freedom)
    for one in told:
        if one.category is UserWarning:  # of the comparison; libraries warn of other things when they start
            print(f"note: {one.message}")
    if other is None and "phase" in data and "phase_theory" in data:
        print_phases(data, module)
    return int(options.max_z is not None and worst > options.max_z)
