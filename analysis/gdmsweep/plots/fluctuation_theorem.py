"""Figures of the experiment fluctuation_theorem: ⟨exp(−ΔS_tot)⟩ against the number of trajectories (Yu and Huang, figs. 2 and 7),
the entropies' distributions (figs. 3 and 8), and beyond them the bias of the step, dimension and tails.

An average whose variance is infinite has no standard error in the file, and is drawn without one.
"""
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gdmsweep import reduced, style
from gdmsweep.plots import Skip, notes, require

GRID = ("mu", "sigma2", "d", "direction", "dt", "integrator", "drift_time")

RULES = ("midpoint", "unbiased")
PROBABILITIES = ("negative_share_midpoint", "negative_share_unbiased")
#: Means extrapolated to dt = 0, beside the closed forms of the continuum; those at each step have theirs beside them.
PARTNERS = {"system_entropy_limit": "system_entropy_continuum",
            **{f"{name}_{rule}_limit": f"{name}_continuum" for rule in RULES
               for name in ("environment_entropy", "total_entropy")}}
TOTAL = r"$\langle e^{-\Delta S_\mathrm{tot}}\rangle$"


def comparable(data):
    """The continuum has no step, as the limits have none."""
    names = [name for name in set(PARTNERS.values()) if name in data and "dt" in data[name].dims]
    return (data.assign({name: data[name].isel(dt=0, drop=True) for name in names}),
            "theory is that of the chain at its dt; beside limits for dt to 0, that of the continuum")


def _nearest(data, **wanted):
    """The point of the grid nearest to the wanted values, at the first integrator and time of the drift."""
    return notes.at(data, **wanted, integrator="", drift_time="")


def _dimension(data):
    """The dimension of the paper, or the largest one where the job asks for the dependence on d."""
    return 1 if data.sizes["d"] < 3 else np.inf


def _directions(data):
    """(word, part) of each direction that was computed."""
    parts = [(str(word), data.isel(direction=i)) for i, word in enumerate(data.direction.values)]
    done = [(word, part) for word, part in parts if bool((part.replicas_done > 0).any())]
    for word in {word for word, _ in parts} - {word for word, _ in done}:
        notes.omit(f"direction = {word}: not computed yet")
    if not done:
        raise Skip("no replica of the classes it would show is done yet")
    return done


def _rules(part):
    return [(k, rule) for k, rule in enumerate(RULES) if part[f"integral_fluctuation_{rule}"].notnull().any()]


def running(data):
    """The average over n trajectories with its spread, and over all replicas near 1 (Yu and Huang, figs. 2 and 7)."""
    require(data, "running_average_midpoint")
    data = _nearest(data, mu=1, sigma2=1, d=_dimension(data), dt=0.01)
    directions = _directions(data)
    figure, axes = style.panels(len(directions), rows=2, height=4.4, sharey="row", width=style.TWO_COLUMNS)
    for column, (word, part) in enumerate(directions):
        n = part.n.values
        for k, rule in _rules(part):
            name = f"running_average_{rule}"
            mean = part[name].values
            spread = reduced.error(part, name) * np.sqrt(float(part.replicas_done))
            kept = np.isfinite(mean)
            if k == 0 and np.isfinite(spread).any():  # that of the other rule covers it
                axes[0, column].fill_between(n[kept], (mean - spread)[kept], (mean + spread)[kept], color="0.85", lw=0)
            axes[0, column].plot(n[kept], mean[kept], color=style.COLORS[k], ls=style.LINES[k])
            last = n[kept][-1] if kept.any() else np.inf
            late = np.flatnonzero(kept & (n >= min(1000, last / 10)))
            notes.measured(axes[1, column], n * (1 + 0.06 * k), part, name, k, take=late)
        for axis in axes[:, column]:
            axis.axhline(1, color="0.45", lw=0.7, zorder=0)
            axis.set(xscale="log", xlabel="number of trajectories $n$ in a replica")
        axes[0, column].set_title(f"{word}, {style.equals(mu=part.mu, sigma2=part.sigma2, d=part.d)}")
    axes[0, 0].set(ylabel=f"{TOTAL} over $n$", ylim=(0.4, 1.6))
    axes[1, 0].set_ylabel(f"{TOTAL}, all replicas")
    notes.omit("of the averages over all replicas (lower row) those over few trajectories; of the upper row what is outside "
               "0.4 to 1.6")
    style.letter(axes)
    handles = [style.key(k, f"{rule} rule")
               for k, rule in _rules(data)]
    handles.append(Patch(color="0.85", label="standard deviation of one replica"))
    style.legend(figure, handles)
    return figure


def _joint(mu, sigma2, duration):
    """ΔS, ΔS_E and weights of forward paths of one dimension on a grid of their two ends: x_T given x_0 is a Gaussian."""
    gamma, decay = 1 + (sigma2 - 1) * np.exp(-2 * duration), np.exp(-duration)

    def density(x, mean, variance):
        return (np.exp(-(x - mean) ** 2 / (2 * variance)) + np.exp(-(x + mean) ** 2 / (2 * variance))) / np.sqrt(
            8 * np.pi * variance)

    reach = mu + 6 * np.sqrt(sigma2)
    start = np.linspace(-reach, reach, 3001)[:, None]
    noise = np.linspace(-6, 6, 1001)[None, :]
    # Each column a little apart (golden ratio), so that no bin sees the grain of the grid.
    start = start + (start[1] - start[0]) * (0.6180339887 * np.arange(noise.size) % 1)
    end = decay * start + np.sqrt(-np.expm1(-2 * duration)) * noise
    weight = density(start, mu, sigma2) * np.exp(-noise**2 / 2)
    system = np.log(density(start, mu, sigma2) / density(end, mu * decay, gamma))
    return system, (start**2 - end**2) / 2, weight / weight.sum()


def _exact(word, part, which):
    """The exact share in each bin, over its width: all of forward paths, ΔS of reverse ones, at d = 1."""
    if float(part.d) != 1 or (word == "reverse" and which != "system"):
        return None
    system, environment, weight = _joint(float(part.mu), float(part.sigma2), float(part.attrs["T"]))
    value = {"system": system, "environment": environment, "total": system + environment,
             "weight": np.exp(-system - environment)}[which]
    if word == "reverse":
        value = -value
    axis = part.weight if which == "weight" else part.entropy
    width = axis.values[1] - axis.values[0]
    edges = np.append(axis.values - width / 2, axis.values[-1] + width / 2)
    return np.histogram(value.ravel(), edges, weights=weight.ravel())[0] / width


def histograms(data):
    """Distributions of ΔS, ΔS_E, ΔS_tot and exp(−ΔS_tot) by the midpoint rule (Yu and Huang, figs. 3 and 8)."""
    require(data, "total_entropy_midpoint_density")
    data = _nearest(data, mu=1, sigma2=1, d=_dimension(data), dt=0.01)
    directions = _directions(data)
    columns = (("system", "system_entropy_density", r"$\Delta S$"),
               ("environment", "environment_entropy_midpoint_density", r"$\Delta S_\mathrm{E}$"),
               ("total", "total_entropy_midpoint_density", r"$\Delta S_\mathrm{tot}$"),
               ("weight", "exponential_density_midpoint", r"$e^{-\Delta S_\mathrm{tot}}$"))
    figure, axes = style.panels(4, rows=len(directions), height=1.9 * len(directions) + 0.5, width=style.TWO_COLUMNS)
    known = False
    for row, (word, part) in enumerate(directions):
        for column, (which, name, symbol) in enumerate(columns):
            axis, x = axes[row, column], part[part[name].dims[-1]].values
            y = part[name].values
            axis.fill_between(x, y, step="mid", color=style.COLORS[0], alpha=0.35, lw=0)
            _say_outside(symbol, x, y)
            exact = _exact(word, part, which)
            known |= exact is not None
            if exact is not None:
                axis.plot(x, exact, color="k", lw=0.8, drawstyle="steps-mid")
            seen = x[y > 2e-3 * np.nanmax(y)] if (y > 0).any() else []
            if len(seen):
                axis.set_xlim(seen[0] - 0.1, seen[-1] + 0.1)
            if which == "weight":
                axis.set_yscale("log")
                if len(seen):
                    axis.set_xlim(0, x[np.flatnonzero(y > 0)[-1]] + 0.1)
            else:
                axis.set_ylim(0, None)
                if which == "total":
                    axis.axvline(0, color="0.45", lw=0.7)
            axis.set_xlabel(symbol + ("" if which == "weight" else " (nat)"))
        axes[row, 0].set_ylabel(f"{word}: density")
    style.letter(axes)
    handles = [Patch(color=style.COLORS[0], alpha=0.35, label="measured, "
                     + style.equals(mu=data.mu, sigma2=data.sigma2, d=data.d))]
    if known:
        handles.append(Line2D([], [], color="k", lw=0.8, label="exact, from the law of both ends"))
    style.legend(figure, handles)
    return figure


def _say_outside(symbol, x, y):
    """How many paths lie beyond the bins of the file, if that can be seen."""
    outside = 1 - np.nansum(y) * (x[1] - x[0])
    if outside > 0.005 and np.isfinite(y).any():
        notes.remark(f"{100 * outside:.2g} % of the paths have {symbol} beyond the bins")


def _line(x, y, error, degree):
    """The weighted polynomial that the reduction extrapolates with, on a fine grid."""
    kept = np.isfinite(y) & (error > 0)
    if kept.sum() < degree + 2:
        return None
    fine = np.linspace(0, x.max(), 100)
    return fine, np.polyval(np.polyfit(x[kept], y[kept], degree, w=1 / error[kept]), fine)


def bias(data):
    """What the length of the step does to the average, with its limit, and the bias of the midpoint rule alone."""
    require(data, "integral_fluctuation_midpoint", "integral_fluctuation_midpoint_limit")
    data = _nearest(data, mu=1, sigma2=1, d=_dimension(data))
    directions = _directions(data)
    figure, axes = style.panels(len(directions) + 1, height=2.7, width=style.TWO_COLUMNS)
    for column, (word, part) in enumerate(directions):
        axis = axes[0, column]
        for k, rule in _rules(part):
            name, x = f"integral_fluctuation_{rule}", part.dt.values
            apart = k * 0.024 * x.max()  # the rules share their paths, and lie on each other; the limit stands at or beside 0
            notes.measured(axis, x + apart, part, name, k)
            line = _line(x, part[name].values, reduced.error(part, name), 1)
            if line is not None:
                axis.plot(*line, color=style.COLORS[k], ls=style.LINES[k], lw=0.8)
                notes.measured(axis, apart, part, f"{name}_limit", k, mfc=style.COLORS[k])
        axis.axhline(1, color="0.45", lw=0.7, zorder=0)
        axis.set(xlabel=style.label(data.dt), title=word)
    axes[0, 0].set_ylabel(TOTAL)
    axis, last = axes[0, -1], []
    for k, (word, part) in enumerate(directions):
        x = part.dt.values
        notes.measured(axis, x, part, "midpoint_bias", k + 2, unit=0.01)
        line = _line(x, part.midpoint_bias.values, reduced.error(part, "midpoint_bias"), 2)
        if line is not None:
            axis.plot(line[0], 100 * line[1], color=style.COLORS[k + 2], ls=style.LINES[k], lw=0.8)
        last.append(style.key(k + 2, f"difference, {word}", ls=style.LINES[k]))
    axis.axhline(0, color="0.45", lw=0.7, zorder=0)
    axis.set(xlabel=style.label(data.dt), ylabel=r"bias of the midpoint rule ($10^{-2}$)", title="difference of the rules")
    style.letter(axes)
    handles = [style.key(k, f"{rule} rule")
               for k, rule in _rules(data)]
    handles.append(Line2D([], [], ls="", marker="o", color="0.3", label=r"limit $\mathrm{d}t\to 0$"))
    style.legend(figure, handles + last)
    return figure


def tails(data):
    """Tail index, effective number of trajectories and average against σ²: where the average has no standard error."""
    require(data, "tail_index_midpoint", "exact_tail_index_midpoint")
    if data.sizes["sigma2"] < 3:
        raise Skip("it needs three values of sigma2")
    data = _nearest(data, mu=1, dt=0.01)
    chosen = notes.some(data, "d", 2, of="tail_index_midpoint")
    directions = _directions(data)
    figure, axes = style.panels(3, rows=len(directions), height=0.6 + 1.9 * len(directions), sharex=True, width=style.TWO_COLUMNS)
    for row, (word, both) in enumerate(directions):
        for k, i in enumerate(chosen):
            part = both.isel(d=i)
            x = part.sigma2.values
            notes.measured(axes[row, 0], x, part, "tail_index_midpoint", k)
            notes.measured(axes[row, 1], x, part, "effective_share_midpoint", k)
            _average(axes[row, 2], x * (1 + 0.02 * (k - 0.5)), part, "integral_fluctuation_unbiased", k)
        first = both.isel(d=chosen[0])
        # No power law (index infinite) lies far above the panel.
        axes[row, 0].plot(first.sigma2.values, np.minimum(first.exact_tail_index_midpoint.values, 1e4), color="k", lw=0.9)
        # Of either rule, in every dimension drawn.
        finite = np.all([both.isel(d=i)[f"variance_is_finite_{rule}"].values != 0 for i in chosen
                         for rule in ("midpoint", "unbiased")], axis=0)
        for axis in axes[row]:
            _shade(axis, first.sigma2.values, finite)
        axes[row, 0].axhline(2, color="0.45", lw=0.7)
        axes[row, 0].set(yscale="log", ylim=(0.7, 60), ylabel=f"{word}: tail index")
        axes[row, 1].set(yscale="log", ylabel="effective share of trajectories")
        axes[row, 2].axhline(1, color="0.45", lw=0.7, zorder=0)
        axes[row, 2].set_ylabel(TOTAL + ", unbiased")
    for axis in axes[-1]:
        axis.set_xlabel(rf"${style.SYMBOLS['sigma2']}$")
    style.letter(axes)
    handles = [style.key(k, style.equals(d=data.d[i]), line=False)
               for k, i in enumerate(chosen)]
    handles += [Line2D([], [], color="k", lw=0.9, label=f"exact tail index, {style.equals(d=data.d[chosen[0]])}"),
                Line2D([], [], ls="", marker="x", ms=3.5, color="0.3", label="no standard error"),
                Patch(color="0.88", label="infinite variance for one of them")]
    style.legend(figure, handles)
    return figure


def _average(axis, x, part, name, k):
    """An average where it has a standard error, with it; a cross where it has none, and in the caption why."""
    known = np.isfinite(reduced.error(part, name))
    if known.any():
        notes.measured(axis, x, part, name, k, take=known)
    there = ~known & np.isfinite(part[name].values)
    if there.any():
        notes.measured(axis, x, part, name, k, take=there, marker="x", ms=3.5)


def _shade(axis, x, finite):
    """Grey where the variance is infinite, up to half way to the next point."""
    edges = style.edges(x)
    for left, right, good in zip(edges[:-1], edges[1:], finite):
        if not good:
            axis.axvspan(left, right, color="0.88", lw=0, zorder=-1)
    axis.set_xlim(edges[0], edges[-1])


def dimension(data):
    """The average against dimension by both rules, with the exact transverse factor of the midpoint rule."""
    require(data, "integral_fluctuation_midpoint", "transverse_average_midpoint")
    if data.sizes["d"] < 3:
        raise Skip("it needs three values of d")
    data = _nearest(data, mu=1, dt=0.01)
    chosen = notes.some(data, "sigma2", 2, of="integral_fluctuation_midpoint")
    directions = _directions(data)
    figure, axes = style.panels(len(chosen), rows=len(directions), height=0.6 + 1.9 * len(directions), sharex=True,
                                width=style.TWO_COLUMNS)
    for row, (word, both) in enumerate(directions):
        for column, i in enumerate(chosen):
            part, axis = both.isel(sigma2=i), axes[row, column]
            for k, rule in _rules(part):
                _average(axis, part.d.values * (1 + 0.08 * k), part, f"integral_fluctuation_{rule}", k)
            largest = float(part.d[-1])  # the factor is the (d − 1)-th power of one
            d = np.geomspace(float(part.d[0]), largest, 100)
            factor = float(part.transverse_average_midpoint[-1]) ** ((d - 1) / max(largest - 1, 1))
            axis.plot(d, factor, color="k", lw=0.9, ls="--", zorder=0)
            axis.axhline(1, color="0.45", lw=0.7, zorder=0)
            axis.set_xscale("log")
            axis.set_title(f"{word}, {style.equals(sigma2=part.sigma2, mu=part.mu)}")
        axes[row, 0].set_ylabel(TOTAL)
    for axis in axes[-1]:
        axis.set_xlabel("dimension $d$")
    style.letter(axes)
    handles = [style.key(k, f"{rule} rule", line=False) for k, rule in _rules(data)]
    handles += [Line2D([], [], ls="", marker="x", ms=3.5, color="0.3", label="no standard error"),
                Line2D([], [], color="k", lw=0.9, ls="--", label="midpoint rule, exact factor of the transverse coordinates, "
                       + style.equals(dt=data.dt))]
    style.legend(figure, handles)
    return figure


FIGURES = {
    "fluctuation_theorem": running,
    "fluctuation_theorem_histograms": histograms,
    "fluctuation_theorem_bias": bias,
    "fluctuation_theorem_tails": tails,
    "fluctuation_theorem_high_d": dimension,
}
