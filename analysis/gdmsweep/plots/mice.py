"""Figures of the experiment mice: entropy by successive halving, and what each halving contributes."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("L", "length", "boundary", "T")


def _lattices(data):
    """(label, data over T) of each lattice."""
    data = notes.at(data, L=data.L.values[0])
    for i in notes.some(data, "length", 2):
        for j in notes.some(data, "boundary", 2):
            part = data.isel(length=i, boundary=j)
            yield f"{str(part.boundary.values)}, {int(part.L)} × {int(part.length) or int(part.L)}", part


def entropy(data):
    """Entropy per spin against temperature, MICE beside the exact one, and the difference below."""
    require(data, "entropy")
    if data.sizes["T"] < 2:
        raise Skip("it needs several values of T")
    lattices = list(_lattices(data))
    figure, axes = style.panels(1, rows=2, height=3.8, sharex=True)
    for k, (_, part) in enumerate(lattices):
        x = part["T"].values
        notes.curve(axes[0, 0], x, part, "entropy_exact", color=style.COLORS[k], lw=0.9, zorder=1)
        notes.measured(axes[0, 0], x, part, "entropy", k)
        exact = part.entropy_exact.values
        if np.isfinite(exact).any():
            notes.curve(axes[1, 0], x, part, "entropy_theory", exact, color=style.COLORS[k], ls="--", lw=0.9, zorder=1)
            notes.measured(axes[1, 0], x * (1 + 0.006 * k), part, "entropy", k, exact)
    axes[1, 0].axhline(0, color="0.3", lw=0.9, zorder=0)
    axes[0, 0].set_ylabel("entropy per spin (nats)")
    axes[1, 0].set(xlabel="temperature $T/J$", ylabel="MICE − exact")
    style.letter(axes)
    style.legend(figure, [*(style.key(k, label, line=False) for k, (label, _) in enumerate(lattices)),
                          Line2D([], [], color="0.3", lw=0.9, label="exact"),
                          Line2D([], [], color="0.3", ls="--", lw=0.9, label="halves taken for alike")], columns=2)
    return figure


def levels(data):
    """Information between halves, and the entropy per spin, of blocks of different sizes."""
    require(data, "information", "block_entropy")
    lattices = [(label, part) for label, part in _lattices(data) if part.information.notnull().any()][:2]
    figure, axes = style.panels(2, rows=len(lattices), height=2.3 * len(lattices))
    for row, (label, part) in zip(axes, lattices):
        places = notes.some(part, "T")
        spins = int(part.L) * (int(part.length) or int(part.L)) / 2.0 ** part.level.values
        for k, i in enumerate(places):
            here = part.isel(T=i)
            for axis, name, exact in zip(row, ("information", "block_entropy"), ("information_theory", "block_entropy_exact")):
                notes.curve(axis, spins, here, exact, color=style.COLORS[k], lw=0.9, zorder=1)
                take = spins >= (2 if name == "information" else 1)
                notes.measured(axis, spins, here, name, k, take=take)
        row[0].set(ylabel="information of its halves (nats)", title=label)
        row[1].set(ylabel="entropy per spin (nats)", title=label)
        for axis in row:
            axis.set_xscale("log", base=2)
    for axis in axes[-1]:
        axis.set_xlabel("spins of the block")
    style.letter(axes)
    notes.remark("lines: exact; the entropy of a single spin, ln 2, is no measurement and has no error")
    style.legend(figure, [style.key(k, style.equals(T=data["T"][i])) for k, i in enumerate(notes.some(data, "T"))])
    return figure


FIGURES = {"mice": entropy, "mice_levels": levels}
