"""Figures of the experiment learned_entropy: the entropy of spins that a trained score network tells, and how it is learned.

Black is exact (Ising), the dashed line thermodynamic integration; the lower panel shows the distance to the exact curve, or to
the integration where nothing exact is known (XY).
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("model", "L", "network")
ESTIMATES = (("entropy_bound", "upper bound"), ("entropy_minde", "identity of scores (MINDE)"))


def _models(data):
    """The part of each model, at the first L and network."""
    data = notes.at(data, **{name: data[name].values[0] for name in ("L", "network") if name in data.dims})
    if "model" not in data.dims:
        return [data]
    return [data.isel(model=i) for i in range(data.sizes["model"])]


def _reference(part):
    """What the estimates are held against, by temperature, and what it is."""
    exact = part.get("exact_entropy")
    if exact is not None and exact.notnull().any():
        return exact.values, "exact"
    return part.entropy_integration.values, "integration"


def curves(data):
    """Entropy against temperature after the last update, and its distance to the reference below."""
    require(data, "entropy_bound", "entropy_integration")
    parts = _models(data)
    figure, axes = style.panels(len(parts), rows=2, height=3.8, width=style.TWO_COLUMNS, sharex="col")
    kinds = set()
    for (above, below), whole in zip(axes.T, parts):
        part = whole.isel(updates=-1)
        temperatures = part["T"].values
        reference, kind = _reference(part)
        kinds.add(kind)
        notes.curve(above, temperatures, part, "exact_entropy", color="k", lw=0.9)
        above.plot(temperatures, part.entropy_integration.values, color="0.45", ls="--", lw=0.8)
        for series, (name, _) in enumerate(ESTIMATES):
            notes.measured(above, temperatures, part, name, series)
            notes.measured(below, temperatures, part, name, series, zero=reference)
        if kind == "exact":
            notes.measured(below, temperatures, part, "entropy_integration", 2, zero=reference, color="0.45")
        below.axhline(0, color="k", lw=0.7)
        above.set(title=str(part.model.values) if "model" in part.coords else "", ylabel="entropy (nat a spin)")
        below.set(xlabel=style.label(part["T"]), ylabel=f"minus {kind} (nat a spin)")
    style.letter(axes)
    exact = [Line2D([], [], color="k", lw=0.9, label="exact")] if "exact" in kinds else []
    style.legend(figure, [*(style.key(i, label, line=False) for i, (_, label) in enumerate(ESTIMATES)), *exact,
                          style.key(2, "thermodynamic integration", line=False, color="0.45", ls="--")])
    return figure


def learning(data):
    """Loss, and the mean distance of the entropy to the reference, against the number of updates."""
    require(data, "entropy_bound", "loss")
    if data.sizes.get("updates", 1) < 2:
        raise Skip("it needs several numbers of updates")
    figure, ((loss, distance),) = style.panels(2)
    handles = []
    for series, part in enumerate(_models(data)):
        updates = part["updates"].values
        notes.measured(loss, updates, part, "loss", series)
        reference, _ = _reference(part)
        for (name, _), look in zip(ESTIMATES, ("-", ":")):
            off = np.abs(part[name].transpose("updates", "T").values - reference).mean(axis=1)
            distance.plot(updates, off, color=style.COLORS[series], marker=style.MARKERS[series], mfc="white", ls=look, lw=0.9)
        name = str(part.model.values) if "model" in part.coords else "entropy"
        handles += [style.key(series, f"{name}, bound", ls="-"), style.key(series, f"{name}, MINDE", ls=":")]
    loss.set(xscale="log", xlabel="updates", ylabel=r"loss $\gamma\,|X-D|^2$ a spin")
    distance.set(xscale="log", yscale="log", xlabel="updates", ylabel="mean |distance| (nat a spin)")
    style.letter((loss, distance))
    style.legend(figure, handles)
    return figure


def integrand(data):
    """What each signal-to-noise ratio adds to ln 2 minus the entropy, at some temperatures."""
    require(data, "gain", "gamma")
    parts = _models(data)
    figure, axes = style.panels(len(parts), width=style.TWO_COLUMNS)
    handles = []
    for axis, whole in zip(axes[0], parts):
        part = whole.isel(updates=-1)
        handles = []
        for series, place in enumerate(notes.some(part, "T", 4)):
            here = part.isel({"T": place})
            notes.measured(axis, here.gamma.values, here, "gain", series)
            axis.plot(here.gamma.values, here.distance.values, color=style.COLORS[series], lw=0.8)
            handles.append(style.key(series, style.equals(T=here["T"]), ls="-"))
        axis.set(xscale="log", xlabel=r"signal-to-noise ratio $\gamma$", ylabel=r"integrand of $\ln\gamma$",
                 title=str(part.model.values) if "model" in part.coords else "")
    notes.remark("markers: upper bound; lines: identity of scores")
    style.letter(axes)
    style.legend(figure, handles)
    return figure


FIGURES = {"learned_entropy": curves, "learned_entropy_learning": learning, "learned_entropy_integrand": integrand}
