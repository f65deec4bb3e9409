"""Figures of the experiment order_parameter: the branches of m = <y>(m + h) against theta (Ambrogioni, fig. 2), landscapes with
their minima (fig. 3), responses, the exponents of the transition, and theta_c against the dimension.

Nothing is sampled but random points, so markers have no bars that could be seen; lines are closed forms.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("target", "d", "N", "realisation")

NAMES = {"two_deltas": "two deltas", "four_deltas": "four deltas", "hypersphere": "sphere", "discrete": "random points"}
STABLE = Line2D([], [], color="0.3", ls="", marker="o", ms=3, label="stable")
UNSTABLE = Line2D([], [], color="0.3", ls="", marker="o", ms=3, mfc="white", mew=0.6, label="unstable")


def _targets(data, of):
    """(name, its data at the largest d and N) of each target that has values of a variable."""
    for i in notes.some(data, "target", of=of):
        yield str(data.target.values[i]), notes.at(data.isel(target=i), d=np.inf, N=np.inf)


def _one_set(part):
    """Whether every point holds one set of points: replicas with sets of their own have no average of branches."""
    return str(part.target.values) != "discrete" or int(part.replicas_done.max()) == 1


def _theta(part):
    """theta in units of 1, 1/2, 1/d; of a dataset theta itself."""
    return part.theta.values


def _theta_label(part):
    if str(part.attrs.get("theta_unit", "theta_c")) != "theta_c":
        return r"$\theta$"
    return r"$\theta d$" if str(part.target.values) == "discrete" else r"$\theta/\theta_\mathrm{c}$"


def _stretch(axis, theta):
    """A logarithmic axis where values span more than a factor of 30 in even ratios."""
    if theta.min() > 0 and theta.max() > 30 * theta.min() and np.median(theta) < theta.mean() / 1.5:
        axis.set_xscale("log")


def _dots(axis, x, part, value, unstable, series):
    """Branches: filled where stable, open where not."""
    drawn = False
    for branch in range(part.sizes["branch"]):
        here = part.isel(branch=branch)
        for stable in (False, True):
            take = (here[unstable].values == 0) == stable
            take &= np.isfinite(here[value].values)
            if take.any():
                look = {"marker": "o", "ms": 2.2 if stable else 2.6, "mew": 0.5, "elinewidth": 0, "mfc": style.COLORS[series] if stable else "white"}
                drawn |= notes.measured(axis, x, here, value, series, take=take, zorder=3 if stable else 2, **look)
    return drawn


def _curves_over_theta(data):
    if data.sizes["theta"] < 3:
        raise Skip("it needs three values of theta or more")


def _remark_search(part):
    """Says where branches were searched for, so that some may be missing."""
    if "proven" in part and bool((part.proven == 0).any()):
        notes.remark("in more than two dimensions branches are searched for: a sum of degrees of 1 does not prove that all are found")


def branches(data):
    """All branches against theta: filled where stable, open where unstable; lines: closed forms (Ambrogioni, fig. 2)."""
    require(data, "stable_branches")
    _curves_over_theta(data)
    parts = [(name, part) for name, part in _targets(data, "stable_branches") if _one_set(part)]
    if len(parts) < len(data.target):
        notes.omit("random points: several sets of them (replicas) have no average of branches; replicas = 1 draws them")
    if not parts:
        raise Skip("branches of several sets of random points have no average; replicas = 1 draws them")
    figure, axes = style.panels(len(parts), height=2.7)
    fields = notes.some(data, "h", 3)
    for axis, (name, part) in zip(axes[0], parts):
        if name == "discrete":
            for series, i in enumerate(notes.some(part, "realisation")):
                here = part.isel(realisation=i, h=fields[0])
                _dots(axis, _theta(here), here, "branch_norm", "branch_unstable", series)
            axis.set_ylabel(r"$\|m-\langle y\rangle\|$")
            notes.remark("random points: colours are sets of them, in the first field")
            _remark_search(part)
        else:
            part = notes.at(part, realisation=0)
            for series, i in enumerate(fields):
                here = part.isel(h=i)
                notes.curve(axis, _theta(here), here, "magnetisation_theory", color=style.COLORS[series], lw=0.9, zorder=1)
                _dots(axis, _theta(here), here, "branch_magnetisation", "branch_unstable", series)
            axis.set_ylabel("$m$ along the field")
            axis.axvline(1, color="0.45", lw=0.7, ls=":", zorder=0)
        axis.set(xlabel=_theta_label(part), title=NAMES[name])
        _stretch(axis, _theta(part))
    style.letter(axes)
    keys = [Line2D([], [], color=style.COLORS[k], label=style.equals(h=data.h[i])) for k, i in enumerate(fields)]
    keys = keys if any(name != "discrete" for name, _ in parts) else []
    style.legend(figure, [*keys, STABLE, UNSTABLE])
    return figure


def _landscape_target(data):
    """Four deltas as in the paper, else the last target with a plane, else any."""
    names = [str(name) for name in data.target.values
             if data.landscape.sel(target=name).notnull().any() and _one_set(data.sel(target=name))]
    if not names:
        raise Skip("landscapes of several sets of random points have no average; replicas = 1 draws one")
    best = next((name for name in ("four_deltas", *reversed(names)) if name in names and name != "two_deltas"), names[0])
    return notes.at(data, target=best, d=np.inf, N=np.inf, realisation=0)


def landscape(data):
    """The regularised free energy around theta_c with its branches (Ambrogioni, fig. 3)."""
    require(data, "landscape")
    part = _landscape_target(data)
    flat = not part.landscape.isel(v=0).notnull().any()
    if not part.landscape.notnull().any():
        raise Skip("landscape has no value there yet")
    ratios = part.ratio.values
    if flat:
        figure, axes = style.panels(1, height=2.7)
        for k, ratio in enumerate(ratios):
            here = part.isel(ratio=k, v=part.sizes["v"] // 2)
            axes[0, 0].plot(here.u.values, here.landscape.values, color=style.COLORS[k], ls=style.LINES[k])
            heights = np.interp(here.landscape_branch_u.values, here.u.values, here.landscape.values)
            for stable, fill in ((True, style.COLORS[k]), (False, "white")):
                take = (here.landscape_branch_unstable.values == 0) == stable
                axes[0, 0].plot(here.landscape_branch_u.values[take], heights[take], ls="", marker="o", ms=3,
                                color=style.COLORS[k], mfc=fill)
        axes[0, 0].set(xlabel="$m$", ylabel=r"$G(m)-G(0)$", title=NAMES[str(part.target.values)])
        style.legend(figure, [Line2D([], [], color=style.COLORS[k], ls=style.LINES[k],
                                     label=rf"$\theta/\theta_\mathrm{{c}}$ = {style.number(ratio)}")
                              for k, ratio in enumerate(ratios)] + [STABLE, UNSTABLE], columns=3)
        return figure
    figure, axes = style.panels(len(ratios), height=2.4, sharey=True)
    for axis, k in zip(axes[0], range(len(ratios))):
        here = part.isel(ratio=k)
        values = here.landscape.transpose("v", "u").values
        levels = np.nanmin(values) + np.linspace(0, 1, 17)[1:] ** 2 * min(0.35, np.nanmax(values) - np.nanmin(values))
        axis.contourf(here.u.values, here.v.values, values, levels=[np.nanmin(values) - 1e-12, *levels], cmap="viridis", extend="max")
        for stable, fill in ((False, "white"), (True, style.COLORS[1])):
            take = (here.landscape_branch_unstable.values == 0) == stable
            take &= np.isfinite(here.landscape_branch_u.values)
            axis.plot(here.landscape_branch_u.values[take], here.landscape_branch_v.values[take], ls="", marker="o",
                      ms=3.4, color="black", mfc=fill, mew=0.6)
        axis.set(xlabel="$u$", title=rf"$\theta/\theta_\mathrm{{c}}$ = {style.number(ratios[k])}", aspect="equal")
    axes[0, 0].set_ylabel("$v$")
    style.letter(axes)
    if str(part.target.values) == "hypersphere":
        notes.remark("each branch stands for a circle (in more dimensions a sphere) of states")
    if str(part.target.values) == "discrete":
        notes.remark("plane of the mean and two points, to which branches are projected")
    notes.remark("ground: $G$ above its least value, dark is low")
    black = {"color": "black", "ls": "", "marker": "o", "ms": 3.4, "mew": 0.6}
    style.legend(figure, [Line2D([], [], **black, mfc=style.COLORS[1], label="minima"),
                          Line2D([], [], **black, mfc="white", label="saddles and maxima")])
    return figure


def exponents(data):
    """Magnetisation and susceptibility against the distance from the transition; dotted: beta = 1/2, gamma = 1, delta = 3."""
    require(data, "beta", "ordered_magnetisation")
    parts = list(_targets(data, "beta"))
    figure, axes = style.panels(3, height=2.7)
    parts = [(name, notes.at(part, realisation=0)) for name, part in parts]
    for k, (name, part) in enumerate(parts):
        x = part.distance.values
        notes.measured(axes[0, 0], x, part, "ordered_magnetisation", k, ms=4.8 - 1.4 * k)
        notes.measured(axes[0, 1], x, part, "disordered_susceptibility", k, ms=4.8 - 1.4 * k)
        notes.measured(axes[0, 1], x, part, "ordered_susceptibility", k, ms=4.8 - 1.4 * k, mfc=style.COLORS[k])
        notes.measured(axes[0, 2], x, part, "critical_magnetisation", k, ms=4.8 - 1.4 * k)
    x = data.distance.values
    for axis, power, start in ((axes[0, 0], 0.5, 2), (axes[0, 1], -1, 2), (axes[0, 2], 1 / 3, 2)):
        axis.plot(x, start * x**power, color="0.45", lw=0.8, ls=":", zorder=0)
        axis.axvspan(x[0], float(data.attrs.get("window", 0.1)), color="0.93", zorder=-1)
        axis.set(xscale="log", yscale="log")
    axes[0, 0].set(xlabel=r"$1-\theta/\theta_\mathrm{c}$", ylabel="$m$")
    axes[0, 1].set(xlabel=r"$|\theta/\theta_\mathrm{c}-1|$", ylabel=r"$\chi$")
    axes[0, 2].set(xlabel=r"$h$ at $\theta_\mathrm{c}$", ylabel="$m$")
    first = parts[0][1]
    for axis, names, left in zip(axes[0], (("beta",), ("gamma", "amplitude_ratio"), ("delta",)), (0.96, 0.05, 0.96)):
        text = "\n".join(f"{SIGNS[one]} = {_with_error(first, one)}" for one in names)
        axis.text(left, 0.05, text, transform=axis.transAxes, ha="left" if left < 0.5 else "right", va="bottom", fontsize=7)
    notes.remark(f"numbers: fits of {NAMES[parts[0][0]]} in the shaded window; dotted: slopes 1/2, -1, 1/3")
    notes.remark(r"$\chi$: open above $\theta_\mathrm{c}$, filled below")
    style.letter(axes)
    style.legend(figure, [style.key(k, NAMES[name], line=False) for k, (name, part) in enumerate(parts)])
    return figure


SIGNS = {"beta": r"$\beta$", "gamma": r"$\gamma$", "delta": r"$\delta$", "amplitude_ratio": r"$A_+/A_-$"}


def _with_error(part, name):
    """A number with its error in the last digit that counts."""
    value, error = float(part[name]), float(part[f"{name}_stderr"])
    if not (np.isfinite(value) and np.isfinite(error) and error > 0):
        return f"{value:.5g}"
    digits = min(5, max(0, int(np.ceil(-np.log10(error)))))
    return f"{value:.{digits}f}({np.ceil(error * 10**digits):.0f})"


def response(data):
    """Eigenvalues of the bare response C/theta of the state of least free energy: a direction at 1 is marginal."""
    require(data, "bare_response")
    _curves_over_theta(data)
    parts = list(_targets(data, "bare_response"))
    figure, axes = style.panels(len(parts), height=2.5, sharey=True)
    field = notes.some(data, "h", 1)[0]
    notes.show("h", data.h.values[[field]])
    parts = [(name, notes.at(part, realisation=0)) for name, part in parts]
    for axis, (name, part) in zip(axes[0], parts):
        for mode in range(part.sizes["mode"]):
            notes.measured(axis, _theta(part), part.isel(h=field, mode=mode), "bare_response", min(mode, 4), ms=2.4)
        axis.axhline(1, color="0.45", lw=0.7, zorder=0)
        axis.set(xlabel=_theta_label(part), title=NAMES[name])
    axes[0, 0].set_ylabel(r"eigenvalues of $C/\theta$")
    style.letter(axes)
    count = int(min(5, max(part.bare_response.notnull().any([d for d in part.bare_response.dims if d != "mode"]).sum()
                           for _, part in parts)))
    style.legend(figure, [style.key(k, f"{k + 1}" + (" and more" if k == 4 else ""), line=False) for k in range(max(1, count))])
    return figure


def dimension(data):
    """theta_c against the dimension; lines: 1/d of the sphere, and N orthogonal points."""
    require(data, "theta_c")
    if data.sizes["d"] < 2:
        raise Skip("it needs several values of d")
    figure, axes = style.panels(1, height=2.7)
    axis, keys, series = axes[0, 0], [], 0
    for i in notes.some(data, "target", of="theta_c"):
        name, part = str(data.target.values[i]), notes.at(data.isel(target=i), realisation=0)
        if name in ("two_deltas", "four_deltas"):
            continue
        for j in notes.some(part, "N", 3) if name == "discrete" else [0]:
            here = part.isel(N=j)
            notes.measured(axis, here.d.values, here, "theta_c", series)
            notes.curve(axis, here.d.values, here, "theta_c_large_d", color=style.COLORS[series], lw=0.9, zorder=1)
            keys.append(style.key(series, NAMES[name] + (f", {style.equals(N=here.N)}" if name == "discrete" else ""), line=False))
            series += 1
    if not keys:
        raise Skip("neither the sphere nor random points are there")
    axis.set(xscale="log", yscale="log", xlabel=style.label(data.d), ylabel=r"$\theta_\mathrm{c}$")
    notes.remark("lines: $1/d$ of the sphere; orthogonal points")
    style.legend(figure, keys, columns=2)
    return figure


def states(data):
    """Of random points, and a dataset: stable states for each point, and the sum of all branches' degrees, 1 if none is missing."""
    require(data, "stable_branches")
    _curves_over_theta(data)
    if "discrete" not in data.target.values:
        raise Skip("it needs target = discrete")
    part = notes.at(data.sel(target="discrete"), d=np.inf)
    field = notes.some(data, "h", 1)[0]
    sizes = notes.some(part, "N")
    figure, axes = style.panels(2, height=2.5)
    for k, i in enumerate(sizes):
        here = notes.at(part.isel(N=i, h=field), realisation=0)
        notes.measured(axes[0, 0], _theta(here), here, "stable_branches", k, unit=float(here.N))
        notes.measured(axes[0, 1], _theta(here), here, "degree", k)
    axes[0, 0].set(ylabel="stable states per point", yscale="log")
    axes[0, 1].set(ylabel="sum of degrees")
    axes[0, 1].axhline(1, color="0.45", lw=0.7, zorder=0)
    _remark_search(part)
    for axis in axes[0]:
        axis.set_xlabel(_theta_label(part))
        _stretch(axis, _theta(part))
    style.letter(axes)
    style.legend(figure, [style.key(k, style.equals(N=part.N[i]), line=False) for k, i in enumerate(sizes)])
    return figure


FIGURES = {
    "order_parameter": branches,
    "order_parameter_landscape": landscape,
    "order_parameter_exponents": exponents,
    "order_parameter_response": response,
    "order_parameter_dimension": dimension,
    "order_parameter_states": states,
}
