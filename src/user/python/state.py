"""The state of a replica that may outlast a run: what begin() returned, and where its random numbers stand, as bytes."""
import hashlib
import operator

import numpy as np

from _gdm import program
from _gdm.draws import PLACE, read_place, write_place

ALIGNMENT = 64
MARK = 8  #: bytes that tell states of other names, types or shapes


def _int64(value):
    value = operator.index(value)
    if not -2**63 <= value < 2**63:
        raise OverflowError(f"{value} has more than 64 bits")
    return value


def _number(kind):
    def convert(value):
        number = None if value is None or isinstance(value, (str, bytes)) else kind(value)
        if number is None or isinstance(number, np.ndarray):  # as NumPy's types make one of a list
            raise TypeError(f"{value!r} is no number")
        return number
    return convert


def _flag(value):
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{value!r} is neither True nor False")
    return bool(value)


#: How an entry that is a number of Python takes another: type -> (type of its bytes, conversion).
NUMBERS = {bool: (np.bool_, _flag), int: (np.int64, _int64), float: (np.float64, _number(float)),
           complex: (np.complex128, _number(complex))}


def _entry(name, value):
    """(array of its bytes' type and shape, conversion of what is assigned to it; None for an array) of one entry."""
    if not isinstance(name, str) or not name.isidentifier() or name.startswith("_") or hasattr(State, name):
        raise ValueError(f"begin() calls an entry of the state {name!r}: it takes names that can follow `state.`, and are not "
                         f"{', '.join(one for one in vars(State) if not one.startswith('_'))}")
    if type(value) in NUMBERS:
        kind, convert = NUMBERS[type(value)]
        return np.asarray(kind(convert(value))), convert
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc" and not isinstance(value, np.ma.MaskedArray):
        return np.asarray(value), None if isinstance(value, np.ndarray) else _number(value.dtype.type)
    kind = "a masked array" if isinstance(value, np.ma.MaskedArray) else f"an array of {value.dtype}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
    raise ValueError(f"begin() gives the state {kind} as '{name}'; it takes numbers and numpy arrays of numbers")


def _own(inside, convert):
    """What the model works on, of an entry's bytes. It is no view of them: what was kept of an entry stays as it was when another
    value is assigned."""
    return inside.copy() if convert is None else convert(inside[()])


class State:
    """`state` of run(): each entry of begin() by its name, which keeps shape and type, and is copied into the bytes that are saved."""

    def __init__(self, first, random):
        if not isinstance(first, dict) or not first:
            raise ValueError("begin() is to return a dictionary: the names and first values of what a replica must know to go on")
        entries = {name: _entry(name, value) for name, value in first.items()}
        said = repr([(name, one.dtype.str, one.shape) for name, (one, _) in entries.items()])
        size, places = -(-(MARK + PLACE.itemsize) // ALIGNMENT) * ALIGNMENT, {}
        for name, (one, _) in entries.items():
            places[name] = size
            size += -(-one.nbytes // ALIGNMENT) * ALIGNMENT
        room = np.zeros(size + ALIGNMENT, np.uint8)
        start = -room.ctypes.data % ALIGNMENT
        self.__dict__.update(_bytes=room[start:start + size], _random=random, _convert={}, _inside={}, _is_new=True)
        self._bytes[:MARK] = np.frombuffer(hashlib.sha256(said.encode()).digest()[:MARK], np.uint8)
        for name, (one, convert) in entries.items():
            inside = self._bytes[places[name]:places[name] + one.nbytes].view(one.dtype).reshape(one.shape)
            inside[...] = one
            self._inside[name], self._convert[name] = inside, convert
            self.__dict__[name] = _own(inside, convert)

    @property
    def is_new(self):
        """Whether the replica begins, and does not go on from where it was saved."""
        return self._is_new

    def checkpoint(self, progress):
        """Here the replica may be saved, with a share `progress` in [0, 1] of it done; and here it ends if the program is to."""
        if not 0 <= progress <= 1:
            raise ValueError(f"state.checkpoint({progress}): takes the share of the replica that is done, from 0 to 1")
        if program.state_is_due():
            self._pack()
            program.save_state(self._bytes, float(progress))

    def __setattr__(self, name, value):
        if name not in self._inside:
            raise AttributeError(f"the state has no '{name}': begin() is to give it its first value; it has {', '.join(self._inside)}")
        convert, inside = self._convert[name], self._inside[name]
        try:
            if convert is not None:
                self.__dict__[name] = convert(value)
            elif value is not self.__dict__[name]:
                if np.shape(value) != inside.shape:
                    raise ValueError(f"its shape is {inside.shape} and not {np.shape(value)}")
                array = np.empty_like(inside)
                np.copyto(array, value, casting="same_kind")
                self.__dict__[name] = array
        except (TypeError, ValueError, OverflowError) as error:
            raise type(error)(f"state.{name} keeps the type and shape that begin() gave it: {error}") from None

    def __getattr__(self, name):
        raise AttributeError(f"the state has no '{name}'; it has {', '.join(self._inside)}")

    def __delattr__(self, name):
        raise AttributeError("what begin() gave a state stays in it")

    def _pack(self):
        for name, inside in self._inside.items():
            inside[...] = self.__dict__[name]
        write_place(self._random, self._bytes[MARK:MARK + PLACE.itemsize].view(PLACE).reshape(()))

    def _take_up(self, saved):
        """Goes on from bytes that were saved, unless they are those of other entries."""
        saved = np.frombuffer(saved, np.uint8)
        if saved.size != self._bytes.size or (saved[:MARK] != self._bytes[:MARK]).any():
            return
        self._bytes[:] = saved
        for name, convert in self._convert.items():
            self.__dict__[name] = _own(self._inside[name], convert)
        read_place(self._random, self._bytes[MARK:MARK + PLACE.itemsize].view(PLACE).reshape(()))
        self.__dict__["_is_new"] = False


def size_of(state):
    return state._bytes.size


def take_up(state, saved):
    """The bytes that an earlier run saved; None where the replica begins."""
    if saved is not None:
        state._take_up(saved)


def end(state):
    """The state after the last step, from which a longer replica goes on."""
    state._pack()
    program.end_state(state._bytes)
