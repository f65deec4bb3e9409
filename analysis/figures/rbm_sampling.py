"""Figures of the experiment rbm_sampling: annealed importance sampling against exact sums, and Gibbs chains."""
import numpy as np

import style
from figures import notes, require

GRID = ("T", "machine", ("load", "hidden"), "visible", "J", "J0", "density")


def _series(data):
    """(data without other dimensions, name of the one that varies or None)."""
    long = [name for name in data.replicas_done.dims if data.sizes[name] > 1]
    name = "T" if "T" in long else long[0] if long else None
    for other in data.replicas_done.dims:
        if other != name:
            data = data.isel({other: 0})
            notes.show(other, [data[other].values])
    return data, name


def _each(data, name, of):
    places = notes.some(data, name, 5, of=of) if name else [None]
    return [(series, data if place is None else data.isel({name: place})) for series, place in enumerate(places)]


def _keys(parts, name):
    return [style.key(series, style.equal(name, here[name]) if name else "machines") for series, here in parts]


def annealing(data):
    """Difference of ln Z to the exact one, share of machines within the stated error, and variance of weights, over steps."""
    require(data, "relative_variance")
    data, name = _series(data)
    parts = _each(data, name, "relative_variance")
    figure, ((difference, covered, variance),) = style.panels(3, height=2.6)
    known = data.covered.notnull().any()
    for series, here in parts:
        steps = here.annealing_steps.values
        notes.measured(variance, steps, here, "relative_variance", series, ls=style.LINES[series], lw=0.6)
        if known:
            notes.measured(difference, steps, here, "log_partition_difference", series)
            difference.plot(steps, here.stated_bias.values, color=style.COLORS[series], lw=0.7)
            notes.measured(covered, steps, here, "covered", series, ls=style.LINES[series], lw=0.6)
    if known:
        difference.axhline(0, color="0.6", lw=0.6)
        covered.axhline(0.6827, color="0.6", lw=0.6)
        notes.remark("lines in (a): the bias that the weights state; in (b): 0.683")
    else:
        for axis in (difference, covered):
            style.say(axis, "no exact ln Z")
    steps = data.annealing_steps.values
    if (data.relative_variance.values > 0).any():
        variance.set_yscale("log")
    for axis in (difference, covered, variance):
        axis.set(xscale="log", xlabel="annealing steps", xlim=(steps.min() / 1.5, steps.max() * 1.5))
    difference.set_ylabel(r"$\ln\hat Z-\ln Z$")
    covered.set(ylabel="machines within the stated error", ylim=(-0.04, 1.04))
    variance.set_ylabel("relative variance of weights")
    style.letter((difference, covered, variance))
    style.legend(figure, _keys(parts, name))
    return figure


def thermalisation(data):
    """Energy after k Gibbs steps from two starts, and autocorrelation times and order along the grid."""
    require(data, "energy_from_ones")
    data, name = _series(data)
    parts = _each(data, name, "energy_from_ones")
    figure, ((energy, times, order),) = style.panels(3, height=2.6)
    for series, here in parts:
        k = here.k.values.astype(float)
        notes.measured(energy, k + 1, here, "energy_from_ones", series, ls=style.LINES[series], lw=0.6)
        notes.measured(energy, k + 1, here, "energy_from_random", series, mfc=style.COLORS[series])
    notes.remark("filled in (a): started from random units, open: from ones")
    numbers = name is not None and data[name].dtype.kind not in "OUS"
    x = data[name].values.astype(float) if numbers else np.arange(data.sizes[name] if name else 1, dtype=float)
    for series, quantity in enumerate(("energy", "magnetisation", "overlap_squared")):
        notes.measured(times, x, data, f"{quantity}_tau", series, ls=style.LINES[series], lw=0.6)
    for series, quantity in enumerate(("magnetisation_abs", "overlap_squared", "largest_hidden")):
        notes.measured(order, x, data, quantity, series, ls=style.LINES[series], lw=0.6, label=quantity.replace("_", " "))
    energy.set(xscale="log", xlabel="Gibbs steps + 1", ylabel="energy per visible unit")
    times.set(yscale="log", ylabel=r"$\tau$ (Gibbs steps), means", xlabel=style.label(data[name]) if name else "")
    order.set(ylabel="order parameters", xlabel=style.label(data[name]) if name else "", ylim=(0, 1.02))
    style.letter((energy, times, order))
    marks = [style.key(series, label, color="0.3") for series, label in
             enumerate(("energy (b), |m| (c)", "m (b), overlap² (c)", "overlap² (b), hidden overlap (c)"))]
    style.legend(figure, [*_keys(parts, name), *marks])
    return figure


FIGURES = {"rbm_sampling": annealing, "rbm_sampling_chains": thermalisation}
