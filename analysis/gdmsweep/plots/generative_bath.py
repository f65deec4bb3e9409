"""Figures of the experiment generative_bath: K microstates at their transition and against theta, how slowly they forget.

Markers are measured; coloured lines are exact at that K, black ones the limit K to infinity (Ambrogioni 22, 24, 27).
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("target", "theta", "h", "K")

TARGETS = {"two_deltas": "two points", "four_deltas": "four points", "hypersphere": "sphere", "discrete": "random points"}
CRITICAL = {"two_deltas": 1.0, "four_deltas": 0.5}


def _targets(data, of):
    return [(data.target.values[i], data.isel(target=i)) for i in notes.some(data, "target", of=of)]


def _sizes(data, of):
    return [(k, data.isel(K=i)) for k, i in enumerate(notes.some(data, "K", len(style.COLORS) - 1, of=of))]


def _first(data):
    """One target, without a field."""
    return notes.at(data, target="two_deltas", h=0)


def _size_legend(figure, data, chosen, limit=False):
    handles = [style.key(k, style.equals(K=part.K), ls="-", lw=0.9) for k, part in chosen]
    if limit:
        handles.append(Line2D([], [], color="k", label=r"$K\to\infty$"))
    style.legend(figure, handles)


def _several(data, name):
    if data.sizes[name] < 2:
        raise Skip(f"it needs several values of {name}")


def critical(data):
    """At the transition: Binder cumulant, K^(1/4) <m> and K^(1/2) <m^2> against K^(-1/2), with their limits."""
    names = ("binder", "scaled_magnetisation", "scaled_squared")
    require(data, *names)
    _several(data, "K")
    part = _first(data)
    part = notes.at(part, theta=CRITICAL.get(str(part.target.values), float(np.median(data.theta))))
    figure, axes = style.panels(3, height=2.4)
    x = part.K.values ** -0.5
    for axis, name, label in zip(axes[0], names, (r"$U_4$", r"$K^{1/4}\langle m\rangle$", r"$K^{1/2}\langle m^2\rangle$")):
        notes.measured(axis, x, part, name, 0)
        notes.curve(axis, x, part, f"{name}_theory", color=style.COLORS[0], lw=0.9, zorder=1)
        if f"{name}_limit" in part and float(part.theta) == CRITICAL.get(str(part.target.values)):
            notes.measured(axis, [0.0], part, f"{name}_limit", 1)
            known = np.atleast_1d(part[f"{name}_limit_theory"].values)[0]
            if np.isfinite(known):
                axis.axhline(known, color="k", lw=0.8, ls=":", zorder=0)
        axis.set(xlabel=r"$K^{-1/2}$", ylabel=label)
        axis.set_xlim(left=-0.04 * x.max())
    style.letter(axes)
    style.legend(figure, [style.key(0, "measured, and exact line", ls="-"), style.key(1, "extrapolated", line=False),
                          Line2D([], [], color="k", ls=":", label=r"exact, $K\to\infty$")])
    return figure


def transition(data):
    """Binder cumulants against theta, and on one another against K^(1/2) (theta - theta_c)."""
    require(data, "binder")
    _several(data, "theta")
    part = _first(data)
    centre = CRITICAL.get(str(part.target.values))
    chosen = _sizes(part, "binder")
    figure, axes = style.panels(3 if centre else 1, height=2.4)
    for k, here in chosen:
        theta = here.theta.values
        notes.measured(axes[0, 0], theta, here, "binder", k)
        notes.curve(axes[0, 0], theta, here, "binder_theory", color=style.COLORS[k], lw=0.9, zorder=1)
        if centre:
            x = np.sqrt(float(here.K)) * (theta - centre)
            notes.measured(axes[0, 1], x, here, "binder", k)
            notes.measured(axes[0, 2], x, here, "scaled_magnetisation", k)
    axes[0, 0].set(xlabel=style.label(part.theta), ylabel=r"$U_4$")
    if centre:
        axes[0, 0].axvline(centre, color="0.45", lw=0.7, ls=":", zorder=0)
        axes[0, 1].set(xlabel=r"$K^{1/2}(\theta-\theta_c)$", ylabel=r"$U_4$", xlim=(-6, 6))
        axes[0, 2].set(xlabel=r"$K^{1/2}(\theta-\theta_c)$", ylabel=r"$K^{1/4}\langle m\rangle$", xlim=(-6, 6))
    style.letter(axes)
    _size_legend(figure, data, chosen)
    return figure


def dynamics(data):
    """Relaxation times of ybar and of |ybar| against K, and the autocorrelation at the transition."""
    require(data, "relaxation_time", "relaxation_time_abs")
    _several(data, "K")
    part = _first(data)
    figure, axes = style.panels(2, height=2.5)
    handles = []
    for k, i in enumerate(notes.some(part, "theta", len(style.COLORS), of="relaxation_time")):
        here = part.isel(theta=i)
        handles.append(style.key(k, style.equals(theta=here.theta), ls="-", lw=0.9))
        for axis, name in zip(axes[0], ("relaxation_time", "relaxation_time_abs")):
            notes.measured(axis, here.K.values, here, name, k)
            notes.curve(axis, here.K.values, here, f"{name}_theory", color=style.COLORS[k], lw=0.9, zorder=1)
    for axis, label in zip(axes[0], (r"relaxation time of $\bar y$ (sweeps)", r"relaxation time of $|\bar y|$ (sweeps)")):
        axis.set(xscale="log", yscale="log", xlabel="$K$", ylabel=label)
    style.letter(axes)
    style.legend(figure, handles)
    return figure


def magnetisation(data):
    """m(theta): the mean along a field, the mean absolute value without one."""
    require(data, "magnetisation_abs")
    _several(data, "theta")
    part = notes.at(data, target="two_deltas")
    fields = [part.isel(h=i) for i in notes.some(part, "h", 2)]
    chosen = _sizes(part, "magnetisation_abs")
    figure, axes = style.panels(len(fields), height=2.6, sharey=True)
    for axis, field in zip(axes[0], fields):
        name = "magnetisation" if float(field.h) > 0 else "magnetisation_abs"
        for k, size in chosen:
            here = size.sel(h=field.h)
            notes.measured(axis, here.theta.values, here, name, k)
            notes.curve(axis, here.theta.values, here, f"{name}_theory", color=style.COLORS[k], lw=0.9, zorder=1)
        notes.curve(axis, field.theta.values, field.isel(K=0), "magnetisation_mean_field", color="k", lw=0.9, zorder=1)
        axis.set(title=style.equals(h=field.h), xlabel=style.label(data.theta), ylim=(-0.03, 1.05))
    axes[0, 0].set_ylabel(r"$\langle|\bar y|\rangle$, or $\langle\bar y\rangle$ in a field")
    style.letter(axes)
    _size_legend(figure, data, chosen, True)
    return figure


def noise(data):
    """K times the variance of ybar in one pure state: the noise of the particle that the bath drives."""
    require(data, "noise_variance")
    _several(data, "theta")
    part = _first(data)
    chosen = _sizes(part, "noise_variance")
    figure, axes = style.panels(1, height=2.6)
    for k, here in chosen:
        notes.measured(axes[0, 0], here.theta.values, here, "noise_variance", k)
        notes.curve(axes[0, 0], here.theta.values, here, "noise_variance_theory", color=style.COLORS[k], lw=0.9, zorder=1)
    notes.curve(axes[0, 0], part.theta.values, part.isel(K=0), "noise_variance_mean_field", color="k", lw=0.9, zorder=1)
    axes[0, 0].set(xlabel=style.label(data.theta), ylabel=r"$K\,\mathrm{Var}(\bar y)$", yscale="log")
    notes.remark(r"at $h=0$: about $\langle|\bar y|\rangle$ below $\theta_c$, about 0 above")
    _size_legend(figure, data, chosen, True)
    return figure


def targets(data):
    """Order of each target against theta: the mean norm of ybar, and how many points the microstates share."""
    require(data, "magnetisation_squared", "participation")
    _several(data, "theta")
    largest = notes.at(data, h=0, K=np.inf)
    chosen = _targets(largest, "magnetisation_squared")
    figure, axes = style.panels(2, height=2.5)
    for axis, name, label in zip(axes[0], ("magnetisation_squared", "participation"),
                                 (r"$\langle\|\bar y\|^2\rangle$", r"$\sum_j(n_j/K)^2$")):
        for k, (_, here) in enumerate(chosen):
            if here[name].notnull().any():
                notes.measured(axis, here.theta.values, here, name, k)
                notes.curve(axis, here.theta.values, here, f"{name}_theory", color=style.COLORS[k], lw=0.9, zorder=1)
        axis.set(xscale="log", xlabel=style.label(data.theta), ylabel=label, ylim=(-0.03, 1.05))
    style.letter(axes)
    style.legend(figure, [style.key(k, TARGETS[str(word)], ls="-") for k, (word, _) in enumerate(chosen)])
    return figure


def law(data):
    """The law of K^(1/4) |ybar| at the transition, and its limit 2 e^(-x^4/12)/Z."""
    require(data, "density")
    part = _first(data)
    centre = CRITICAL.get(str(part.target.values), float(np.median(data.theta)))
    part = notes.at(part, theta=centre)
    chosen = [(k, part.isel(K=i)) for k, i in enumerate(notes.some(part, "K", 3, of="density"))]
    figure, axes = style.panels(1, height=2.5)
    for k, here in chosen:
        notes.measured(axes[0, 0], here.x.values, here, "density", k)
        notes.curve(axes[0, 0], here.x.values, here, "density_theory", color=style.COLORS[k], lw=0.9, zorder=1)
    x = np.linspace(0, float(part.x.max()), 400)
    if str(part.target.values) == "two_deltas" and float(part.theta) == 1:
        axes[0, 0].plot(x, np.exp(-x ** 4 / 12) / np.trapz(np.exp(-x ** 4 / 12), x), color="k", lw=0.9, zorder=1)
    axes[0, 0].set(xlabel=r"$x=K^{1/4}|\bar y|$", ylabel="density")
    _size_legend(figure, data, chosen, True)
    return figure


FIGURES = {
    "generative_bath": critical,
    "generative_bath_transition": transition,
    "generative_bath_dynamics": dynamics,
    "generative_bath_field": magnetisation,
    "generative_bath_noise": noise,
    "generative_bath_targets": targets,
    "generative_bath_law": law,
}
