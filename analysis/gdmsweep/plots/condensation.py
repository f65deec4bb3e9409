"""Figures of the experiment condensation: when the score of N training points begins to single one of them out.

Markers are measured; black and grey lines are closed forms for large d (Biroli et al.; random energy model).
"""
import numpy as np

from gdmsweep.plots.condensation_curves import curves, distribution
from gdmsweep.plots.condensation_data import user_data
from gdmsweep.plots.condensation_regimes import regimes
from gdmsweep.plots.condensation_times import finite_size, times

GRID = ("state", "d", ("alpha", "ln_N", "N"))

FIGURES = {
    "condensation": curves,
    "condensation_time": times,
    "condensation_finite_size": finite_size,
    "condensation_distribution": distribution,
    "condensation_data": user_data,
    "condensation_regimes": regimes,
}

#: How many states must lie on either side of an identity between averages before its spread is that of a Gaussian.
FEW_STATES = 50


def comparable(data):
    """The identities where enough states condense and enough do not: elsewhere one state in many makes the average."""
    if "participation_ratio" not in data:
        return data, ""
    states = data.replicas_done * float(data.attrs.get("samples", 1))
    mean = data.participation_ratio
    common = states * np.minimum(mean, 1 - mean) >= FEW_STATES
    names = [name + end for name in ("participation_identity", "entropy_identity") for end in ("", "_theory")]
    return (data.assign({name: data[name].where(common).transpose(*data[name].dims) for name in names if name in data}),
            f"where {FEW_STATES} states or more condense, and {FEW_STATES} do not")
