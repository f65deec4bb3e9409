"""What the functions of a model are given."""
import types

import gdmsweep.experiment as api
from _gdm import program


class Point(types.SimpleNamespace):
    """The parameters of a point: numbers, words, arrays for inner axes."""

    def __getitem__(self, name):
        return getattr(self, name)

    def __contains__(self, name):
        return hasattr(self, name)

    def __getattr__(self, name):
        raise AttributeError(f"the point has no '{name}'; it has {', '.join(self.__dict__)}")


class Means(Point):
    """The combined observables of a point."""

    def __getattr__(self, name):
        raise AttributeError(f"there is no observable '{name}'; there are {', '.join(self.__dict__)}")


class Stop:
    """Whether the program is to end. A long replica calls check() every few milliseconds."""

    @property
    def requested(self):
        return program.stop_requested()

    def check(self):
        if program.stop_requested():
            raise api.Stopped
