"""The text of a model: read once, kept with that of the modules beside it, and run from what is kept."""
import ast
import hashlib
import importlib.abc
import importlib.util
import sys

import gdmsweep.experiment as api

MOST_BYTES = 1 << 20  #: of a file


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


def essence(text, is_model):
    """A hash of what the numbers of a file's replicas can depend on: not of comments, layout, docstrings, nor in the model's
    file of what is computed after the replicas (derived, theory, along an axis) or beside them (cost), unless others name it."""
    tree = ast.parse(text)
    kept = [node for node in tree.body if not is_import_of_declarations(node)]
    if is_model:
        beside = {name: node for node in kept if (name := name_if_beside(node))}
        kept = [node for node in kept if node not in beside.values()]
        for node in kept:  # which grows
            kept += [beside.pop(one.id) for one in ast.walk(node)
                     if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load) and one.id in beside]
    tree.body = [node for node in tree.body if node in kept]
    for node in ast.walk(tree):
        if isinstance(getattr(node, "body", None), list):
            node.body = [one for one in node.body if not is_text(one)]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def is_import_of_declarations(node):
    """A model that lacks one of them does not load, so that what it says without them is all."""
    return isinstance(node, ast.ImportFrom) and node.module == api.__name__ and not any(one.asname for one in node.names)


def name_if_beside(node):
    """What a statement is called that declares no part of a replica; None if it may be one."""
    def called(one):
        return getattr(one, "id", getattr(one, "attr", None))

    if isinstance(node, ast.Assign) and len(node.targets) == 1 and called(getattr(node.value, "func", None)) in api.ALONG:
        return getattr(node.targets[0], "id", None)
    decorators = {called(getattr(one, "func", one)) for one in getattr(node, "decorator_list", [])}
    if isinstance(node, ast.FunctionDef) and (node.name == "cost" or decorators & {"derived", "theory"}):
        return node.name
    return None
