#!/usr/bin/python3
"""Replicas with a state go on where they were stopped, to the bytes of a run that never was, wherever and however it ends."""
import itertools
import unittest

import h5py
import numpy as np

import support

#: A walk that draws from every generator there is. A file named like `2_7_KILL` is met by point 2 before its step 7.
WALK = '''
import os, pathlib, random as python_random, signal, time
import numpy as np
steps = setting(12, "steps of a walk", integer=True, range=(1, 1e9))
lengthened_by = steps
ends = axis([0, 1, 2], "walkers")
places = observable("where they are", axes=ends)


def begin(point, random):
    return {"places": random.normal(size=3), "step": 0, "sum": 0.0, "up": False, "turn": 1j, "small": np.float32(0),
            "seen": np.zeros((2, 2), np.int8)}


def meet(point, step, stop):
    for what in ("TERM", "KILL", "WAIT"):
        try:
            os.unlink(f"{point.x:g}_{step}_{what}")
        except FileNotFoundError:
            continue
        if what == "WAIT":
            while not stop.requested:
                time.sleep(0.01)
        else:
            os.kill(os.getpid(), getattr(signal, "SIG" + what))


def run(point, random, stop, state):
    while state.step < point.steps:
        state.checkpoint(state.step / point.steps)
        meet(point, state.step, stop)
        with open("steps", "a") as file:
            file.write("x")
        kept = state.places  # in place
        kept += random.normal(size=3) + random.integers(3, dtype=np.uint32)
        state.places = kept[::-1]
        state.sum += float(kept.sum() + np.random.normal() + python_random.gauss(0, 1))
        state.up = state.sum > 0
        state.turn *= 1j
        state.small = state.sum
        state.seen[state.step % 2] += 1
        state.step += 1
    return {"value": state.sum + state.up + state.turn.real + state.small + state.seen.sum(), "places": state.places}
'''

STEPS = 3 * 2 * 12


class States(support.Models):
    def setUp(self):
        super().setUp()
        self.model(WALK)
        self.words = ("gdm-sweep", "model.py", "--replicas", "2")
        self.often = {"GDM_SAVE_INTERVAL": "0"}

    def steps_done(self):
        """Steps of all walks since this was asked last."""
        file = self.folder / "steps"
        done = len(file.read_text()) if file.exists() else 0
        file.unlink(missing_ok=True)
        return done

    def whole(self, *words, output="whole.h5"):
        self.run_program(*self.words, *words, "--output", output)
        self.steps_done()
        return self.replicas(output)

    def broken(self, meetings, *words, output="broken.h5"):
        """The bytes of a sweep that meets these files and is started again until it is complete, on one rank and on two in turn,
        and how many runs that took."""
        for name in meetings:
            (self.folder / name).touch()
        for runs in itertools.count(1):
            command = self.command((*self.words, *words, "--output", output), 1 + runs % 2)
            done = support.subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=120,
                                          env={**support.ENVIRONMENT, **self.often})
            if done.returncode == 0:
                break
            self.assertLess(runs, 50, done.stderr)
        self.assertFalse(list(self.folder.glob("*_*_*")), "all were met")
        return self.replicas(output), runs

    def test_bytes_do_not_depend_on_stops_kills_and_ranks(self):
        whole = self.whole()
        for what, limit in (("TERM", ()), ("KILL", ()), ("WAIT", ("--time-limit", "2"))):
            found, runs = self.broken([f"{place}_{what}" for place in ("1_0", "1_5", "3_1", "3_11")], *limit, output=f"{what}.h5")
            self.assertEqual(found, whole, what)
            self.assertGreater(runs, 2)
            if what != "KILL":  # a kill may meet the other rank anywhere
                self.assertEqual(self.steps_done(), STEPS)
            self.steps_done()

    def test_what_was_saved_is_not_computed_again_after_a_kill(self):
        whole = self.whole()
        (self.folder / "2_9_KILL").touch()
        self.run_program(*self.words, "--output", "killed.h5", code=-9, environment=self.often)
        before = self.steps_done()
        self.run_program(*self.words, "--output", "killed.h5", environment=self.often)
        # Two walks were done and not yet in the file: they take their last step again.
        self.assertIn(before + self.steps_done(), (STEPS, STEPS + 1, STEPS + 2))
        self.assertEqual(self.replicas("killed.h5"), whole)

    def test_a_state_of_a_changed_model_is_refused(self):
        (self.folder / "2_9_TERM").touch()
        self.run_program(*self.words, "--output", "stopped.h5", code=75)
        for before, after in (('"step": 0', '"step": 1'), ("state.turn *= 1j", "state.turn *= -1j")):
            self.model(WALK.replace(before, after))
            _, err = self.run_program(*self.words, "--output", "stopped.h5", code=2)
            self.assertIn("model.py has changed from its line", err)
        self.model(WALK.replace("# in place", "# and another comment"))
        self.run_program(*self.words, "--output", "stopped.h5")
        self.model(WALK)
        self.assertEqual(self.replicas("stopped.h5"), self.whole())

    def test_a_step_is_taken_back_and_entries_are_swapped(self):
        self.model('''
import numpy as np
square, swapped = observable("mean of x^2"), observable("1 where two entries changed places each time")


def begin(point, random):
    return {"x": np.zeros(1), "sum": 0.0, "step": 0, "a": np.zeros(2), "b": np.ones(2), "last": np.float64(0)}


def run(point, random, state):
    while state.step < 2000:
        state.checkpoint(state.step / 2000)
        before, energy = state.x, (state.x**2).sum() / 2
        state.x = before + random.normal(size=1)
        if random.random() >= np.exp(energy - (state.x**2).sum() / 2):
            state.x = before
        state.last = np.float64((state.x**2).sum())
        state.sum += state.last
        state.a, state.b = state.b, state.a
        state.step += 1
    return {"value": 0, "square": state.sum / 2000, "swapped": float((state.a == 0).all() and (state.b == 1).all())}
''')
        self.whole(output="metropolis.h5")
        with h5py.File(self.folder / "metropolis.h5") as file:
            self.assertTrue((file["replicas/swapped"][:] == 1).all())
            self.assertLess(abs(file["replicas/square"][:].mean() - 1), 0.5)  # some 10 errors; thousands where no step is taken back

    def test_a_longer_walk_goes_on(self):
        longer = self.whole("--steps", "20")
        self.run_program(*self.words, "--keep_state", "yes", "--output", "short.h5")
        self.steps_done()
        self.run_program(*self.words, "--keep_state", "yes", "--steps", "20", "--grow", "--output", "short.h5", ranks=2)
        self.assertEqual(self.steps_done(), 3 * 2 * 8)
        self.assertEqual(self.replicas("short.h5"), longer)

    def test_what_catches_the_stop_is_not_believed(self):
        self.model(WALK.replace("        state.checkpoint(state.step / point.steps)\n",
                                "        try: state.checkpoint(state.step / point.steps)\n        except BaseException: pass\n"))
        (self.folder / "1_3_TERM").touch()
        _, err = self.run_program(*self.words, code=75)
        self.assertIn("with 0 of 6 replicas done, 1 under way and saved", err)

    def test_a_replica_takes_the_numbers_that_numpy_makes_alone(self):
        self.model('''
            import numpy as np
            drawn = observable(axes=(three := axis([0, 1, 2])))
            def begin(point, random): return {"drawn": random.random(3)}
            def run(point, random, state): return {"value": random.random(), "drawn": state.drawn}
            ''')
        self.sweep("model.py")
        first = self.replicas("results/model.h5")
        self.model('''
            import numpy as np
            drawn = observable(axes=(three := axis([0, 1, 2])))
            def run(point, random):
                drawn = random.random(3)
                return {"value": random.random(), "drawn": drawn}
            ''')
        self.sweep("model.py", "--overwrite")
        self.assertEqual(self.replicas("results/model.h5"), first)


class Mistakes(support.Models):
    def test_models_that_do_not_go_together_are_refused(self):
        run, state = "def run(point, state): return {'value': 1}\n", "def begin(point): return {'a': 1}\n"
        for text, said in (
                (run, "model.py: run() asks for state, which begin(point, random) is to return as it is before the first step"),
                (state + "def run(point): return {'value': 1}\n",
                 "model.py: has a function begin() of a state that run(point, random, state) does not ask for"),
                ("lengthened_by = 'x'\ndef run(point): pass\n", "model.py: is lengthened by 'x', but has no state: def begin(point, random)"),
                ("lengthened_by = x\n" + run + state,
                 "experiment 'model': is lengthened by 'x', which is no whole-number setting of replicas with a state"),
                ("def begin(point, context): return {}\n" + run, "model.py: begin(point, context): the arguments are point, random"),
                ("def begin(point): return [1]\n" + run, "model.py: begin() is to return a dictionary: the names and first values of "
                 "what a replica must know to go on"),
                ("def begin(point): return {'a': 'text'}\n" + run,
                 "model.py: begin() gives the state a str as 'a'; it takes numbers and numpy arrays of numbers"),
                ("import numpy\ndef begin(point): return {'a': numpy.ma.zeros(2)}\n" + run,
                 "model.py: begin() gives the state a masked array as 'a'; it takes numbers and numpy arrays of numbers"),
                ("def begin(point): return {'is_new': 1}\n" + run, "model.py: begin() calls an entry of the state 'is_new': it takes "
                 "names that can follow `state.`, and are not is_new, checkpoint"),
                ("def begin(point): return {'a': 1 / 0}\n" + run, "model.py:5: ZeroDivisionError: division by zero")):
            self.model(text)
            self.assertEqual(self.refused("model.py"), said)

    def test_wrong_use_of_a_state_fails_its_replica(self):
        whats = {"state.b = 1": "AttributeError: the state has no 'b': begin() is to give it its first value; it has a, n, f",
                 "state.f = [1, 2]": "TypeError: state.f keeps the type and shape that begin() gave it: [1, 2] is no number",
                 "state.f = None": "TypeError: state.f keeps the type and shape that begin() gave it: None is no number",
                 "state.n = 1.5": "TypeError: state.n keeps the type and shape that begin() gave it: 'float' object cannot be interpreted "
                                  "as an integer",
                 "state.a = 1": "ValueError: state.a keeps the type and shape that begin() gave it: its shape is (2,) and not ()",
                 "state.checkpoint(12)": "ValueError: state.checkpoint(12): takes the share of the replica that is done, from 0 to 1",
                 "random.bit_generator._seed_seq.spawn(1)": "ValueError: random.spawn() in a replica with a state: its children are not "
                                                            "saved; draw from `random` itself"}
        for what, said in whats.items():
            self.model("import numpy as np\ndef begin(point): return {'a': np.zeros(2), 'n': 0, 'f': np.float64(0)}\ndef run(point, random, state):\n    "
                       f"{what}\n    return {{'value': 1}}\n")
            self.sweep("model.py", "--x", "1", "--overwrite", code=3)
            self.assertEqual(self.failures("results/model.h5"), [(0, f"model.py:8: {said}")])
        self.model("import numpy as np\ndef begin(point, random): return {'a': np.zeros(1 + int(1000 * random.random()))}\n"
                   "def run(point, state): return {'value': 1}\n")
        self.sweep("model.py", "--x", "1", "--overwrite", code=3)
        self.assertEqual(self.failures("results/model.h5"),
                         [(0, "model.py: begin() gives states of several sizes at one point; it takes arrays of one size")])


if __name__ == "__main__":
    unittest.main()
