"""What the figures of phase_diagram share: which part of the file they show, and the closed-form boundaries."""
import math

import numpy as np

from gdmsweep import style
from gdmsweep.plots import Skip, notes

BOUNDARY = {"color": "k", "lw": 1.1}
THRESHOLD = {"color": "k", "lw": 1.1, "ls": (0, (4, 2))}
#: (mu, sigma2) whose curves are drawn, as far as the grid has computed points nearby.
REFERENCE_POINTS = ((1.0, 0.3), (1.0, 1.0), (1.0, 2.5), (0.3, 0.6))
#: How near, in units of the extent of each axis.
NEARBY = 0.2


def exact(data):
    """The part with the exact score (N = infinity), or else that of the largest N."""
    return notes.at(data, N=np.inf)


def require_grid(data):
    if data.sizes["mu"] < 2 or data.sizes["sigma2"] < 2:
        raise Skip("it needs a grid of at least 2 × 2 points in mu and sigma2")


def by_dimension(data, variable):
    """One part for each d at the exact score."""
    data = exact(data)
    return [data.isel(d=i) for i in notes.some(data, "d", of=variable)]


def by_panel(data, variable):
    """(title, part) of each panel of a map: one for each d at the exact score; for each N where a single d has several."""
    if data.sizes["d"] == 1 and data[variable].notnull().any(["mu", "sigma2", "d"]).sum() > 1:
        return [(style.equals(N=data.N[i]), data.isel(d=0, N=i)) for i in notes.some(data, "N", of=variable)]
    return [(style.equals(d=part.d), part) for part in by_dimension(data, variable)]


def slopes_at_origin(data, end):
    """Inner and outer slope of the drift at the smallest t: response and outer_response with `end` (_stderr, _theory)."""
    first = data.isel(t=int(np.argmin(data.t.values)))
    return [first[f"{name}{end}"].transpose(*data.phase.dims).values for name in ("response", "outer_response")]


def reference_points(parts, variable):
    """Distinct points near REFERENCE_POINTS at which all parts hold values of `variable`, as (mu index, sigma2 index)."""
    there = np.ones((parts[0].sizes["mu"], parts[0].sizes["sigma2"]), bool)
    for part in parts:
        others = [name for name in part[variable].dims if name not in ("mu", "sigma2")]
        there &= part[variable].notnull().any(others).transpose("mu", "sigma2").values
    mu, sigma2 = (parts[0][name].values for name in ("mu", "sigma2"))
    points = []
    for wanted in REFERENCE_POINTS:
        far = np.hypot(*np.meshgrid(*(np.abs(axis - np.clip(value, axis.min(), axis.max())) / (np.ptp(axis) or 1.0)
                                      for axis, value in zip((mu, sigma2), wanted)), indexing="ij"))
        far[~there] = np.inf
        i, j = np.unravel_index(far.argmin(), far.shape)
        if far[i, j] < NEARBY and (i, j) not in points:
            points.append((int(i), int(j)))
    if not points:
        raise Skip(f"{variable} has no value near the points it would show, (mu, sigma2) = "
                   + ", ".join(f"({m:g}, {s:g})" for m, s in REFERENCE_POINTS))
    rest = int(there.sum()) - len(points)
    if rest:
        notes.omit(f"{rest:,} other points of (mu, sigma2)")
    return points


def theory_lines(axis, d, data, threshold=True):
    """2 d mu² + (sigma2 − 1)² = 1 and sigma2 = 2, cut to the grid."""
    angle = np.linspace(0, np.pi, 400)
    axis.plot(np.sin(angle) / math.sqrt(2 * d), 1 - np.cos(angle), path_effects=style.CASED, **BOUNDARY)
    if threshold:
        axis.axhline(2, path_effects=style.CASED, **THRESHOLD)
    mu, sigma2 = style.edges(data.mu.values), style.edges(data.sigma2.values)
    axis.set_xlim(max(0, mu[0]), mu[-1])
    axis.set_ylim(max(0, sigma2[0]), sigma2[-1])
