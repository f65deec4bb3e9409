"""What the figures of phase_diagram share: which part of the file they show, and the closed-form boundaries."""
import math

import numpy as np

import style
from figures import Skip

BOUNDARY = {"color": "k", "lw": 1.1}
THRESHOLD = {"color": "k", "lw": 1.1, "ls": (0, (4, 2))}
#: (mu, sigma2) whose curves are drawn, as far as the grid has points nearby.
REFERENCE_POINTS = ((1.0, 0.3), (1.0, 1.0), (1.0, 2.5), (0.3, 0.6))


def exact(data):
    """The part with the exact score (N = infinity), or else that of the largest N."""
    return data.isel(N=int(np.argmax(data.N.values)))


PARTNERS = {"t_clone": "t_b_theory"}  # measured quantities whose closed form has another name
PROBABILITIES = ("clone_agreement", "clone_agreement_sign")  # means over samples of something between 0 and 1


def require_grid(data):
    if data.sizes["mu"] < 2 or data.sizes["sigma2"] < 2:
        raise Skip("it needs a grid of at least 2 × 2 points in mu and sigma2")


def by_dimension(data):
    return [data.isel(d=i) for i in style.spread(data.sizes["d"])]


def slopes_at_origin(data, end):
    """Inner and outer slope of the drift at the smallest t: response and outer_response with `end` (_stderr, _theory)."""
    first = data.isel(t=int(np.argmin(data.t.values)))
    return [first[f"{name}{end}"].transpose(*data.phase.dims).values for name in ("response", "outer_response")]


def reference_points(data, variable):
    """Distinct grid points near REFERENCE_POINTS that hold values of `variable`, as (mu index, sigma2 index)."""
    points = []
    for mu, sigma2 in REFERENCE_POINTS:
        i = int(np.abs(data.mu.values - mu).argmin())
        j = int(np.abs(data.sigma2.values - sigma2).argmin())
        here = data.isel(mu=i, sigma2=j)
        if (i, j) not in points and bool(here[variable].notnull().any()):
            points.append((i, j))
    if not points:
        raise Skip(f"{variable} has no value at the points it would show")
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
