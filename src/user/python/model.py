"""Reads a model file for the program: what it declares, and how its functions are called. What the program calls begins with no
underscore."""
import importlib
import inspect
import os
import pathlib
import random as _random
import re
import sys
import threading

import numpy as np

import gdmsweep.experiment as api
from _gdm import program
from _gdm.console import Console
from _gdm.draws import generator, seed_others, seeded_rng
from _gdm.files import Files, ModelError, essence
from _gdm.point import Means, Point, Stop
from _gdm.state import State, end, size_of, take_up

PATIENCE = 10  #: seconds of loading until a line says so


def _guard_exit():
    """os._exit() would end the rank without a word, and with exit code 0 tell a script that all is done."""
    leave, process = os._exit, os.getpid()

    def guarded(status):
        if os.getpid() != process:
            leave(status)
        raise RuntimeError("os._exit() ends no replica")
    os._exit = guarded


def prepare_interpreter():
    _guard_exit()
    np.random.default_rng = seeded_rng
    seed_others(0)
    sys.stdin = open(os.devnull)
    sys.dont_write_bytecode = True


class Model:
    """A loaded model: what it declares, and its functions as the program calls them."""

    def __init__(self, files, file):
        self.files, self.file = files, file
        self.name = file.removesuffix(".py")
        if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", self.name):
            raise ModelError(f"{file}: the experiment is called what its file is called: a letter, then letters, digits, underscores")
        if self.name in sys.stdlib_module_names or self.name in ("numpy", "gdmsweep"):
            raise ModelError(f"{file} has the name of a module of Python's; give the file another one")
        self.console = sys.stdout = sys.stderr = Console(file)
        sys.meta_path.insert(0, files)
        if files.folder:
            sys.path.insert(0, str(files.folder))
        self.module = self._execute()
        try:
            self._collect()
        except ValueError as error:
            raise ModelError(f"{file}: {error}") from None
        files.sealed = True

    def _execute(self):
        files, main = self.files, threading.get_ident()

        def notice():
            frame, names, place = sys._current_frames().get(main), files.names(), self.file
            while frame is not None and frame.f_code.co_filename not in names:
                frame = frame.f_back
            if frame is not None:
                place = f"{names[frame.f_code.co_filename]}:{frame.f_lineno}"
            program.show(f"{self.file} is still being loaded after {PATIENCE} s, at {place}; Ctrl-C ends it".encode())

        timer = threading.Timer(PATIENCE, notice)
        timer.daemon = True
        timer.start()
        try:
            if files.read(self.file) is None:
                raise ModelError(f"the code of {self.file} is missing")
            return importlib.import_module(self.name)
        except ModelError:
            raise
        except BaseException as error:  # a SystemExit too
            raise ModelError(files.text_of(error)) from None
        finally:
            timer.cancel()

    def _collect(self):
        space = vars(self.module)
        found, names = [], {}
        for name, one in space.items():
            if not isinstance(one, api.Declaration) or name == "lengthened_by":
                continue
            if id(one) in names:
                raise ValueError(f"'{names[id(one)]}' and '{name}' are one declaration")
            names[id(one)] = name
            one.name = one.name or name
            found.append(one)
        for said in (one.said for one in found):
            if "axes" in said:
                said["axes"] = [_name(axis) for axis in said["axes"]]
            said.update({key: _name(said[key]) for key in ("quantity", "axis", "sizes") if key in said})
        self.declarations = found
        self.fixed = {one.name: one.values for one in found if one.role == "axis"}
        self.question = self._question()
        self.version = space.get("version", 1)
        if not isinstance(self.version, int) or isinstance(self.version, bool):
            raise ValueError(f"version = {self.version!r} is no whole number")
        self.source = str(space.get("source", self.file))
        self.run = self._function("run", ("point", "random", "stop", "context", "state"))
        if self.run is None:
            raise ValueError("has no function run(point, random, stop)")
        if not any(one.role == "observable" for one in found):
            raise ValueError('declares no observable: density = observable("what it is")')
        self.prepare = self._function("prepare", ("settings", "inputs"))
        self.check = self._function("check", ("point",))
        self.cost = self._function("cost", ("point",))
        self.wants = list(inspect.signature(self.run).parameters)
        self._collect_state(space)
        for one in found:
            if one.role in ("derived", "theory"):
                self._arguments(one.function, ("point", "mean") if one.role == "derived" else ("point",), free=True)
            for name, function in one.said.get("functions", {}).items():
                if not callable(function):
                    raise ValueError(f"{name}={function!r} of '{one.name}' is to be a function")
                self._arguments(function, ("point",) if name == "offset" else ("point", "value"), free=True)

    def _collect_state(self, space):
        self.begin = self._function("begin", ("point", "random"))
        self.sized = None  # the last point of state_size(), and its answer
        if (self.begin is None) == ("state" in self.wants):
            raise ValueError("run() asks for state, which begin(point, random) is to return as it is before the first step"
                             if self.begin is None else "has a function begin() of a state that run(point, random, state) does not ask for")
        self.lengthened_by = _name(space.get("lengthened_by", ""))
        if self.lengthened_by and self.begin is None:
            raise ValueError(f"is lengthened by '{self.lengthened_by}', but has no state: def begin(point, random)")

    def _question(self):
        text = " ".join((self.module.__doc__ or "").split())
        if "?" not in text:
            raise ValueError('begin with a docstring that asks the question of the experiment: """How large is …?"""')
        return text[:text.index("?") + 1]

    def _function(self, name, allowed):
        function = vars(self.module).get(name)
        if function is None:
            return None
        if not inspect.isfunction(function):
            raise ValueError(f"'{name}' is to be a function")
        self._arguments(function, allowed)
        return function

    def _arguments(self, function, allowed, free=False):
        taken = list(inspect.signature(function).parameters)
        if (len(taken) > len(allowed)) if free else not set(taken) <= set(allowed):
            raise ValueError(f"{function.__name__}({', '.join(taken)}): the arguments are {', '.join(allowed)}")

    def code(self):
        """(name, text, essence) of the file and of the modules beside it that it imports; of a package `lattice.moves.py`."""
        return [(name.replace("/", "."), text, essence(text, name == self.file)) for name, text in self.files.texts.items()]

    def replica(self, values, key, word, context, saved=None):
        """What run() returns, a dictionary; begun anew, or going on from a state that was `saved`."""
        seed_others(hash((key, word)) & 0xFFFFFFFF)
        given = {"point": Point(**values, **self.fixed), "random": generator(key, word, self.begin is None), "stop": Stop(),
                 "context": context}
        if self.begin is not None:
            given["state"] = self._state(given["point"], given["random"])
            if size_of(given["state"]) != self.state_size(values):
                raise ModelError(f"{self.file}: begin() gives states of several sizes at one point; it takes arrays of one size")
            take_up(given["state"], saved)
        try:
            result = self.run(*[given[name] for name in self.wants])
        finally:
            self.console.end()
        if not isinstance(result, dict):
            raise ModelError(f"{self.file}: run() returned {_kind(result)}, not a dictionary of observables")
        if self.lengthened_by:
            end(given["state"])
        return result

    def _state(self, point, random):
        given = {"point": point, "random": random}
        first = self.begin(*[given[name] for name in inspect.signature(self.begin).parameters])
        try:
            return State(first, random)
        except (ValueError, OverflowError) as error:
            raise ModelError(f"{self.file}: {error}") from None

    def state_size(self, values):
        """Bytes of a replica's state at a point."""
        point = tuple(one.tobytes() if isinstance(one, np.ndarray) else one for one in values.values())
        if self.sized is None or self.sized[0] != point:
            before = np.random.get_state(), _random.getstate()
            size = size_of(self._state(Point(**values, **self.fixed), generator(0, 0, False)))
            np.random.set_state(before[0])
            _random.setstate(before[1])
            self.sized = point, size
        return self.sized[1]

    def value(self, declaration, values, means):
        """(value, systematic error) of a derived quantity or a theory; NaN where arithmetic has no result."""
        result = _calculated(declaration.function,
                             [Point(**values, **self.fixed)] + ([] if means is None else [Means(**means)]))
        return (result.value, result.systematic) if isinstance(result, api.uncertain) else (result, None)

    def prepared(self, settings, inputs):
        given = {"settings": Point(**settings, **self.fixed), "inputs": inputs}
        return self.prepare(*[given[name] for name in inspect.signature(self.prepare).parameters])

    def of_point(self, function, values):
        return function(Point(**values, **self.fixed))

    def of_value(self, function, values, value):
        """A function of a declaration along an axis, at a point and its value on the axis; NaN where arithmetic has no result."""
        return _calculated(function, [Point(**values, **self.fixed), value])


def _calculated(function, given):
    """What a function returns of as many of these arguments as it takes; NaN where arithmetic has no result."""
    try:
        with np.errstate(all="ignore"):
            return function(*given[:len(inspect.signature(function).parameters)])
    except ArithmeticError:
        return np.nan
    except ValueError as error:
        if str(error) != "math domain error":
            raise
        return np.nan


def _name(one):
    """What something is called that may be declared in a variable."""
    return one.name if isinstance(one, api.Declaration) else str(one)


def _kind(value):
    return "nothing" if value is None else f"a {type(value).__name__}"


_loaded = {}


def load(path):
    path = pathlib.Path(path).absolute()
    if path not in _loaded:
        _loaded[path] = Model(Files(folder=path.parent), path.name)
    return _loaded[path]


def restore(texts):
    texts = {name.removesuffix(".py").replace(".", "/") + ".py": text for name, text in texts.items()}
    return Model(Files(texts=texts), next(iter(texts)))
