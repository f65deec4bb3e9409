"""Figures of phase_diagram over the plane (mu, sigma2): the measured phases and the speciation time."""
import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gdmsweep import reduced, style
from gdmsweep.plots import phase_diagram_common as common
from gdmsweep.plots import notes, require

PHASES = ("unbroken", "stable breaking", "unstable breaking")
PHASE_COLORS = ("#F4F4F4", "#8FC6EA", "#D9803F")  # light, middle, dark in grey print
UNDECIDED_COLOR = "#6A6A6A"
#: Up to how many points of a panel are marked by dots.
FEW_POINTS = 200


def phases(data):
    """Measured phases over (mu, sigma2), one panel for each d (or N), with the boundaries of the exact score."""
    require(data, "phase")
    common.require_grid(data)
    panels = common.by_panel(data, "phase")
    figure, axes = style.panels(len(panels), height=2.75 if len(panels) > 1 else 3.6, sharey=True)
    colors, norm = ListedColormap((*PHASE_COLORS, UNDECIDED_COLOR)), BoundaryNorm([-0.5, 0.5, 1.5, 2.5, 3.5], 4)
    seen = set()
    for axis, (title, points) in zip(axes[0], panels):
        part = reduced.filled(points).transpose("sigma2", "mu", ...)
        shown = np.where(_undecided(part), len(PHASES), part.phase.values)
        style.not_computed(axis)
        _mesh(axis, part, np.ma.masked_invalid(shown), cmap=colors, norm=norm)
        common.theory_lines(axis, float(part.d), part)
        _name_phases(axis, part, shown, 72 * figure.get_figwidth() / len(panels))
        _centres(axis, points)
        seen |= set(np.unique(shown).tolist())
        axis.set(title=title, xlabel=style.label(data.mu))
    axes[0, 0].set_ylabel(style.label(data.sigma2))
    handles = [Patch(facecolor=color, edgecolor="k", lw=0.4, label=name) for i, (color, name)
               in enumerate(zip((*PHASE_COLORS, UNDECIDED_COLOR), (*PHASES, "undecided (2 s.e.)"))) if i in seen]
    if any(np.isnan(value) for value in seen):
        handles.append(style.NOT_COMPUTED)
    handles += [Line2D([], [], label=r"$2d\mu^2+(\sigma^2-1)^2=1$", **common.BOUNDARY),
                Line2D([], [], label=r"$\sigma^2=2$", **common.THRESHOLD)]
    style.letter(axes)
    style.legend(figure, handles)
    _say_cells(data)
    return figure


def _centres(axis, points):
    """Dots at the computed points of a coarse grid, whose cells reach far beyond them."""
    mu, sigma2 = np.meshgrid(points.mu.values, points.sigma2.values, indexing="ij")
    done = points.replicas_done.transpose("mu", "sigma2").values > 0
    if done.size <= FEW_POINTS:
        axis.plot(mu[done], sigma2[done], ls="", marker=".", ms=2, mew=0, color="0.25")
        notes.remark("dots: computed points")


def _say_cells(data):
    """How many points stand behind the cells of a refined grid."""
    axis = reduced.refined_axis(data)
    if axis:
        there = int((data.replicas_done > 0).sum())
        notes.remark(f"{there:,} computed points, each with a cell half way to the next along {style.symbol(axis)}")


def _undecided(data):
    """Cells whose phase could turn with two standard errors of the measured slopes at the smallest t."""
    if "response_stderr" not in data or "outer_response_stderr" not in data:
        return np.zeros(data.phase.shape, bool)
    slopes, errors = common.slopes_at_origin(data, ""), common.slopes_at_origin(data, "_stderr")
    near = [np.abs(slope) < 2 * error for slope, error in zip(slopes, errors)]  # false where there is no error
    # The inner slope decides between broken and not, the outer one between stable and unstable.
    return (near[0] & (data.phase.values < 2)) | (near[1] & (data.phase.values > 0))


def _name_phases(axis, part, shown, width):
    """Writes each phase's name where it fits, across or upright; `width` of the panel in points."""
    for value, name in enumerate(PHASES):
        inside = shown == value
        if inside.sum() < 0.02 * shown.size:
            continue
        for size, upright in ((7, False), (6, False), (6, True)):
            extent = np.array([1.5 * size, 0.62 * size * len(name)]) / (0.8 * width)  # rows, columns; share of the panel
            place = _deepest(inside, extent[::-1] if upright else extent)
            if place is not None:
                axis.text(part.mu.values[place[1]], part.sigma2.values[place[0]], name, ha="center", va="center",
                          fontsize=size, rotation=90 if upright else 0)
                break


def _deepest(inside, extent):
    """The cell nearest to the middle of all cells around which a box of `extent` (share of rows, columns) is inside."""
    half = np.ceil(np.array(inside.shape) * extent / 2).astype(int)
    fits = [(row, column) for row in range(half[0], inside.shape[0] - half[0])
            for column in range(half[1], inside.shape[1] - half[1])
            if inside[row - half[0]:row + half[0] + 1, column - half[1]:column + half[1] + 1].all()]
    if not fits:
        return None
    middle = np.mean(fits, axis=0)
    return min(fits, key=lambda cell: float(((np.array(cell) - middle) ** 2).sum()))


def _mesh(axis, data, values, **keywords):
    return axis.pcolormesh(style.edges(data.mu.values), style.edges(data.sigma2.values), values, rasterized=True,
                           linewidth=0, **keywords)


def speciation_time(data):
    """Measured t_S over (mu, sigma2), and its deviation from the closed form against its stated error."""
    require(data, "t_s", "t_s_stderr", "t_s_theory")
    common.require_grid(data)
    panels = common.by_panel(data, "t_s")
    figure, axes = style.panels(len(panels), rows=2, height=4.3)
    top = max(float(part.t_s.max()) for _, part in panels)
    holes = False
    for axis, (title, points) in zip(axes[0], panels):
        part = reduced.filled(points).transpose("sigma2", "mu", ...)
        style.not_computed(axis)
        holes |= bool((part.replicas_done == 0).any())
        _mesh(axis, part, np.ma.masked_where(part.replicas_done.values == 0, np.ones(part.t_s.shape)),
              cmap=ListedColormap(["white"]))
        image = _mesh(axis, part, np.ma.masked_invalid(part.t_s.values), cmap="cividis", vmin=0, vmax=top)
        common.theory_lines(axis, float(part.d), part, threshold=False)
        axis.set(title=title, xlabel=style.label(data.mu))
        if axis is axes[0, 0]:
            axis.set_ylabel(style.label(data.sigma2))
    figure.colorbar(image, ax=list(axes[0]), label=f"measured {style.symbol('t_s')}", pad=0.02, aspect=18)
    exact = [_deviations(axis, part) if np.isinf(part.N) else _no_theory(axis)
             for axis, (_, part) in zip(axes[1], panels)]
    axes[1, 0].set_ylabel(f"|{style.symbol('t_s')} − theory|")
    style.letter(axes)
    handles = [Line2D([], [], label=f"{style.symbol('t_s')} = 0, closed form", **common.BOUNDARY),
               Patch(facecolor="white", edgecolor="k", lw=0.4, label=f"no {style.symbol('t_s')} among the measured $t$")]
    handles += [style.NOT_COMPUTED] if holes else []
    if any(exact):
        handles += [Line2D([], [], color=style.COLORS[0], marker="o", ms=2, ls="", label="one point"),
                    Line2D([], [], color="k", lw=0.9, label="1 s.e."),
                    Line2D([], [], color="k", lw=0.9, ls=(0, (4, 2)), label="3 s.e.")]
    style.legend(figure, handles)
    _say_cells(data)
    return figure


def _no_theory(axis):
    """Where the score is that of N points, the closed form is another one's."""
    axis.set_axis_off()
    style.say(axis, "no closed form\nat finite $N$")
    return False


def _deviations(axis, part):
    """What the measurement is off by against the error it states, at the computed points; below the lines it is better than
    it claims. Returns whether there are any."""
    deviation = np.abs(part.t_s - part.t_s_theory).values.ravel()
    error = part.t_s_stderr.values.ravel()
    both = np.isfinite(deviation)
    good = both & (error > 0)
    axis.set(xscale="log", yscale="log", xlabel=f"stated s.e. of {style.symbol('t_s')}")
    if (both & ~good).any():
        notes.omit(f"{int((both & ~good).sum())} of {int(both.sum())} points in the lower row: {reduced.why_no_error(part, 't_s')}")
    if not good.any():
        axis.set_axis_off()
        style.say(axis, "no measured and\nexpected $t_\\mathrm{S}$ with an error")
        return False
    deviation, error = np.maximum(deviation[good], 1e-16), error[good]  # the last digit of t_S, for a logarithmic axis
    axis.plot(error, deviation, "o", color=style.COLORS[0], ms=1.2, mew=0, rasterized=True)
    ends = np.array([error.min(), error.max()]) * (1 if error.max() > error.min() else np.array([0.5, 2]))
    axis.plot(ends, ends, color="k", lw=0.9)
    axis.plot(ends, 3 * ends, color="k", lw=0.9, ls=(0, (4, 2)))
    axis.set_ylim(np.quantile(deviation, 0.01) / 3, 10 * max(error.max(), deviation.max()))
    beyond = [f"{100 * (deviation > k * error).mean():.2g} % beyond {k} s.e." for k in (1, 3)]
    axis.text(0.04, 0.96, "\n".join([f"{len(error):,} points", *beyond]), transform=axis.transAxes, va="top", fontsize=6.5)
    return True
