"""The figures of each experiment, in a module of its name: gdmsweep/plots/NAME.py draws the experiment NAME.

Such a module has GRID, the grid dimensions its figures draw (a tuple: the one of these names that the job used), and FIGURES,
figure name -> function(data) -> matplotlib figure. With DRAWS_TABLES = True they also draw points from a table, whose rows then
are the one grid dimension; otherwise a table has the figures of all tables. Other modules here are what several of them share.
A function raises Skip where the file holds too little for its figure.
"""
import importlib
import pathlib

#: (1 + q(1))/2: clone agreement by class where p_t becomes bimodal.
PHI_AT_BIFURCATION = 0.775200245


class Skip(Exception):
    """Why a figure cannot be drawn from this file."""


def module_of(experiment):
    """The module that draws an experiment; None if there is none."""
    if not (experiment.isidentifier() and (pathlib.Path(__file__).parent / f"{experiment}.py").exists()):
        return None
    module = importlib.import_module(f"{__name__}.{experiment}")
    return module if hasattr(module, "FIGURES") else None


def experiments():
    """The names of all experiments that have figures."""
    names = sorted(path.stem for path in pathlib.Path(__file__).parent.glob("*.py"))
    return [name for name in names if name != "__init__" and module_of(name)]


def require(data, *names):
    """Skips the figure unless the file holds these variables, with a number in each."""
    for name in names:
        if name not in data:
            raise Skip(f"the file has no variable {name}")
        if not data[name].notnull().any():
            raise Skip(f"{name} has no value yet")
