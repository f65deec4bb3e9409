"""Reads a model file for the program: its text and that of the modules beside it, what it declares, and how it is called.
What the program calls begins with no underscore."""
import ast
import contextlib
import hashlib
import importlib.abc
import importlib.util
import inspect
import io
import os
import pathlib
import random as _random
import re
import sys
import threading
import types

import numpy as np

import gdmsweep.experiment as api

MOST_BYTES = 1 << 20  #: of a file
MOST_LINES = 100  #: printed by one process
PATIENCE = 10  #: seconds of loading until a line says so


class ModelError(Exception):
    """A model that cannot be used; the text is one line."""


class Files(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The modules of one model: those in its folder, or those that a sweep file keeps. What runs is the text that is kept."""

    def __init__(self, folder=None, texts=None):
        self.folder, self.kept = folder, texts
        self.texts = {}  # name below the folder -> text, as they are imported
        self.sealed = False

    def path(self, name):
        return str(self.folder / name) if self.folder else name

    def names(self):
        """The name of each file by its path, as tracebacks have it."""
        return {self.path(name): name for name in self.texts}

    def read(self, name):
        """The text of a file, kept from now on; None if there is none."""
        if name in self.texts:
            return self.texts[name]
        if self.kept is not None:
            text = self.kept.get(name)
        else:
            path = self.folder / name
            if not path.is_file():
                return None
            if path.stat().st_size > MOST_BYTES:
                raise ModelError(f"{name} has {path.stat().st_size / 1e6:.0f} MB, and a file of a model has 1 MB at most")
            try:
                text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
            except UnicodeDecodeError as error:
                raise ModelError(f"{name} is no UTF-8 text (byte {error.start})") from None
            except OSError as error:
                raise ModelError(f"{path}: {error.strerror}") from None
        if text is not None:
            self.texts[name] = text
        return text

    def find_spec(self, fullname, path=None, target=None):
        place = fullname.replace(".", "/")
        if fullname.partition(".")[0] in sys.stdlib_module_names:
            return None
        for name, package in ((f"{place}.py", False), (f"{place}/__init__.py", True)):
            known = name in self.texts
            if self.read(name) is None:
                continue
            if self.sealed and not known:
                raise ImportError(f"{name} is imported while replicas run: import it at the top, so that the sweep file keeps it")
            spec = importlib.util.spec_from_loader(fullname, self, origin=self.path(name), is_package=package)
            spec.loader_state, spec.has_location = name, True
            return spec
        if self.kept is not None and any(name.startswith(f"{place}/") for name in self.kept):
            spec = importlib.util.spec_from_loader(fullname, None, is_package=True)
            spec.submodule_search_locations = [f"<kept>/{place}"]
            return spec
        return None

    def exec_module(self, module):
        name = module.__spec__.loader_state
        exec(compile(self.texts[name], self.path(name), "exec", dont_inherit=True), module.__dict__)

    def place_of(self, error):
        """`percolation.py:17: ` of the innermost line of the model that an exception went through."""
        names, place = self.names(), ""
        if isinstance(error, SyntaxError) and error.filename in names:
            return f"{names[error.filename]}:{error.lineno}: "
        step = error.__traceback__
        while step is not None:
            file = step.tb_frame.f_code.co_filename
            if file in names:
                place = f"{names[file]}:{step.tb_lineno}: "
            step = step.tb_next
        return place

    def text_of(self, error):
        """The last line of a traceback, and its place in the model."""
        if isinstance(error, ModelError):
            return str(error)
        try:
            said = error.msg if isinstance(error, SyntaxError) else str(error)
        except Exception:
            said = "(its text cannot be made)"
        said = " ".join(said.split())
        said = said if len(said) <= 300 else said[:299] + "…"
        return f"{self.place_of(error)}{type(error).__name__}{': ' if said else ''}{said}"


class Console(io.TextIOBase):
    """What models print: on stderr, so that it meets nothing of the program's, and not more of it than can be read."""

    def __init__(self, name):
        self.name, self.lines, self.half = name, 0, False

    def writable(self):
        return True

    def show(self, text):
        with contextlib.suppress(OSError):  # nobody reads it
            os.write(2, text.encode(errors="replace"))

    def write(self, text):
        for line in str(text).splitlines(keepends=True):
            if self.lines < MOST_LINES:
                self.show(line[:1000])
            elif self.lines == MOST_LINES and not self.half:
                self.show(f"{self.name} has printed {MOST_LINES} lines; what it prints further is not shown\n")
                self.lines += 1
            self.half = not line.endswith("\n")
            self.lines += not self.half
        return len(text)


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
        return stop_requested()

    def check(self):
        if stop_requested():
            raise api.Stopped


class ReplicaSeed(np.random.bit_generator.ISpawnableSeedSequence):
    """The key of a replica's Philox, as it is: random.spawn() and other children come from SeedSequence([key, word])."""

    def __init__(self, key, word):
        self.key, self.word, self.sequence = key, word, None

    def generate_state(self, n_words, dtype=np.uint32):
        if n_words != 2 or dtype != np.uint64:
            raise ValueError("it is the key of a Philox")
        return np.array([self.key, self.word], np.uint64)

    def spawn(self, n_children):
        self.sequence = self.sequence or np.random.SeedSequence([self.key, self.word])
        return self.sequence.spawn(n_children)


def generator(key, word):
    """Equals np.random.Generator(np.random.Philox(key=np.array([key, word], np.uint64)))."""
    return np.random.Generator(np.random.Philox(ReplicaSeed(key, word)))


_default_rng = np.random.default_rng


def _seeded_rng(seed=None):
    if seed is None:
        raise ValueError("default_rng() draws other numbers on every call: use the argument `random` of run()")
    return _default_rng(seed)


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
    np.random.default_rng = _seeded_rng
    _seed_globals(0)
    sys.stdin = open(os.devnull)
    sys.dont_write_bytecode = True


def _seed_globals(seed):
    """np.random's own functions and Python's random, for models (and libraries) that use them all the same. 32 bits: they are no
    place for a large sweep."""
    np.random.seed(seed)
    _random.seed(seed)


class Model:
    """A loaded model: what it declares, and its functions as the program calls them."""

    def __init__(self, files, file):
        self.files, self.file = files, file
        self.name = file.removesuffix(".py")
        if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", self.name):
            raise ModelError(f"{file}: the experiment is called what its file is called: a letter, then letters, digits, underscores")
        if self.name in sys.stdlib_module_names or self.name in ("numpy", "gdmsweep"):
            raise ModelError(f"{file} has the name of a module of Python's; give the file another one")
        sys.stdout = sys.stderr = Console(file)
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
            os.write(2, f"{self.file} is still being loaded after {PATIENCE} s, at {place}; Ctrl-C ends it\n".encode())

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
            if not isinstance(one, api.Declaration):
                continue
            if id(one) in names:
                raise ValueError(f"'{names[id(one)]}' and '{name}' are one declaration")
            names[id(one)] = name
            one.name = one.name or name
            found.append(one)
        for one in found:
            if "axes" in one.said:
                one.said["axes"] = [axis.name if isinstance(axis, api.Declaration) else str(axis) for axis in one.said["axes"]]
        self.declarations = found
        self.fixed = {one.name: one.values for one in found if one.role == "axis"}
        self.question = self._question()
        self.version = space.get("version", 1)
        if not isinstance(self.version, int) or isinstance(self.version, bool):
            raise ValueError(f"version = {self.version!r} is no whole number")
        self.source = str(space.get("source", self.file))
        self.run = self._function("run", ("point", "random", "stop", "context"))
        if self.run is None:
            raise ValueError("has no function run(point, random, stop)")
        if not any(one.role == "observable" for one in found):
            raise ValueError('declares no observable: density = observable("what it is")')
        self.prepare = self._function("prepare", ("settings", "inputs"))
        self.check = self._function("check", ("point",))
        self.cost = self._function("cost", ("point",))
        self.wants = list(inspect.signature(self.run).parameters)
        for one in found:
            if one.function is not None and one.role in ("derived", "theory"):
                self._arguments(one.function, ("point", "mean") if one.role == "derived" else ("point",), free=True)

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

    def replica(self, values, key, word, context):
        """What run() returns, a dictionary."""
        _seed_globals(hash((key, word)) & 0xFFFFFFFF)
        given = {"point": Point(**values, **self.fixed), "random": generator(key, word), "stop": Stop(), "context": context}
        result = self.run(*[given[name] for name in self.wants])
        if not isinstance(result, dict):
            raise ModelError(f"{self.file}: run() returned {_kind(result)}, not a dictionary of observables")
        return result

    def value(self, declaration, values, means):
        """(value, systematic error) of a derived quantity or a theory; NaN where arithmetic has no result."""
        function = declaration.function
        given = [Point(**values, **self.fixed)] + ([] if means is None else [Means(**means)])
        try:
            with np.errstate(all="ignore"):
                result = function(*given[:len(inspect.signature(function).parameters)])
        except ArithmeticError:
            return np.nan, None
        except ValueError as error:
            if str(error) != "math domain error":
                raise
            return np.nan, None
        return (result.value, result.systematic) if isinstance(result, api.uncertain) else (result, None)

    def prepared(self, settings, inputs):
        given = {"settings": Point(**settings, **self.fixed), "inputs": inputs}
        return self.prepare(*[given[name] for name in inspect.signature(self.prepare).parameters])

    def of_point(self, function, values):
        return function(Point(**values, **self.fixed))


def _kind(value):
    return "nothing" if value is None else f"a {type(value).__name__}"


def essence(text, is_model):
    """A hash of what the numbers of a file's replicas can depend on: not of comments, layout, docstrings, nor in the model's
    file of what is computed after the replicas (derived, theory) or beside them (cost, unless other functions name it)."""
    tree = ast.parse(text)
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}

    def is_after(node):
        decorators = [getattr(one, "func", one) for one in getattr(node, "decorator_list", [])]
        return is_model and isinstance(node, ast.FunctionDef) and node.name not in named and (node.name == "cost" or any(
            getattr(one, "id", getattr(one, "attr", None)) in ("derived", "theory") for one in decorators))

    def is_text(node):
        return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)

    tree.body = [node for node in tree.body if not is_after(node)]
    for node in ast.walk(tree):
        if isinstance(getattr(node, "body", None), list):
            node.body = [one for one in node.body if not is_text(one)]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


_loaded = {}


def load(path):
    path = pathlib.Path(path).absolute()
    if path not in _loaded:
        _loaded[path] = Model(Files(folder=path.parent), path.name)
    return _loaded[path]


def restore(texts):
    texts = {name.removesuffix(".py").replace(".", "/") + ".py": text for name, text in texts.items()}
    return Model(Files(texts=texts), next(iter(texts)))
