"""Figures of the experiment hierarchy: what comes back of class and symbols after a U-turn, and where curves of L cross."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import notes, require

GRID = ("v", "m", "s", "L", "rules")

#: What the strength of each noise is called.
STRENGTHS = {"gaussian": "signal-to-noise ratio", "mask": "share of leaves erased", "epsilon": r"$\epsilon$"}


def briefly(data):
    """The same in a word, for the value of a curve."""
    return {"gaussian": "ratio", "mask": "share", "epsilon": r"$\epsilon$ ="}.get(data.attrs.get("noise"), "strength")


def label(data):
    """The label of the axis of strengths."""
    return STRENGTHS.get(data.attrs.get("noise"), "strength of the noise")


def average(data, of):
    """The average that is drawn: where noise is a channel, sums of squares have the same mean and the smaller error."""
    return f"{of}_agreement" if data.attrs.get("noise") == "epsilon" else f"{of}_certainty"


def _one(data):
    return notes.at(data, v=data.v.values.min(), m=data.m.values.min(), s=data.s.values.min())


def _rules(data):
    """(word, part) of the rules in the file."""
    if "rules" not in data.dims:
        return [(str(data.rules.values), data)]
    return [(str(word), data.isel(rules=place)) for place, word in enumerate(data.rules.values)]


def _sizes(data, of):
    return notes.some(data, "L", len(style.COLORS), of=of) if "L" in data.dims else [None]


def agreement(data):
    """Share of classes that come back over the strength of the noise for each L, and where the curves of neighbouring L cross."""
    name = average(data, "class")
    require(data, name)
    data = _one(data)
    sizes = _sizes(data, name)
    figure, axes = style.panels(2, height=2.7)
    curves, pairs = axes[0]
    words = _rules(data)
    for number, (word, part) in enumerate(words):
        for series, place in enumerate(sizes):
            here = part if place is None else part.isel(L=place)
            look = {"ls": ""} if word == "shared" else {"ls": style.LINES[1], "marker": "", "lw": 0.9}
            notes.measured(curves, here.strength.values, here, name, series, **look)
            if number == 0:
                notes.curve(curves, here.strength.values, here, "class_agreement_mean_field", color=style.COLORS[series], lw=0.6,
                            ls=":", zorder=1)
        _crossings(pairs, part, f"threshold_{name.partition('_')[2]}" if "certainty" in name else "threshold", number)
    curves.set(xlabel=label(data), ylabel="share of classes that come back", ylim=(-0.04, 1.04))
    pairs.set(xlabel="$L$, the smaller of two", ylabel=f"crossing, {label(data)}")
    handles = [style.key(series, style.equals(L=data.L if place is None else data.L[place]), line=False)
               for series, place in enumerate(sizes)]
    handles.append(Line2D([], [], color="0.3", lw=0.6, ls=":", label="mean field"))
    if len(words) > 1:
        handles.append(Line2D([], [], color="0.3", lw=0.9, ls="--", label="(a) independent rules"))
        handles += [style.key(number, f"(b) {word} rules", line=False) for number, (word, _) in enumerate(words)]
    if not pairs.has_data():
        style.say(pairs, "no crossings")
    elif "strength_mean_field" in data and np.isfinite(data.strength_mean_field.values).any():
        pairs.axhline(float(np.nanmax(data.strength_mean_field.values)), color="0.3", lw=0.6, ls=":")
    style.letter(axes)
    style.legend(figure, handles)
    return figure


def _crossings(axis, part, name, series):
    """The crossings of neighbouring sizes at the smaller one, and a band of the result."""
    if f"{name}_pairs" not in part or "L" not in part.dims:
        return
    notes.measured(axis, part.L.values + 0.12 * series, part, f"{name}_pairs", series)


def levels(data):
    """Share of symbols that come back over the strength of the noise, level by level, for the largest L."""
    name = average(data, "level")
    require(data, name)
    data = notes.at(_one(data), L=np.inf, rules="shared")
    figure, axes = style.panels(1, height=3.3)
    axis = axes[0, 0]
    there = [place for place in range(data.sizes.get("level", 1)) if np.isfinite(data[name].isel(level=place)).any()]
    colours = style.matplotlib.colormaps["viridis"](np.linspace(0, 0.9, max(len(there), 1)))
    handles = []
    for number, place in enumerate(there):
        here = data.isel(level=place)
        series = number % len(style.MARKERS)
        look = {"color": colours[number], "ls": "-", "lw": 0.7}
        notes.measured(axis, here.strength.values, here, name, series, **look)
        handles.append(style.key(series, f"level {int(here.level)}", **look))
    notes.curve(axis, data.strength.values, data, "leaf_agreement_theory", color="k", lw=0.9, ls="--", zorder=1)
    axis.axhline(1 / float(data.v), color="0.45", lw=0.6, ls=":")
    positive = data.strength.values[data.strength.values > 0]
    if positive.size and positive.max() > 15 * positive.min():
        axis.set_xscale("log")
    axis.set(xlabel=label(data), ylabel="share of symbols that come back", ylim=(-0.04, 1.04))
    handles.append(Line2D([], [], color="k", lw=0.9, ls="--", label="leaves, each by itself"))
    handles.append(Line2D([], [], color="0.45", lw=0.6, ls=":", label="$1/v$"))
    style.legend(figure, handles, columns=4)
    return figure


FIGURES = {"hierarchy": agreement, "hierarchy_levels": levels}
