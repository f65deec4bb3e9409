"""Figure of the experiment contrastive_divergence: how the step of CD-k turns to the gradient over k."""
from gdmsweep import style
from gdmsweep.plots import notes, require

GRID = ("weights",)


def bias(data):
    """Angle, ratio of norms and relative bias of the step of CD-k over k, with the slowest decay."""
    require(data, "cosine")
    figure, ((cosine, ratio, rest),) = style.panels(3, height=2.6)
    places = notes.some(data, "weights", 5, of="cosine") if "weights" in data.dims else [None]
    parts = [data if place is None else data.isel(weights=place) for place in places]
    for series, here in enumerate(parts):
        k = here.k.values
        look = {"ls": style.LINES[series], "lw": 0.6}
        notes.measured(cosine, k, here, "cosine", series, **look)
        notes.measured(ratio, k, here, "norm_ratio", series, **look)
        there = here.bias.values > 1e-13  # below it stands rounding
        notes.measured(rest, k, here, "bias", series, take=there)
        drawn = there & (here.slowest_decay.values > 1e-13)
        rest.plot(k[drawn], here.slowest_decay.values[drawn], color=style.COLORS[series], lw=0.8)
    notes.remark("lines in (c): λ₂ᵏ, mean of the machines")
    cosine.set_ylabel("cosine")
    ratio.set_ylabel("ratio of norms")
    rest.set_ylabel("bias / gradient")
    if rest.has_data():
        rest.set_yscale("log")
    for axis in (cosine, ratio, rest):
        axis.set(xscale="log", xlabel="Gibbs steps $k$")
    style.letter((cosine, ratio, rest))
    style.legend(figure, [style.key(series, style.equals(weights=here.weights)) for series, here in enumerate(parts)])
    return figure


FIGURES = {"contrastive_divergence": bias}
