"""Figures of the experiment trajectories: single paths in front of the density of all (Yu and Huang, fig. 1)."""
import numpy as np

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("mu", "sigma2", "d", "direction", "integrator")

DRAWN_PATHS = 10  # over time
TRACED_PATHS = 4  # in the plane
SNAPSHOTS = 4
INK = "0.15"
FEW = 20  # samples in a bin, below which its error is not known from the spread of the replicas


def comparable(data):
    """Bins that many samples hit: elsewhere most replicas have none."""
    expected = data.density_theory * float(data.a[1] - data.a[0]) * data.attrs["samples"] * data.replicas_done
    return data.assign(density=data.density.where(expected >= FEW)), f"bins with {FEW} samples or more"


def _start(data):
    """The first classes of the file; times ascending."""
    return notes.at(data, mu=1, sigma2=0).sortby("t")


def _is_flow(integrator):
    return str(integrator).startswith("flow_")


def _processes(data, flows=(False, True)):
    """(direction, integrator, title) of what is drawn: the SDE forward and in reverse, the probability flow in reverse."""
    found = []
    for flow in flows:
        names = [name for name in data.integrator.values if _is_flow(name) == flow]
        ways = [way for way in ("forward", "reverse") if way in data.direction.values and not (flow and way == "forward")]
        found += [(way, names[0], "probability flow" if flow else f"{way} SDE") for way in ways if names]
    done = [one for one in found if int(data.sel(direction=one[0], integrator=one[1]).replicas_done.max()) > 0]
    for one in found:
        if one not in done:
            notes.omit(f"{one[2]}: not computed yet")
    if not found:
        raise Skip("it needs an integrator of the SDE, or the reverse process" if True in flows else
                   "it needs an integrator of the SDE")
    if not done:
        raise Skip("no replica of the classes it would show is done yet")
    notes.show("integrator", list(dict.fromkeys(integrator for _, integrator, _ in done)))
    notes.show("direction", list(dict.fromkeys(direction for direction, _, _ in done)))
    names = {_is_flow(integrator): str(integrator).replace("_", " ") for _, integrator, _ in done}
    if len(names) > 1:
        notes.remark(f"SDE by {names[False]}, probability flow by {names[True]}")
    return done


def over_time(data):
    """Paths of the axis coordinate over time, in front of the density of all."""
    require(data, "axis_coordinate", "density_theory")
    part = notes.at(_start(data), d=1)
    processes = _processes(part)
    notes.remark(f"{min(DRAWN_PATHS, part.sizes['path'])} paths, coloured by turns")
    if part.sizes["path"] > DRAWN_PATHS:
        notes.omit(f"{part.sizes['path'] - DRAWN_PATHS} of {part.sizes['path']} stored paths")
    figure, axes = style.panels(len(processes), height=2.4, sharey=True)
    t, a = part.t.values, part.a.values
    for axis, (direction, integrator, title) in zip(axes[0], processes):
        here = part.sel(direction=direction, integrator=integrator)
        exact = here.density_theory.transpose("a", "t").values
        mesh = axis.pcolormesh(style.edges(t), style.edges(a), exact, cmap="YlGnBu", vmin=0,
                               vmax=float(part.density_theory.max()), rasterized=True)
        for i in range(min(DRAWN_PATHS, here.sizes["path"])):
            axis.plot(t, here.axis_coordinate.isel(path=i).values, color=INK if i % 2 else style.COLORS[1], lw=0.55)
        axis.set(xlabel="diffusion time $t$", title=title, xlim=(t[0], t[-1]), ylim=(a[0], a[-1]))
        if direction == "reverse":
            axis.invert_xaxis()
    axes[0, 0].set_ylabel("coordinate along the classes")
    style.letter(axes)
    figure.colorbar(mesh, ax=list(axes[0]), label="density of $p_t$", pad=0.015, aspect=18)
    return figure


def _snapshots(times):
    """The times of the file nearest to equally spaced ones."""
    return [int(np.abs(times - place).argmin()) for place in np.linspace(times[0], times[-1], SNAPSHOTS)]


def plane(data):
    """Samples of two classes in two dimensions, forward (above) and in reverse (below), and paths since the time before."""
    require(data, "axis_coordinate", "transverse_coordinate", "density_theory")
    if 2 not in data.d.values:
        raise Skip("it needs d = 2")
    part = notes.at(_start(data), d=2)
    processes = _processes(part, flows=(False,))
    places = _snapshots(part.t.values)
    notes.remark(f"shades: density of $p_t$ over its largest value, from 0.04; dots: {part.sizes['path']} samples; lines: "
                 f"{min(TRACED_PATHS, part.sizes['path'])} of their paths since the snapshot before")
    figure, axes = style.panels(len(places), rows=len(processes), height=0.3 + 1.9 * len(processes), sharex=True,
                                sharey=True)
    reach = float(np.abs(part.a).max()) * 0.8
    line = np.linspace(-reach, reach, 121)
    x1, x2 = np.meshgrid(line, line)
    for row, (direction, integrator, title) in zip(axes, processes):
        here = part.sel(direction=direction, integrator=integrator)
        axis_path, across = (here[name].transpose("t", "path").values
                             for name in ("axis_coordinate", "transverse_coordinate"))
        first, second = (axis_path - across) / np.sqrt(2), (axis_path + across) / np.sqrt(2)
        order = places if direction == "forward" else places[::-1]
        for column, (axis, place) in enumerate(zip(row, order)):
            gamma = float(here.class_variance[place])
            exact = here.density_theory.transpose("t", "a").values[place]
            along = np.interp((x1 + x2) / np.sqrt(2), here.a.values, exact, left=0, right=0)
            density = along * np.exp(-(x2 - x1) ** 2 / (4 * gamma)) / np.sqrt(2 * np.pi * gamma)
            axis.contourf(x1, x2, density / density.max(), levels=np.linspace(0.04, 1, 9), cmap="YlGnBu", alpha=0.75)
            axis.plot(first[place], second[place], ls="", marker="o", ms=1.3, mew=0, color=INK, alpha=0.6)
            before = order[max(column - 1, 0)]  # the way since the snapshot before
            lived = slice(min(before, place), max(before, place) + 1)
            for i in range(min(TRACED_PATHS, first.shape[1])):
                axis.plot(first[lived, i], second[lived, i], color=style.COLORS[1], lw=0.5)
                axis.plot(first[place, i], second[place, i], ls="", marker="o", ms=2.6, mew=0.5, mec="white",
                          color=style.COLORS[1])
            axis.set_aspect("equal")
            axis.set(xlim=(-reach, reach), ylim=(-reach, reach))
            axis.set_title(f"{title}, $t={part.t.values[place]:.3g}$" if column == 0 else f"$t={part.t.values[place]:.3g}$")
        row[0].set_ylabel("$x_2$")
    for axis in axes[-1]:
        axis.set_xlabel("$x_1$")
    return figure


def densities(data):
    """Histograms of the axis coordinate at a few times beside the density of p_t."""
    require(data, "density", "density_theory")
    part = notes.at(_start(data), d=1)
    processes = _processes(part)
    times = part.t.values
    places = sorted({int(np.abs(times - time).argmin()) for time in (0, 0.25, 0.75, times[-1])})
    notes.show("t", times[places])
    figure, axes = style.panels(len(processes), height=2.5, sharey=True)
    for axis, (direction, integrator, title) in zip(axes[0], processes):
        here = part.sel(direction=direction, integrator=integrator)
        for k, place in enumerate(places):
            now = here.isel(t=place)
            notes.curve(axis, now.a.values, now, "density_theory", color=style.COLORS[k], ls=style.LINES[k], lw=0.9)
            notes.measured(axis, now.a.values, now, "density", k, markersize=2.4)
        axis.set(xlabel="coordinate along the classes", title=title, xlim=(float(part.a[0]), float(part.a[-1])))
    axes[0, 0].set_ylabel("probability density")
    axes[0, 0].set_ylim(bottom=0)
    style.letter(axes)
    notes.remark("lines: density of $p_t$")
    style.legend(figure, [style.key(k, f"$t={part.t.values[place]:.3g}$") for k, place in enumerate(places)])
    return figure


FIGURES = {
    "trajectories": over_time,
    "trajectories_plane": plane,
    "trajectories_density": densities,
}
