"""How a ladder of temperatures carries walkers in parallel tempering: the same figure for every experiment."""
import numpy as np

from gdmsweep import style
from gdmsweep.plots import notes, require


def axis_of(data):
    """The inner axis of temperatures."""
    return next(name for name in data.swap_acceptance.dims if name not in data.replicas_done.dims)


def tempering(data):
    """Acceptance of exchanges, flow of walkers, and the temperatures that would let all neighbours reject alike."""
    name = axis_of(data)
    for other in data.replicas_done.dims:
        data = notes.at(data, **{other: data[other].values[0]})
    require(data, "swap_acceptance", "flow", f"proposed_{name}")
    temperatures = data[name].values
    figure, ((pairs, flow, ladder),) = style.panels(3)
    between = np.sqrt(temperatures * np.roll(temperatures, -1))
    notes.measured(pairs, between, data, "swap_acceptance", 0, take=slice(0, -1))
    mean = 1 - float(data.communication_barrier) / (len(temperatures) - 1)
    pairs.axhline(mean, color=style.COLORS[1], ls="--", lw=0.8)
    pairs.set(ylim=(0, 1), ylabel="acceptance of exchanges")
    notes.measured(flow, temperatures, data, "flow", 0)
    flow.plot(temperatures, data.flow_ideal.values, color=style.COLORS[1], ls="--", lw=0.8)
    flow.set(ylim=(-0.03, 1.03), ylabel="flow from the cold end")
    places = np.arange(len(temperatures))
    ladder.errorbar(places, temperatures, **style.points(0))
    notes.measured(ladder, places, data, f"proposed_{name}", 1)
    ladder.set(yscale="log", xlabel="place", ylabel=style.label(data[name]))
    for panel in (pairs, flow):
        panel.set(xscale="log", xlabel=style.label(data[name]))
    style.letter((pairs, flow, ladder))
    style.legend(figure, [style.key(0, "measured, with the present ladder", line=False),
                          style.key(1, "ideal flow; equal rejections, with the proposed ladder")])
    notes.remark(f"communication barrier {float(data.communication_barrier):.3g}")
    notes.remark(f"{float(data.round_trips):.3g} round trips a step, {float(data.round_trips_ideal):.3g} if configurations "
                 "forgot how they came")
    return figure
