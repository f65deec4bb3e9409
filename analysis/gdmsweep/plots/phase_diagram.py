"""Figures of the experiment phase_diagram: measured phases of (mu, sigma2) and what lies behind them.

Everything coloured or marked is measured; lines are closed forms (Yu and Huang, section III.C and appendix B).
"""
import numpy as np

from gdmsweep.plots.phase_diagram_common import exact, slopes_at_origin  # noqa: F401  (check.py asks for the slopes)
from gdmsweep.plots.phase_diagram_curves import clones, order, quality
from gdmsweep.plots.phase_diagram_finite_n import finite_n
from gdmsweep.plots.phase_diagram_maps import phases, speciation_time

GRID = ("mu", "sigma2", "d", "N")

PARTNERS = {"t_clone": "t_b_theory"}  # measured quantities whose closed form has another name
PROBABILITIES = ("clone_agreement", "clone_agreement_sign")  # means over samples of something between 0 and 1

FIGURES = {
    "phase_diagram": phases,
    "phase_diagram_t_s": speciation_time,
    "phase_diagram_clones": clones,
    "phase_diagram_quality": quality,
    "phase_diagram_finite_N": finite_n,
    "phase_diagram_order": order,
}


def comparable(data):
    """The part to which the closed forms apply, and what that is."""
    finite = int(np.isfinite(data.N.values).sum())
    if finite < data.sizes["N"]:
        return exact(data), f"exact score (N = inf){f'; {finite} finite N are left out' if finite else ''}"
    return exact(data), f"N = {float(data.N.max()):g}, although the closed forms are those of N = inf"
