"""The dynamical regimes over (t, alpha): Brownian, generalising, collapsed (Biroli et al., fig. 1), as measured."""
import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.lines import Line2D

from gdmsweep import reduced, style
from gdmsweep.plots import PHI_AT_BIFURCATION, Skip, condensation_common as common, notes

#: 0, 1, 2: colour and name, light to dark so that they differ in grey.
REGIMES = (("#F0E9D2", "Brownian"), ("#9CC8DC", "generalising"), ("#3A6E8F", "collapsed"))
TIMES = {"t_s_clone": (r"measured $t_\mathrm{S}$, clones agree with 0.7752", "t_b_theory", "s"),
         "t_c_half": (r"measured $t_\mathrm{C}$, $\langle Y\rangle=\frac{1}{2}$", "t_c_half_large_d", "o")}


def regime(part):
    """2 where one point has most of the weight, else 1 where clones agree on the class, else 0; NaN where not measured."""
    agree, condensed = part.clone_agreement.values, part.participation_ratio.values
    value = np.where(condensed > 0.5, 2.0, np.where(agree > PHI_AT_BIFURCATION, 1.0, 0.0))
    return np.where(np.isfinite(agree) & np.isfinite(condensed), value, np.nan)


def regimes(data):
    """Regimes over time and number of points, with the measured lines t_S and t_C between them and their closed forms."""
    common.require_gaussian(data, "clone_agreement", "participation_ratio", "t_c_half", "t_s_clone")
    name = common.size_axis(data)
    if "t_at_point" in data and data.attrs.get("t_unit") != "absolute":
        raise Skip("it needs the same times for all points: t_unit = absolute")
    if data.sizes[name] < 3:
        raise Skip(f"it needs several values of {name}")
    if "planted" not in data.state.values:
        raise Skip("it needs planted states")
    points = notes.at(data, d=np.inf, state="planted").sortby("t").sortby(name)
    part = reduced.filled(points)
    figure, axes = style.panels(1, height=3.2)
    axis = axes[0, 0]
    t, size = part.t.values, part[name].values
    colors = ListedColormap([color for color, _ in REGIMES])
    cells = regime(part.transpose(name, "t", ...))
    style.not_computed(axis)
    axis.pcolormesh(_edges(t), _edges(size), np.ma.masked_invalid(cells), cmap=colors,
                    norm=BoundaryNorm([-0.5, 0.5, 1.5, 2.5], 3), rasterized=True, linewidth=0)
    for measured, (_, theory, marker) in TIMES.items():
        axis.plot(part[theory].values, size, color="k", lw=1.0, path_effects=style.CASED,
                  ls="-" if measured == "t_s_clone" else (0, (4, 2)))
        time, error = points[measured].values, reduced.error(points, measured)
        axis.errorbar(time, size, xerr=error if np.isfinite(error).any() else None, ls="", marker=marker, ms=3, color="k",
                      mfc="white", mew=0.8, elinewidth=0.7)
        if (np.isfinite(time) & ~np.isfinite(error)).any():
            notes.remark(f"no bar: {reduced.why_no_error(points, measured)}")
    axis.plot(part.t_c_theory.values, size, color="0.35", lw=0.8, ls=(0, (1, 1)))
    axis.set(xscale="log", yscale="log", xlim=(t.min(), t.max()), ylim=(size.min(), size.max()), xlabel=style.label(part.t),
             ylabel=style.label(part[name]), title=style.equals(mu=part.mu, sigma2=part.sigma2, d=part.d)
             if "mu" in part.coords and part.mu.ndim == 0 else style.equals(d=part.d))
    _names(axis, part, name, cells)
    handles = [Line2D([], [], ls="", marker=marker, ms=3.5, color="k", mfc="white", mew=0.8, label=label)
               for label, _, marker in TIMES.values()]
    handles += [Line2D([], [], color="k", label=r"$t_\mathrm{b}$"),
                Line2D([], [], color="k", ls=(0, (4, 2)), label=r"$\langle Y\rangle=\frac{1}{2}$, large $d$"),
                Line2D([], [], color="0.35", lw=0.8, ls=(0, (1, 1)), label=r"published $t_\mathrm{C}$")]
    handles += [style.NOT_COMPUTED] if np.isnan(cells).any() else []
    style.legend(figure, handles, 2)
    return figure


def _edges(values):
    return np.exp(style.edges(np.log(values)))


def _names(axis, part, name, cells):
    """The name of each regime near the middle of its cells, off the line t_C."""
    for value, (_, text) in enumerate(REGIMES):
        rows, columns = np.nonzero(cells == value)
        if len(rows) >= 6:
            axis.text(np.exp(np.log(part.t.values[columns]).mean()), np.quantile(part[name].values[rows], 0.6), text,
                      ha="center", va="center", color="white" if value == 2 else "k", fontsize=8)
