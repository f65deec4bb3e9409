"""Figures of the experiment fluctuation_theorem: ⟨exp(−ΔS_tot)⟩ against the number of trajectories (Yu and Huang, figs. 2 and 7),
the entropies' distributions (figs. 3 and 8), and beyond them the bias of the step, dimension and tails.

An average whose variance is infinite has no standard error in the file, and is drawn without one.
"""
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

import style
from figures import Skip, require

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
    """The point of the grid nearest to the wanted values; the first word of each word dimension that is not named."""
    for name, value in wanted.items():
        if name in data.dims:
            data = data.isel({name: int(np.abs(data[name].values - value).argmin())})
    for name in ("integrator", "drift_time"):
        if name in data.dims:
            data = data.isel({name: 0})
    return data


def _directions(data):
    """(word, part) of each direction."""
    return [(str(word), data.isel(direction=i)) for i, word in enumerate(data.direction.values)]


def _rules(part):
    return [(k, rule) for k, rule in enumerate(RULES) if part[f"integral_fluctuation_{rule}"].notnull().any()]


def _handle(k, label, **keywords):
    return Line2D([], [], color=style.COLORS[k], label=label, **keywords)


def running(data):
    """The average over n trajectories with its spread, and over all replicas near 1 (Yu and Huang, figs. 2 and 7)."""
    require(data, "running_average_midpoint")
    data = _nearest(data, mu=1, sigma2=1, d=1, dt=0.01)
    directions = _directions(data)
    figure, axes = style.panels(len(directions), rows=2, height=4.2, sharey="row", width=style.TWO_COLUMNS)
    for column, (word, part) in enumerate(directions):
        for k, rule in _rules(part):
            mean, error = part[f"running_average_{rule}"].values, part[f"running_average_{rule}_stderr"].values
            n, spread = part.n.values, error * np.sqrt(float(part.replicas_done))
            kept = np.isfinite(mean)
            if k == 0:  # that of the other rule covers it
                axes[0, column].fill_between(n[kept], (mean - spread)[kept], (mean + spread)[kept], color="0.85", lw=0)
            axes[0, column].plot(n[kept], mean[kept], color=style.COLORS[k], ls=style.LINES[k])
            late = kept & (n >= min(1000, n[kept][-1] / 10))
            axes[1, column].errorbar(n[late] * (1 + 0.06 * k), mean[late], error[late] if np.isfinite(error[late]).any()
                                     else None, **style.points(k))
        for axis in axes[:, column]:
            axis.axhline(1, color="0.45", lw=0.7, zorder=0)
            axis.set_xscale("log")
        axes[0, column].set_title(f"{word}, {style.equals(mu=part.mu, sigma2=part.sigma2, d=part.d)}")
        axes[1, column].set_xlabel("number of trajectories $n$ in a replica")
    axes[0, 0].set(ylabel=f"{TOTAL} over $n$", ylim=(0.4, 1.6))
    axes[1, 0].set_ylabel(f"{TOTAL}, {int(data.replicas_done.max())} replicas")
    style.letter(axes)
    handles = [_handle(k, f"{rule} rule", ls=style.LINES[k], marker=style.MARKERS[k], mfc="white", mew=0.8)
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
    data = _nearest(data, mu=1, sigma2=1, d=1, dt=0.01)
    directions = _directions(data)
    columns = (("system", "system_entropy_density", r"$\Delta S$"),
               ("environment", "environment_entropy_midpoint_density", r"$\Delta S_\mathrm{E}$"),
               ("total", "total_entropy_midpoint_density", r"$\Delta S_\mathrm{tot}$"),
               ("weight", "exponential_density_midpoint", r"$e^{-\Delta S_\mathrm{tot}}$"))
    figure, axes = style.panels(4, rows=len(directions), height=1.9 * len(directions) + 0.5, width=style.TWO_COLUMNS)
    for row, (word, part) in enumerate(directions):
        for column, (which, name, symbol) in enumerate(columns):
            axis, x = axes[row, column], part[part[name].dims[-1]].values
            y = part[name].values
            axis.fill_between(x, y, step="mid", color=style.COLORS[0], alpha=0.35, lw=0)
            exact = _exact(word, part, which)
            if exact is not None:
                axis.plot(x, exact, color="k", lw=0.8, drawstyle="steps-mid")
            seen = x[y > 2e-3 * y.max()]
            if len(seen):
                axis.set_xlim(seen[0] - 0.1, seen[-1] + 0.1)
            if which == "weight":
                axis.set_yscale("log")
                axis.set_xlim(0, x[np.flatnonzero(y)[-1]] + 0.1)
            else:
                axis.set_ylim(0, None)
                if which == "total":
                    axis.axvline(0, color="0.45", lw=0.7)
            axis.set_xlabel(symbol + ("" if which == "weight" else " (nat)"))
        axes[row, 0].set_ylabel(f"{word}: density")
    style.letter(axes)
    style.legend(figure, [Patch(color=style.COLORS[0], alpha=0.35, label="measured, "
                                + style.equals(mu=data.mu, sigma2=data.sigma2, d=data.d)),
                          Line2D([], [], color="k", lw=0.8, label="exact, from the law of both ends")])
    return figure


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
    data = _nearest(data, mu=1, sigma2=1, d=1)
    directions = _directions(data)
    figure, axes = style.panels(len(directions) + 1, height=2.7, width=style.TWO_COLUMNS)
    for column, (word, part) in enumerate(directions):
        axis = axes[0, column]
        for k, rule in _rules(part):
            name = f"integral_fluctuation_{rule}"
            x, y, error = part.dt.values, part[name].values, part[f"{name}_stderr"].values
            apart = (2 * k - 1) * 0.012 * x.max()  # the rules share their paths, and lie on each other
            axis.errorbar(x + apart, y, error, **style.points(k))
            line = _line(x, y, error, 1)
            if line is not None:
                axis.plot(*line, color=style.COLORS[k], ls=style.LINES[k], lw=0.8)
                axis.errorbar([apart], float(part[f"{name}_limit"]), float(part[f"{name}_limit_stderr"]),
                              **{**style.points(k), "mfc": style.COLORS[k]})
        axis.axhline(1, color="0.45", lw=0.7, zorder=0)
        axis.set(xlabel=style.label(data.dt), title=word)
    axes[0, 0].set_ylabel(TOTAL)
    axis, handles = axes[0, -1], []
    for k, (word, part) in enumerate(directions):
        x, y, error = part.dt.values, part.midpoint_bias.values, part.midpoint_bias_stderr.values
        axis.errorbar(x, 100 * y, 100 * error, **style.points(k + 2))
        line = _line(x, y, error, 2)
        if line is not None:
            axis.plot(line[0], 100 * line[1], color=style.COLORS[k + 2], ls=style.LINES[k], lw=0.8)
        handles.append(Line2D([], [], color=style.COLORS[k + 2], ls=style.LINES[k], marker=style.MARKERS[k + 2],
                              mfc="white", mew=0.8, label=word))
    axis.axhline(0, color="0.45", lw=0.7, zorder=0)
    axis.set(xlabel=style.label(data.dt), ylabel=r"bias of the midpoint rule ($10^{-2}$)", title="difference of the rules")
    axis.legend(handles=handles, loc="upper left")
    style.letter(axes)
    handles = [_handle(k, f"{rule} rule", ls=style.LINES[k], marker=style.MARKERS[k], mfc="white", mew=0.8)
               for k, rule in _rules(data)]
    handles.append(Line2D([], [], ls="", marker="o", color="0.3", label=r"limit $\mathrm{d}t\to 0$"))
    style.legend(figure, handles)
    return figure


def tails(data):
    """Tail index, effective number of trajectories and average against σ²: where the average has no standard error."""
    require(data, "tail_index_midpoint", "exact_tail_index_midpoint")
    if data.sizes["sigma2"] < 3:
        raise Skip("it needs three values of sigma2")
    data = _nearest(data, mu=1, dt=0.01)
    chosen = style.spread(data.sizes["d"], 2)
    figure, axes = style.panels(3, rows=2, height=4.4, sharex=True, width=style.TWO_COLUMNS)
    for row, (word, both) in enumerate(_directions(data)):
        for k, i in enumerate(chosen):
            part = both.isel(d=i)
            x = part.sigma2.values
            axes[row, 0].errorbar(x, part.tail_index_midpoint.values, part.tail_index_midpoint_stderr.values, **style.points(k))
            axes[row, 1].errorbar(x, part.effective_share_midpoint.values, part.effective_share_midpoint_stderr.values,
                                  **style.points(k))
            y, error = part.integral_fluctuation_unbiased.values, part.integral_fluctuation_unbiased_stderr.values
            place, known = x * (1 + 0.02 * (k - 0.5)), np.isfinite(error)
            axes[row, 2].errorbar(place[known], y[known], error[known], **style.points(k))
            axes[row, 2].plot(place[~known], y[~known], ls="", marker="x", ms=3.5, color=style.COLORS[k])
        first = both.isel(d=0)
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
    handles = [_handle(k, style.equals(d=data.d[i]), ls="", marker=style.MARKERS[k], mfc="white", mew=0.8)
               for k, i in enumerate(chosen)]
    handles += [Line2D([], [], color="k", lw=0.9, label=f"exact tail index, {style.equals(d=data.d[0])}"),
                Line2D([], [], ls="", marker="x", ms=3.5, color="0.3", label="no standard error"),
                Patch(color="0.88", label="infinite variance for one of them")]
    style.legend(figure, handles)
    return figure


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
    chosen = style.spread(data.sizes["sigma2"], 2)
    figure, axes = style.panels(len(chosen), rows=2, height=4.4, sharex=True, width=style.TWO_COLUMNS)
    for row, (word, both) in enumerate(_directions(data)):
        for column, i in enumerate(chosen):
            part, axis = both.isel(sigma2=i), axes[row, column]
            for k, rule in _rules(part):
                x = part.d.values * (1 + 0.08 * k)
                y, error = (part[f"integral_fluctuation_{rule}{end}"].values for end in ("", "_stderr"))
                known = np.isfinite(error)
                axis.errorbar(x[known], y[known], error[known], **style.points(k))
                axis.plot(x[~known], y[~known], ls="", marker="x", ms=3.5, color=style.COLORS[k])
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
    handles = [_handle(k, f"{rule} rule", ls="", marker=style.MARKERS[k], mfc="white", mew=0.8) for k, rule in _rules(data)]
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
    "fluctuation_theorem_dimension": dimension,
}
