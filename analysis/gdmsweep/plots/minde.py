"""Figures of the experiment minde: entropy and mutual information from scores, beside the exact values."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("target", "d", "mu", "sigma2", "covariance", "L", "length", "boundary", "T", "t_max", "sampling", "times")
EXACT = Line2D([], [], color="0.3", lw=0.9, label="exact")


def _settled(data, *free):
    """One value of every dimension that is not drawn: the latest t_max, most times, stratified sampling, else the first."""
    wanted = {name: data[name].values[0] for name in GRID if name in data.dims}
    wanted |= {"t_max": np.inf, "times": np.inf, "sampling": "stratified"}
    return notes.at(data, **{name: value for name, value in wanted.items() if name not in free})


def _targets(data):
    """(what it is, its data) of each target, over its own parameters alone."""
    names = [str(name) for name in np.atleast_1d(data.target.values)]
    for name in names:
        part = data.sel(target=name) if "target" in data.dims else data
        yield name, part


def _lines(data):
    """(axis of the abscissa, [(label, data over it)]): spins over T for each L, other data over d for each target."""
    lines = []
    for name, part in _targets(data):
        along = "T" if name == "ising" else "d"
        part = _settled(part, "target", along, "L" if name == "ising" else along)
        if name != "ising":
            lines.append((along, name.replace("_", " "), part))
            continue
        for i in notes.some(part, "L"):
            lines.append((along, style.equals(L=part.L[i]), part.isel(L=i)))
    axis = "T" if any(along == "T" for along, _, _ in lines) else "d"
    return axis, [(label, part) for along, label, part in lines if along == axis]


def _against_exact(data, name, ylabel):
    """Values with the exact curve above, their differences below it."""
    require(data, name)
    axis, lines = _lines(data)
    if max(part.sizes[axis] for _, part in lines) < 2:
        raise Skip(f"it needs several values of {axis}")
    figure, axes = style.panels(1, rows=2, height=3.8, sharex=True)
    for k, (_, part) in enumerate(lines):
        x, exact = part[axis].values, part[f"{name}_theory"].values
        notes.curve(axes[0, 0], x, part, f"{name}_theory", color=style.COLORS[k], lw=0.9, zorder=1)
        notes.measured(axes[0, 0], x, part, name, k)
        if np.isfinite(exact).any():
            notes.measured(axes[1, 0], x * (1 + 0.01 * k), part, name, k, exact)
    axes[1, 0].axhline(0, color="0.3", lw=0.9, zorder=0)
    if axis == "d":
        axes[1, 0].set_xscale("log")
    axes[0, 0].set_ylabel(ylabel)
    axes[1, 0].set(xlabel="temperature $T/J$" if axis == "T" else "dimension $d$", ylabel="value − exact")
    style.letter(axes)
    style.legend(figure, [*(style.key(k, label, line=False) for k, (label, _) in enumerate(lines)), EXACT], columns=3)
    return figure


def entropy(data):
    """Entropy per dimension or spin, and its difference from the exact one below."""
    axis, _ = _lines(data)
    return _against_exact(data, "entropy", f"entropy per {'spin' if axis == 'T' else 'dimension'} (nats)")


def information(data):
    """Mutual information of two halves, and its difference from the exact one below."""
    return _against_exact(data, "information", "information of the halves (nats)")


def integrand(data):
    """What is integrated over t: the squared distance of the score from that of the reference."""
    require(data, "integrand")
    if data.sizes["t"] < 2:
        raise Skip("it needs several values of t")
    axis, lines = _lines(data)
    chosen = lines[:3]
    figure, axes = style.panels(len(chosen), height=2.5, width=style.TWO_COLUMNS if len(chosen) > 1 else None)
    handles = []
    for panel, (label, part) in zip(axes[0], chosen):
        places = notes.some(part, axis)
        for k, i in enumerate(places):
            here = part.isel({axis: i})
            notes.curve(panel, here.t.values, here, "integrand_theory", color=style.COLORS[k], lw=0.9, zorder=1)
            notes.measured(panel, here.t.values, here, "integrand", k)
        panel.set(xscale="log", yscale="log", xlabel="diffusion time $t$", title=label)
        low = np.nanmax(part.integrand.values) * 1e-5
        panel.set_ylim(bottom=max(low, panel.get_ylim()[0]))
        handles = [style.key(k, style.equals(**{axis: part[axis][i]}), line=False) for k, i in enumerate(places)]
    axes[0, 0].set_ylabel("integrand per dimension (nats)")
    style.letter(axes)
    style.legend(figure, handles + ([EXACT] if axis == "d" else []))
    return figure


def times(data):
    """Bias and error of the entropy against the number of times, for each way to choose them."""
    require(data, "entropy", "entropy_theory")
    if "times" not in data.dims or data.sizes["times"] < 2:
        raise Skip("it needs several values of times")
    targets = [(name, _settled(part, "target", "times", "sampling")) for name, part in _targets(data)][:2]
    figure, axes = style.panels(2, rows=len(targets), height=2.3 * len(targets))
    for row, (name, part) in zip(axes, targets):
        for k, sampling in enumerate(part.sampling.values):
            here = part.isel(sampling=k)
            x = here.times.values * 1.05**k
            notes.measured(row[0], x, here, "entropy_reference", k, here.entropy_theory.values)
            error = here.entropy_stderr.values
            row[1].plot(x, error, color=style.COLORS[k], ls=style.LINES[k], marker=style.MARKERS[k], mfc="white")
        row[0].axhline(0, color="0.3", lw=0.9, zorder=0)
        row[0].set_yscale("symlog", linthresh=0.01)
        row[0].margins(y=0.1)
        row[0].set(xscale="log", ylabel="entropy − exact (nats)", title=name.replace("_", " "))
        row[1].set(xscale="log", yscale="log", ylabel="stated error", title=name.replace("_", " "))
    for panel in axes[-1]:
        panel.set_xlabel("number of times")
    style.letter(axes)
    notes.remark("left: entropy_reference and its statistical error; right: error of entropy, which counts the rule's")
    style.legend(figure, [style.key(k, str(word)) for k, word in enumerate(data.sampling.values)])
    return figure


def bounds(data):
    """Upper and lower bound against the end of the integral, and the exact entropy between them."""
    require(data, "entropy_upper", "entropy_lower")
    if "t_max" not in data.dims or data.sizes["t_max"] < 2:
        raise Skip("it needs several values of t_max")
    targets = [(name, _settled(part, "target", "t_max")) for name, part in _targets(data)][:3]
    figure, axes = style.panels(len(targets), height=2.5)
    for panel, (name, part) in zip(axes[0], targets):
        x = part.t_max.values
        notes.curve(panel, x, part, "entropy_theory", color="0.3", lw=0.9, zorder=0)
        for k, variable in enumerate(("entropy_upper", "entropy_lower", "entropy")):
            notes.measured(panel, x * (1 + 0.02 * k), part, variable, k)
        panel.set(xscale="log", xlabel=r"end of the integral $t_\mathrm{max}$", title=name.replace("_", " "))
    axes[0, 0].set_ylabel("entropy per dimension (nats)")
    style.letter(axes)
    style.legend(figure, [style.key(0, "from the reference: upper bound", line=False),
                          style.key(1, "from the noise: lower bound", line=False), style.key(2, "entropy", line=False), EXACT])
    return figure


FIGURES = {
    "minde": entropy,
    "minde_integrand": integrand,
    "minde_information": information,
    "minde_times": times,
    "minde_bounds": bounds,
}
