"""Figures of phase_diagram along one axis: clones and order parameter over t, sample quality over sigma2, t_S over N."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import reduced, style
from gdmsweep.plots import phase_diagram_common as common
from gdmsweep.plots import PHI_AT_BIFURCATION, Skip, notes, require


def _curves(axis, part, name, points):
    """Measured points with errors and the closed form, one series for each reference point."""
    handles = []
    chosen = notes.some(part, "t", 26)
    for k, (i, j) in enumerate(points):
        here = part.isel(mu=i, sigma2=j)
        times = (here.t_at_point if "t_at_point" in here else here.t).values
        notes.measured(axis, times, here, name, k, take=chosen)
        notes.curve(axis, times, here, f"{name}_theory", color=style.COLORS[k], ls=style.LINES[k], lw=0.9)
        handles.append(style.key(k, style.equals(mu=here.mu, sigma2=here.sigma2)))
    if part.t.max() > 0:
        axis.set_xlim(min(0, part.t.min()), part.t.max())
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
    parts = common.by_dimension(data, "clone_agreement")
    names = [name for name in ("clone_agreement", "clone_agreement_sign") if name in data]
    points = common.reference_points(parts, "clone_agreement")
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
            error = float(reduced.error(here, "t_clone"))
            axis.errorbar(float(here.t_clone), PHI_AT_BIFURCATION, xerr=error if np.isfinite(error) else None,
                          color=style.COLORS[k], marker="|", ms=9, mew=1.1, capsize=0, zorder=5)
        if "t_b_theory" in here and here.t_b_theory <= part.t.max():
            axis.plot(float(here.t_b_theory), 0.495, marker="v", color=style.COLORS[k], ms=4, clip_on=False, zorder=5)


def order(data):
    """Mean absolute axis coordinate and Binder cumulant along the reverse process."""
    names = [name for name in ("axis_abs", "binder") if name in data]
    if not names:
        raise Skip("the file has neither axis_abs nor binder")
    require(data, *names)
    parts = common.by_dimension(data, names[0])
    points = common.reference_points(parts, names[0])
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
    labels = {"ks_distance": "Kolmogorov–Smirnov distance", "axis_2": f"{style.symbol('axis_2')} / exact",
              "transverse_2": "transverse variance / exact"}
    shown = [name for name in labels if name in data and data[name].notnull().any()
             and (name == "ks_distance" or f"{name}_theory" in data)]
    if not shown:
        raise Skip("the file has no value of ks_distance, axis_2, transverse_2")
    if data.sizes["sigma2"] < 2:
        raise Skip("it needs several values of sigma2")
    figure, axes = style.panels(len(shown), height=2.55, width=style.TWO_COLUMNS if len(shown) > 1 else None, sharex=True)
    first = data.isel(t=int(np.argmin(data.t.values)))
    dimensions = notes.some(data, "d", of=shown[0])
    columns = _columns(data)
    sigma2 = data.sigma2.values
    for axis, name in zip(axes[0], shown):
        for k, i in enumerate(dimensions):
            part = first.isel(d=i)
            averaged = _over_mu(part, name, part[f"{name}_theory"] if name != "ks_distance" else None)
            shift = (k - (len(dimensions) - 1) / 2) * 0.012 * float(data.sigma2.max())
            notes.measured(axis, sigma2 + shift, averaged, name, k, take=columns)
            if f"{name}_expected" in averaged:
                axis.plot((sigma2 + shift)[columns], averaged[f"{name}_expected"].values[columns], color=style.COLORS[k],
                          lw=0.8, ls=":", zorder=0)
        axis.axvline(2, color="k", lw=0.8, ls=(0, (4, 2)), zorder=0)
        axis.set_xlabel(style.label(data.sigma2))
        axis.set_ylabel(labels[name])
        if name == "ks_distance":
            axis.set_ylim(0)
        else:
            axis.axhline(1, color="k", lw=0.8, zorder=0)
            _symmetric(axis, 1)
    style.letter(axes)
    handles = [style.key(k, style.equals(d=data.d[i]), line=False) for k, i in enumerate(dimensions)]
    handles.append(Line2D([], [], color="k", lw=0.8, ls=(0, (4, 2)), label=r"$\sigma^2=2$"))
    if "ks_distance" in shown and "ks_distance_expected" in first:
        handles.append(Line2D([], [], color="k", lw=0.8, ls=":", label="expected of a perfect sample, same points"))
    style.legend(figure, handles)
    notes.remark("means over the computed $\\mu$")
    return figure


def _columns(data):
    """Up to 20 places along sigma2, of those at which most values of mu were computed: what a refinement put between them has
    values of mu of its own choice."""
    count = (data.replicas_done > 0).any("d").sum("mu").values
    whole = np.flatnonzero(2 * count >= count.max())
    columns = [int(whole[i]) for i in style.spread(len(whole), 20)]
    if len(columns) < len(count):
        notes.show("sigma2", data.sigma2.values[columns])
    return columns


def _over_mu(part, name, unit):
    """Mean over the values of mu that were computed, with its error, and what is expected of the same points."""
    value, error = part[name], part[name].copy(data=reduced.error(part, name))
    if unit is not None:
        value, error = value / unit, error / unit
    there = value.notnull()
    spread = np.sqrt((error.where(there, 0.0) ** 2).sum("mu", skipna=False)) / there.sum("mu").where(there.any("mu"))
    result = {name: value.mean("mu"), f"{name}_stderr": spread}
    if f"{name}_expected" in part:
        result[f"{name}_expected"] = part[f"{name}_expected"].where(there).mean("mu")
    averaged = part[["replicas_done"]].assign(result)
    if f"{name}_stderr" in part:
        averaged[f"{name}_stderr"].attrs = part[f"{name}_stderr"].attrs
    return averaged


def _symmetric(axis, center):
    """Limits symmetric about the exact value, so that a bias shows."""
    half = max(abs(limit - center) for limit in axis.get_ylim())
    axis.set_ylim(center - half, center + half)
