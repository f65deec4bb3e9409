"""Where an adaptive sweep spent its replicas: the same figure for every experiment."""
import numpy as np
from matplotlib.colors import LogNorm

from gdmsweep import style
from gdmsweep.plots import Skip, notes


def draw(panel, part, axes, norm, refined):
    """Cells of a whole grid, points of a refined one."""
    if refined:
        x, y = np.meshgrid(*(part[name].values for name in axes), indexing="ij")
        there = part.values > 0
        return panel.scatter(x[there], y[there], c=part.values[there], s=2.5, norm=norm, cmap="viridis", lw=0, rasterized=True)
    x, y = (style.edges(part[name].values) for name in axes)
    style.not_computed(panel)
    return panel.pcolormesh(x, y, np.where(part.values > 0, part.values, np.nan).T, norm=norm, cmap="viridis", rasterized=True)


def replicas(data):
    """Replicas of each point."""
    if not (data.attrs.get("target_error") or data.attrs.get("refine")):
        raise Skip("the job fixed the replicas of all points")
    done = data.replicas_done
    axes = sorted((name for name in done.dims if done.sizes[name] > 1), key=lambda name: -done.sizes[name])[:2]
    if not axes:
        raise Skip("a single point")
    axes.sort(key=list(done.dims).index)
    others = [name for name in done.dims if name not in axes]
    columns = done.stack(panel=others).transpose("panel", *axes) if others else done.expand_dims("panel")
    chosen = [i for i in range(columns.sizes["panel"]) if columns.isel(panel=i).values.any()]
    chosen = [chosen[i] for i in style.spread(len(chosen))]
    _say_dropped(columns, others, chosen)
    figure, panels = style.panels(len(chosen))
    top = max(2.0, float(done.max()))
    low = min(float(done.where(done > 0).min()), top / 2)
    for panel, place in zip(panels.flat, chosen):
        part = columns.isel(panel=place)
        if len(axes) == 1:
            there = part.values > 0
            panel.plot(part[axes[0]].values[there], part.values[there], ls="", marker="o", mfc="white", ms=3)
            panel.set_ylabel("replicas")
        else:
            image = draw(panel, part, axes, LogNorm(low, top), refined=bool(data.attrs.get("refine")))
            panel.set_ylabel(style.label(part[axes[1]]))
        panel.set_xlabel(style.label(part[axes[0]]))
        varied = {name: part[name].values for name in others if data.sizes[name] > 1}
        panel.set_title(style.equals(**varied) if varied else "")
    if len(axes) == 2:
        figure.colorbar(image, ax=panels, label="replicas")
    style.letter(panels)
    notes.remark(f"{int((done > 0).sum()):,} computed points")
    if len(axes) == 2 and not data.attrs.get("refine") and bool((columns.isel(panel=chosen) == 0).any()):
        style.legend(figure, [style.NOT_COMPUTED])
    return figure


def _say_dropped(columns, others, chosen):
    """The panels that are not drawn, one line each."""
    for i in range(columns.sizes["panel"]):
        if i not in chosen:
            notes.omit(", ".join(f"{name} = {style.plain(columns[name].values[i] if columns[name].ndim else columns[name].item())}"
                                 for name in others) + ("" if columns.isel(panel=i).values.any() else ", not computed yet"))
