"""Figures of phase_diagram along one axis: clones and order parameter over t, sample quality over sigma2, t_S over N."""
import numpy as np
from matplotlib.lines import Line2D

import style
from figures import phase_diagram_common as common
from figures import PHI_AT_BIFURCATION, Skip, require


def _curves(axis, part, name, points, theory=None):
    """Measured points with errors and the closed form, one series for each reference point."""
    handles = []
    t = part.t.values
    for k, (i, j) in enumerate(points):
        here = part.isel(mu=i, sigma2=j)
        color = style.COLORS[k]
        times = here.t_at_point.values if "t_at_point" in here else t
        order = np.argsort(times)
        chosen = order[style.spread(len(order), 26)]
        error = here[f"{name}_stderr"].values[chosen] if f"{name}_stderr" in here else None
        axis.errorbar(times[chosen], here[name].values[chosen], error, **style.points(k))
        theory_name = theory or f"{name}_theory"
        if theory_name in here:
            axis.plot(times[order], here[theory_name].values[order], color=color, ls=style.LINES[k], lw=0.9)
        handles.append(Line2D([], [], color=color, ls=style.LINES[k], marker=style.MARKERS[k], mfc="white", mew=0.8,
                              label=style.equals(mu=here.mu, sigma2=here.sigma2)))
    if t.max() > 0:
        axis.set_xlim(min(0, t.min()), t.max())
    return handles


def _title_and_label(axes, parts):
    """d above each column, t below it."""
    for top, bottom, part in zip(axes[0], axes[-1], parts):
        top.set_title(style.equals(d=part.d))
        bottom.set_xlabel(style.label(part.t))
    style.letter(axes)


def clones(data):
    """Clone agreement against t, by class and by sign, and where it crosses 0.7752."""
    require(data, "clone_agreement")
    parts = common.by_dimension(common.exact(data))
    names = [name for name in ("clone_agreement", "clone_agreement_sign") if name in data]
    points = common.reference_points(parts[-1], "clone_agreement")
    figure, axes = style.panels(len(parts), rows=len(names), height=0.55 + 1.85 * len(names), sharex=True, sharey=True)
    for row, name in zip(axes, names):
        for axis, part in zip(row, parts):
            handles = _curves(axis, part, name, points)
            axis.set_ylim(0.48, 1.02)
            if name == "clone_agreement":
                _crossings(axis, part, points)
        row[0].set_ylabel(f"{style.symbol('clone_agreement')}, by {'axis sign' if name.endswith('sign') else 'class'}")
    _title_and_label(axes, parts)
    handles.append(Line2D([], [], color="0.45", lw=0.7, label=r"$(1+q(1))/2=0.7752$"))
    if "t_clone" in data:
        handles.append(Line2D([], [], color="k", marker="|", ms=7, mew=1, ls="",
                              label=f"measured crossing {style.symbol('t_clone')}"))
    if "t_b_theory" in data:
        handles.append(Line2D([], [], color="k", marker="v", ms=4, mfc="k", ls="",
                              label=f"{style.symbol('t_b')}, closed form"))
    style.legend(figure, handles, 4)
    return figure


def _crossings(axis, part, points):
    """On the line φ = 0.7752: the measured crossing with its error; under it the closed form t_b."""
    axis.axhline(PHI_AT_BIFURCATION, color="0.45", lw=0.7, zorder=0)
    for k, (i, j) in enumerate(points):
        here = part.isel(mu=i, sigma2=j)
        if "t_clone" in here and np.isfinite(here.t_clone):
            error = float(here.t_clone_stderr) if "t_clone_stderr" in here else 0.0
            axis.errorbar(float(here.t_clone), PHI_AT_BIFURCATION, xerr=error, color=style.COLORS[k], marker="|", ms=9,
                          mew=1.1, capsize=0, zorder=5)
        if "t_b_theory" in here and here.t_b_theory <= part.t.max():
            axis.plot(float(here.t_b_theory), 0.495, marker="v", color=style.COLORS[k], ms=4, clip_on=False, zorder=5)


def order(data):
    """Mean absolute axis coordinate and Binder cumulant along the reverse process."""
    names = [name for name in ("axis_abs", "binder") if name in data]
    if not names:
        raise Skip("the file has neither axis_abs nor binder")
    parts = common.by_dimension(common.exact(data))
    points = common.reference_points(parts[-1], names[0])
    figure, axes = style.panels(len(parts), rows=len(names), height=0.55 + 1.85 * len(names), sharex=True)
    for row, name in zip(axes, names):
        for axis, part in zip(row, parts):
            handles = _curves(axis, part, name, points)
            if name == "binder":
                axis.axhline(0, color="0.45", lw=0.7, zorder=0)
        row[0].set_ylabel(style.label(data[name]))
    _title_and_label(axes, parts)
    style.legend(figure, handles)
    return figure


def quality(data):
    """Distance of the generated samples to the target against sigma2, averaged over mu, across sigma2 = 2."""
    data = common.exact(data)
    ratio = {"axis_2": f"{style.symbol('axis_2')} / exact", "transverse_2": "transverse variance / exact"}
    shown = [n for n in ("ks_distance", "axis_2", "transverse_2") if n in data and data[n].notnull().any()]
    if not shown:
        raise Skip("the file has none of ks_distance, axis_2, transverse_2")
    if data.sizes["sigma2"] < 2:
        raise Skip("it needs several values of sigma2")
    figure, axes = style.panels(len(shown), height=2.55, width=style.TWO_COLUMNS if len(shown) > 1 else None, sharex=True)
    first = data.isel(t=int(np.argmin(data.t.values)))
    columns = style.spread(data.sizes["sigma2"], 20)
    for axis, name in zip(axes[0], shown):
        for k, i in enumerate(style.spread(data.sizes["d"])):
            value, error = first[name].isel(d=i), first[f"{name}_stderr"].isel(d=i)
            if name != "ks_distance":
                if f"{name}_theory" not in first:
                    continue
                theory = first[f"{name}_theory"].isel(d=i)
                value, error = value / theory, error / theory
            if not value.notnull().any():
                continue
            count = value.notnull().sum("mu")
            mean, spread = value.mean("mu"), np.sqrt((error**2).sum("mu")) / count.where(count > 0)
            shift = (k - 1) * 0.012 * float(data.sigma2.max())
            axis.errorbar(data.sigma2.values[columns] + shift, mean.values[columns], spread.values[columns],
                          **style.points(k), label=style.equals(d=data.d[i]))
        axis.axvline(2, color="k", lw=0.8, ls=(0, (4, 2)), zorder=0)
        axis.set_xlabel(style.label(data.sigma2))
        axis.set_ylabel(ratio.get(name, "Kolmogorov–Smirnov distance"))
        if name != "ks_distance":
            axis.axhline(1, color="k", lw=0.8, zorder=0)
            _symmetric(axis, 1)
    style.letter(axes)
    handles, _ = axes[0, 0].get_legend_handles_labels()
    handles.append(Line2D([], [], color="k", lw=0.8, ls=(0, (4, 2)), label=r"$\sigma^2=2$"))
    if "ks_distance" in shown:
        axes[0, 0].set_ylim(0)
        if "ks_distance_expected" in first:
            expected = float(first.ks_distance_expected.median())
            axes[0, 0].axhline(expected, color="k", lw=0.8, ls=":", zorder=0)
            handles.append(Line2D([], [], color="k", lw=0.8, ls=":", label="expected of a perfect sample"))
    style.legend(figure, handles)
    return figure


def _symmetric(axis, center):
    """Limits symmetric about the exact value, so that a bias shows."""
    half = max(abs(limit - center) for limit in axis.get_ylim())
    axis.set_ylim(center - half, center + half)


def finite_n(data):
    """What N data points make of t_S and of the boundary: shift and spread over datasets, share of datasets that break."""
    finite = [float(n) for n in data.N.values if np.isfinite(n)]
    if len(finite) < 2:
        raise Skip("it needs at least two finite N")
    require(data, "t_s_dataset_mean", "t_s_dataset_mean_stderr", "t_s_theory", "broken", "broken_stderr")
    part = data.isel(d=int(np.abs(data.d.values - 4).argmin())).sel(N=finite)
    two = data.sizes["mu"] > 1
    figure, axes = style.panels(2 if two else 1, height=2.7)
    _shift(axes[0, 0], part)
    if two:
        _broken(axes[0, 1], part.isel(sigma2=int(np.abs(data.sigma2.values - 1).argmin())))
    style.letter(axes)
    return figure


def _shift(axis, part):
    """t_S of datasets less that of the exact score; bars are the spread over datasets that break the symmetry."""
    points = [(i, j) for i, j in common.reference_points(part, "t_s_dataset_mean")
              if np.isfinite(part.t_s_theory.isel(mu=i, sigma2=j, N=0))]
    for k, (i, j) in enumerate(points):
        here = part.isel(mu=i, sigma2=j)
        spread = here.t_s_dataset_mean_stderr * np.sqrt(here.replicas_done * here.broken)
        side_by_side = part.N.values * 1.05 ** (k - (len(points) - 1) / 2)
        axis.errorbar(side_by_side, (here.t_s_dataset_mean - here.t_s_theory).values, spread.values, **style.points(k),
                      label=style.equals(mu=here.mu, sigma2=here.sigma2))
    axis.axhline(0, color="k", lw=0.9, zorder=0)
    axis.set_xscale("log")
    axis.set(xlabel=style.label(part.N), ylabel=r"$t_\mathrm{S}(N)-t_\mathrm{S}(\infty)$", title=style.equals(d=part.d))
    if points:
        low, high = axis.get_ylim()
        axis.set_ylim(low - 0.5 * (high - low), high)  # room for the legend
        axis.legend(loc="lower right", title="mean and spread over datasets", title_fontsize=6.8)


def _broken(axis, part):
    """The share of datasets whose symmetric state loses its stability at some t, across the boundary of the exact score."""
    for k, i in enumerate(style.spread(part.sizes["N"])):
        here = part.isel(N=i)
        axis.errorbar(here.mu.values, here.broken.values, here.broken_stderr.values, **style.points(k),
                      label=style.equals(N=here.N))
        axis.plot(here.mu.values, here.broken.values, color=style.COLORS[k], ls=style.LINES[k], lw=0.6, zorder=0)
    room = 1 - (float(part.sigma2) - 1) ** 2
    if room > 0:
        axis.axvline(np.sqrt(room / (2 * float(part.d))), color="k", lw=1.1, label=r"boundary at $N=\infty$")
    axis.set(xlabel=style.label(part.mu), ylabel="datasets that break", ylim=(-0.05, 1.05),
             title=style.equals(d=part.d, sigma2=part.sigma2))
    axis.legend(loc="lower right")
