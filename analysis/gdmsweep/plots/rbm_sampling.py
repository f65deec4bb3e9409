"""Figures of the experiment rbm_sampling: annealed importance sampling against exact sums, and Gibbs chains."""
import numpy as np

from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

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


def phases(data):
    """Magnetisation and overlap of replicas of machines of spins over (J0, T), and the transitions of large machines."""
    require(data, "magnetisation_abs", "overlap_squared")
    if data.sizes.get("J0", 1) < 2 or data.sizes.get("T", 1) < 2:
        raise Skip("it needs several values of J0 and of T")
    for other in data.replicas_done.dims:
        if other not in ("J0", "T"):
            notes.show(other, [data[other].values[0]])
            data = data.isel({other: 0})
    data = data.transpose("J0", "T", ...)
    means, temperatures = np.meshgrid(data.J0.values, data["T"].values, indexing="ij")
    figure, axes = style.panels(2, height=2.8)
    for axis, values, label in ((axes[0, 0], data.magnetisation_abs.values, "mean of $|m|$"),
                                (axes[0, 1], np.sqrt(data.overlap_squared.values), "root mean square overlap of two states")):
        there = np.isfinite(values)
        if not there.any():
            style.say(axis, "nothing is done yet")
            continue
        drawn = axis.scatter(means[there], temperatures[there], c=values[there], cmap="cividis", vmin=0, vmax=1, s=30, marker="s",
                             linewidths=0)
        figure.colorbar(drawn, ax=axis, label=label, pad=0.02)
        if str(data.machine.values) == "spins":
            J, top = float(data.J), 1.05 * max(float(data["T"].max()), float(data.J0.max()))
            axis.plot([0, J, top], [J, J, top], color="k", lw=1, path_effects=style.CASED)
            axis.plot([J, J], [0, J], color="k", lw=1, ls="--", path_effects=style.CASED)
        low, high = float(data["T"].min()), float(data["T"].max())
        axis.set(xlabel=style.label(data.J0), ylabel=style.label(data["T"]), ylim=(0, high + 0.06 * (high - low)),
                 xlim=(-0.04 * means.max(), 1.05 * means.max()))
    style.letter(axes)
    style.legend(figure, [Line2D([], [], color="k", lw=1, label="T = max(J, J0): order, large machines"),
                          Line2D([], [], color="k", lw=1, ls="--", label="J0 = J: glass | ferromagnet")])
    return figure


def _shared(density, patterns):
    """Patterns that share a state at T = 0 if each takes the units that those before leave free, m_k = (1 - p)^(k-1)."""
    squares = (1 - density[:, None]) ** (2 * np.arange(patterns))
    return squares.sum(1) ** 2 / (squares**2).sum(1)


def composition(data):
    """How many hidden units share in a state over the density of the weights, and the greatest overlap."""
    require(data, "active_hidden", "largest_hidden")
    if data.sizes.get("density", 1) < 2:
        raise Skip("it needs several densities")
    name = next((one for one in ("T", "load", "hidden") if data.sizes.get(one, 1) > 1), None)
    for other in data.replicas_done.dims:
        if other not in ("density", name):
            notes.show(other, [data[other].values[0]])
            data = data.isel({other: 0})
    parts = _each(data, name, "active_hidden")
    figure, ((active, largest),) = style.panels(2, height=2.6)
    density = np.geomspace(float(data.density.min()), 1, 200)
    for series, here in parts:
        for axis, quantity in ((active, "active_hidden"), (largest, "largest_hidden")):
            notes.measured(axis, here.density.values, here, quantity, series, ls=style.LINES[series], lw=0.6)
    hidden = int(np.max(data["hidden"].values)) if "hidden" in data.coords else 0
    if hidden and str(data.machine.values) == "gaussian":
        active.plot(density, _shared(density, hidden), color="k", lw=0.9)
    active.set(xscale="log", yscale="log", xlabel="density of the weights", ylabel="hidden units that share a state")
    largest.set(xscale="log", xlabel="density of the weights", ylabel="greatest overlap", ylim=(0, 1.05))
    style.letter((active, largest))
    style.legend(figure, [*_keys(parts, name), Line2D([], [], color="k", lw=0.9, label="each takes what is left, T = 0")])
    return figure


FIGURES = {"rbm_sampling": annealing, "rbm_sampling_chains": thermalisation, "rbm_sampling_phases": phases,
           "rbm_sampling_composition": composition}
