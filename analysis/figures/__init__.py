"""The figures of each experiment: one module each, listed here by the name of the experiment.

A module has GRID, the grid dimensions its figures draw (a tuple: the one of these names that the job used), and FIGURES,
figure name -> function(data) -> matplotlib figure.
A function raises Skip where the file holds too little for its figure.
"""
import importlib

EXPERIMENTS = {
    "condensation": "figures.condensation",
    "entropy_rate": "figures.entropy_rate",
    "fluctuation_theorem": "figures.fluctuation_theorem",
    "franz_parisi": "figures.franz_parisi",
    "phase_diagram": "figures.phase_diagram",
    "potential": "figures.potential",
    "rem": "figures.rem",
    "sample_quality": "figures.sample_quality",
    "speciation": "figures.speciation",
    "speed_accuracy": "figures.speed_accuracy",
    "spherical_condensation": "figures.spherical_condensation",
    "trajectories": "figures.trajectories",
    "two_deltas": "figures.two_deltas",
}

#: (1 + q(1))/2: clone agreement by class where p_t becomes bimodal.
PHI_AT_BIFURCATION = 0.775200245


class Skip(Exception):
    """Why a figure cannot be drawn from this file."""


def module_of(experiment):
    """The module that draws an experiment; KeyError if there is none."""
    return importlib.import_module(EXPERIMENTS[experiment])


def require(data, *names):
    """Skips the figure unless the file holds these variables, with a number in each."""
    for name in names:
        if name not in data:
            raise Skip(f"the file has no variable {name}")
        if not data[name].notnull().any():
            raise Skip(f"{name} has no value yet")
