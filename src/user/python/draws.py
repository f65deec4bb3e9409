"""The random numbers of a replica: what it is given, what other code may draw from, and all of it as bytes."""
import random as _random

import numpy as np

#: Where all generators of a replica stand: the Philox of `random`, np.random's own Mersenne Twister and Python's.
PLACE = np.dtype([("counter", "u8", 4), ("buffer", "u8", 4), ("taken", "i8"), ("has_half", "i8"), ("half", "u8"),
                  ("np_words", "u4", 624), ("np_taken", "i8"), ("np_has_normal", "i8"), ("np_normal", "f8"),
                  ("py_words", "u4", 625), ("py_has_normal", "i8"), ("py_normal", "f8")])


class ReplicaSeed(np.random.bit_generator.ISpawnableSeedSequence):
    """The key of a replica's Philox, as it is: random.spawn() and other children come from SeedSequence([key, word])."""

    def __init__(self, key, word, may_spawn=True):
        self.key, self.word, self.may_spawn, self.sequence = key, word, may_spawn, None

    def generate_state(self, n_words, dtype=np.uint32):
        if n_words != 2 or dtype != np.uint64:
            raise ValueError("it is the key of a Philox")
        return np.array([self.key, self.word], np.uint64)

    def spawn(self, n_children):
        if not self.may_spawn:
            raise ValueError("random.spawn() in a replica with a state: its children are not saved; draw from `random` itself")
        self.sequence = self.sequence or np.random.SeedSequence([self.key, self.word])
        return self.sequence.spawn(n_children)


def generator(key, word, may_spawn=True):
    """Equals np.random.Generator(np.random.Philox(key=np.array([key, word], np.uint64)))."""
    return np.random.Generator(np.random.Philox(ReplicaSeed(key, word, may_spawn)))


def seed_others(seed):
    """np.random's own functions and Python's random, for models (and libraries) that use them all the same. 32 bits: they are no
    place for a large sweep."""
    np.random.seed(seed)
    _random.seed(seed)


_default_rng = np.random.default_rng


def seeded_rng(seed=None):
    """In the place of numpy.random.default_rng, which seeds itself from the system."""
    if seed is None:
        raise ValueError("default_rng() draws other numbers on every call: use the argument `random` of run()")
    return _default_rng(seed)


def write_place(random, place):
    """Where all generators stand, into an array of one PLACE. The key of `random` is that of its replica."""
    philox, twister = random.bit_generator.state, np.random.get_state(legacy=False)
    _, words, normal = _random.getstate()
    place["counter"], place["buffer"] = philox["state"]["counter"], philox["buffer"]
    place["taken"], place["has_half"], place["half"] = philox["buffer_pos"], philox["has_uint32"], philox["uinteger"]
    place["np_words"], place["np_taken"] = twister["state"]["key"], twister["state"]["pos"]
    place["np_has_normal"], place["np_normal"] = twister["has_gauss"], twister["gauss"]
    place["py_words"], place["py_has_normal"], place["py_normal"] = words, normal is not None, normal or 0.0


def read_place(random, place):
    """Lets all generators go on from where they stood."""
    state = random.bit_generator.state
    state["state"]["counter"], state["buffer"] = place["counter"].copy(), place["buffer"].copy()
    state["buffer_pos"], state["has_uint32"], state["uinteger"] = (int(place[name]) for name in ("taken", "has_half", "half"))
    random.bit_generator.state = state
    np.random.set_state({"bit_generator": "MT19937", "state": {"key": place["np_words"].copy(), "pos": int(place["np_taken"])},
                         "has_gauss": int(place["np_has_normal"]), "gauss": float(place["np_normal"])})
    normal = float(place["py_normal"]) if place["py_has_normal"] else None
    _random.setstate((3, tuple(place["py_words"].tolist()), normal))
