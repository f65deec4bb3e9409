"""Figures of the experiment sample_quality: errors of samples against the step, quality against sigma2, levels of the end points.

Markers are measured; grey lines are what a perfect sample of the same size shows.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import reduced, style
from gdmsweep.plots import Skip, notes, require

GRID = ("mu", "sigma2", "d", "dt", "integrator")

PROBABILITIES = ("positive_class",)

LABELS = {"exact": "exact kernel", "euler_maruyama": "Euler–Maruyama", "heun": "stochastic Heun", "exponential": "exponential",
          "flow_euler": "flow, Euler", "flow_heun": "flow, Heun", "flow_rk4": "flow, Runge–Kutta 4",
          "flow_exponential": "flow, exponential"}
#: One colour, marker and line for each integrator, in all figures.
SERIES = ("euler_maruyama", "heun", "exponential", "flow_heun", "flow_euler", "exact")
ORDER = {"heun": 2, "flow_heun": 2, "flow_rk4": 4}


def comparable(data):
    """Only the exact kernel follows p_0 at any step; the limits of dt to 0 do for all."""
    exact = data.integrator.astype(str) == "exact"
    result = data.copy()
    for name in [name for name in data.data_vars if name.endswith("_theory")]:
        quantity = name.removesuffix("_theory")
        for one in (quantity, name):
            result[one] = data[one].where(exact).transpose(*data[one].dims)
        # The limits have no dt: they stand at the shortest step, so that all variables have the same dimensions.
        for end in [end for end in ("", "_stderr", "_systematic") if f"{quantity}_limit{end}" in data]:
            limit = data[f"{quantity}_limit{end}"].expand_dims(dt=data.dt).where(data.dt == data.dt.min())
            result[f"{quantity}_limit{end}"] = limit.transpose(*data[name].dims)
        if f"{quantity}_limit" in data:
            result[f"{quantity}_limit_theory"] = data[name].where(data.dt == data.dt.min())
    return result, "the exact integrator, and limits dt -> 0 of all"


def _integrators(data):
    """(series, word) of the integrators that were computed, each with a colour of its own as far as there are any."""
    done = (data.replicas_done > 0).any([name for name in data.replicas_done.dims if name != "integrator"]).values
    words = [word for word, there in zip(data.integrator.values.astype(str), done) if there]
    free = [k for k in range(len(style.COLORS)) if k >= len(SERIES) or SERIES[k] not in words]
    found = [(SERIES.index(word) if word in SERIES else free.pop(0) if free else None, word) for word in words]
    for word in [word for k, word in found if k is None]:
        notes.omit(f"integrator = {word}: there are no more colours; --select integrator={word} draws it")
    return [(k, word) for k, word in found if k is not None]


def _part(data):
    """mu and d nearest to 1; sigma2, dt and integrator stay."""
    return notes.at(data, mu=1, d=1)


def _variances(data):
    """The least sigma2, the one nearest to 1, and the greatest."""
    values = data.sigma2.values
    places = sorted({int(values.argmin()), int(np.abs(values - 1).argmin()), int(values.argmax())})
    notes.show("sigma2", values[places])
    return places


def _handles(data):
    return [style.key(k, LABELS[word]) for k, word in _integrators(data)]


def steps(data):
    """Kolmogorov–Smirnov distance and the error of the second moment against dt."""
    require(data, "ks", "axis_2", "axis_2_theory")
    if data.sizes["dt"] < 2:
        raise Skip("it needs several values of dt")
    part = _part(data)
    chosen = _variances(part)
    figure, axes = style.panels(len(chosen), rows=2, height=4.3, sharex=True, sharey="row")
    dt = part.dt.values
    for column, i in enumerate(chosen):
        here = part.isel(sigma2=i)
        upper, lower = axes[0, column], axes[1, column]
        for k, word in _integrators(part):
            one = here.sel(integrator=word)
            notes.measured(upper, dt, one, "ks", k, ls=style.LINES[k], lw=0.7)
            exact = one.axis_2_theory.values
            distance, noise = np.abs(one.axis_2.values - exact) / exact, reduced.error(one, "axis_2") / exact
            seen = distance > 2 * noise
            if seen.any():
                lower.errorbar(dt[seen], distance[seen], noise[seen], **style.points(k))
            # Not seen: the error is below two standard errors.
            below = np.isfinite(distance) & (distance <= 2 * noise)
            if below.any():
                lower.errorbar(dt[below], 2 * noise[below], 0.7 * noise[below], uplims=True, capsize=1.2, lw=0,
                               **{**style.points(k), "marker": ""})
            unknown = int((np.isfinite(distance) & np.isnan(noise)).sum())
            if unknown:
                notes.omit(f"{unknown} moments of {word}: {reduced.why_no_error(one, 'axis_2')}")
        if here.ks_theory.notnull().any():
            upper.axhline(float(here.ks_theory.max()), color="0.45", lw=0.8, ls="--", zorder=0)
        upper.set(xscale="log", yscale="log", title=style.equals(sigma2=here.sigma2))
        lower.set(xscale="log", yscale="log", xlabel=r"step $\mathrm{d}t$")
        edge = np.array([dt.min(), dt.max()])
        for power, text in ((1, r"$\propto\mathrm{d}t$"), (2, r"$\propto\mathrm{d}t^2$")):
            guide = 0.3 * (edge / dt.max()) ** power
            lower.plot(edge, guide, color="0.6", lw=0.7, zorder=0)
            lower.annotate(text, (edge[0], guide[0]), xytext=(2, 3), textcoords="offset points", fontsize=6, color="0.4")
    axes[0, 0].set_ylabel("Kolmogorov–Smirnov distance")
    axes[1, 0].set_ylabel(r"$|\langle a^2\rangle-\langle a^2\rangle_0|\,/\,\langle a^2\rangle_0$")
    style.letter(axes)
    notes.remark("arrows: below two standard errors")
    style.legend(figure, _handles(part) + [Line2D([], [], color="0.45", ls="--", lw=0.8, label="perfect sample")])
    return figure


def variance(data):
    """Quality against sigma2 at the shortest step: does generation fail above 2?"""
    require(data, "ks", "w2_squared", "axis_2", "axis_4")
    if data.sizes["sigma2"] < 3:
        raise Skip("it needs several values of sigma2")
    part = notes.at(_part(data), dt=0)
    x = part.sigma2.values
    figure, axes = style.panels(3, height=2.7)
    for place, (k, word) in enumerate(_integrators(part)):
        one = part.sel(integrator=word)
        shifted = x * 1.03 ** (place - 2)  # so that error bars stand side by side
        look = {"ls": style.LINES[k], "lw": 0.6}
        w2 = one.assign(w2=np.sqrt(one.w2_squared / one.axis_2_theory), w2_stderr=one.w2_squared.copy(
            data=0.5 * reduced.error(one, "w2_squared") / np.sqrt(one.w2_squared * one.axis_2_theory).values))
        w2.w2_stderr.attrs = one.get("w2_squared_stderr", one.w2_squared).attrs
        notes.measured(axes[0, 0], shifted, one, "ks", k, **look)
        notes.measured(axes[0, 1], shifted, w2, "w2", k, **look)
        notes.measured(axes[0, 2], shifted, one, "axis_4", k, unit=one.axis_4_theory.values, **look)
    null = part.isel(integrator=0)
    axes[0, 0].plot(x, null.ks_theory, color="0.45", ls="--", lw=0.9, zorder=0)
    axes[0, 1].plot(x, np.sqrt(null.w2_squared_theory / null.axis_2_theory), color="0.45", ls="--", lw=0.9, zorder=0)
    axes[0, 2].axhline(1, color="0.45", ls="--", lw=0.9, zorder=0)
    for axis, label in zip(axes[0], ("Kolmogorov–Smirnov distance", r"$W_2/\sqrt{\langle a^2\rangle_0}$",
                                     r"$\langle a^4\rangle/\langle a^4\rangle_0$")):
        axis.axvspan(2, x.max() * 1.15, color="0.93", zorder=-2)
        axis.axvline(2, color="0.45", lw=0.7, ls=":", zorder=-1)
        axis.set(xscale="log", xlabel=style.label(part.sigma2, "sigma2"), ylabel=label,
                 xlim=(x.min() / 1.15, x.max() * 1.15), title=style.equals(dt=part.dt))
    axes[0, 0].set(yscale="log")
    axes[0, 1].set(yscale="log")
    style.letter(axes)
    style.legend(figure, _handles(part) + [Line2D([], [], color="0.45", ls="--", lw=0.9, label="perfect sample"),
                                           Line2D([], [], color="0.85", lw=5, label=r"$\sigma^2>2$: “unstable” phase")])
    return figure


def levels(data):
    """Density of F_0(a) at the end points: 1 for perfect samples; above it where the integrator puts too many."""
    require(data, "pit_histogram")
    part = _part(data)
    rows = [int(np.argmin(part.dt.values)), int(np.argmax(part.dt.values))]
    chosen = _variances(part)
    rows = sorted(set(rows), key=rows.index)
    notes.show("dt", part.dt.values[rows])
    figure, axes = style.panels(len(chosen), rows=len(rows), height=1.0 + 1.75 * len(rows), sharex=True)
    drawn = [entry for entry in _integrators(part)]
    for row, j in enumerate(rows):
        for column, i in enumerate(chosen):
            axis, here = axes[row, column], part.isel(sigma2=i, dt=j)
            for k, word in drawn:
                one = here.sel(integrator=word)
                if one.pit_histogram.notnull().any():
                    axis.stairs(one.pit_histogram.values, np.linspace(0, 1, one.sizes["level"] + 1), color=style.COLORS[k],
                                ls=style.LINES[k], lw=0.8, baseline=None)
            if not here.pit_histogram.notnull().any():
                style.say(axis, "not computed yet")
            # One standard error of the replicas of the integrator that scatters most like a perfect sample.
            noise = reduced.error(here, "pit_histogram")
            if np.isfinite(noise).any():
                noise = float(here.pit_histogram_stderr.min("integrator").median())
                axis.axhspan(1 - 2 * noise, 1 + 2 * noise, color="0.88", zorder=0)
            axis.set(title=style.equals(sigma2=here.sigma2, dt=here.dt), xlim=(0, 1))
            # Never so narrow that noise fills the panel.
            low, high = np.fmin(0.85, float(here.pit_histogram.min())), np.fmax(1.15, float(here.pit_histogram.max()))
            axis.set_ylim(low - 0.1 * (high - low), high + 0.1 * (high - low))
            if row == len(rows) - 1:
                axis.set_xlabel("level $F_0(a)$ of an end point")
            if column == 0:
                axis.set_ylabel("density")
    style.letter(axes)
    style.legend(figure, [Line2D([], [], color=style.COLORS[k], ls=style.LINES[k], label=LABELS[word]) for k, word in drawn]
                 + [Line2D([], [], color="0.88", lw=5, label="two standard errors")])
    return figure


FIGURES = {
    "sample_quality": variance,
    "sample_quality_steps": steps,
    "sample_quality_levels": levels,
}
