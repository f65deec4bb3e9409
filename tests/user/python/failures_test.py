#!/usr/bin/python3
"""Replicas that fail, models that misbehave, and stops: one clear line each, and nothing is lost."""
import os
import pty
import signal
import subprocess
import time
import unittest

import h5py
import numpy as np

import support

WORDS = '''
import os, sys, threading, time
import numpy as np
CASES = ("good", "raises", "nan", "text", "nothing", "shape", "unknown", "short", "complex", "huge", "exits", "forks", "floods",
         "moves", "threads", "late", "recurses", "quits")
what = grid(", ".join(CASES), words=CASES)
line = axis([1, 2])
pair = observable(axes=line)
def deep(): return deep()
def run(point, random, stop):
    result = {"value": 1.0, "pair": [1, 2]}
    match point.what:
        case "raises": raise KeyError("gone")
        case "nan": result["value"] = float("nan")
        case "text": result["value"] = "one"
        case "nothing": return None
        case "shape": result["pair"] = np.ones((2, 1))
        case "unknown": result["valu"] = 2
        case "short": del result["pair"]
        case "complex": result["value"] = 1j
        case "huge": result["pair"] = np.broadcast_to(1.0, (10**6, 10**6))
        case "exits": sys.exit("bye")
        case "forks": os.fork()
        case "floods":
            for i in range(10_000): print("line", i)
        case "moves": os.chdir("/")
        case "threads": threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        case "late": raise OSError("x" * 10_000)
        case "recurses": deep()
        case "quits": raise KeyboardInterrupt
    return result
'''


def place(statement):
    """`model.py:17` of the line with this statement."""
    lines = support.MODEL.format(WORDS).splitlines()
    return f"model.py:{1 + next(place for place, line in enumerate(lines) if statement in line)}"


#: The message of each case that fails.
MESSAGES = {
    "raises": f"{place('raise KeyError')}: KeyError: 'gone'", "nan": "value is not finite (nan)", "text": "model.py: run() returned for 'value' text, where a real number is needed",
    "nothing": "model.py: run() returned nothing, not a dictionary of observables",
    "shape": "model.py: run() returned for 'pair' an array of 2 × 1 real numbers, where an array of 2 real numbers is needed",
    "unknown": "model.py: run() returned 'valu', which is no observable; did you mean 'value'?",
    "short": "model.py: run() returned no 'pair'", "complex": "model.py: run() returned for 'value' a complex number, where a real number is needed",
    "huge": "model.py: run() returned for 'pair' an array of 1000000 × 1000000 real numbers, where an array of 2 real numbers is needed", "exits": f"{place('sys.exit')}: SystemExit: bye",
    "late": f"{place('raise OSError')}: OSError: xxx", "recurses": f"{place('def deep')}: RecursionError: maximum recursion depth exceeded",
    "quits": f"{place('raise KeyboardInterrupt')}: KeyboardInterrupt"}


class Failures(support.Models):
    def test_every_misdeed_fails_its_own_replicas_and_no_other(self):
        self.model(WORDS)
        for ranks in (1, 2):
            _, err = self.sweep("model.py", "--x", "1", "--replicas", "2", "--output", f"{ranks}.h5", ranks=ranks, code=3)
            self.assertIn("what it prints further is not shown", err)
            self.assertLess(len(err.splitlines()), 250)
            failures = dict(self.failures(f"{ranks}.h5"))
            with h5py.File(self.folder / f"{ranks}.h5") as file:
                names = list(file["axes/what"].asstr()) if file["axes/what"].dtype.kind == "O" else None
                value = file["replicas/value"][()]
            names = names or [one for one in self.cases()]
            for place, name in enumerate(names):
                if name in MESSAGES:
                    self.assertTrue(failures[place].startswith(MESSAGES[name]), f"{name}: {failures[place]}")
                    self.assertTrue(np.isnan(value[place]).all())
                else:
                    self.assertTrue((value[place] == 1).all(), name)
        self.assertEqual(self.replicas("1.h5"), self.replicas("2.h5"))

    def cases(self):
        space = {}
        exec(WORDS[WORDS.index("CASES"):WORDS.index("what =")], space)
        return space["CASES"]

    def test_derived_quantities_without_a_result_are_missing_and_faults_are_told(self):
        self.model("@derived\ndef ratio(point, mean): return 1 / (point.x - 1)\ndef run(point): return {'value': 1}\n")
        self.sweep("model.py")
        self.run_program("gdm-reduce", "results/model.h5")
        with h5py.File(self.folder / "results/model.reduced.h5") as file:
            np.testing.assert_array_equal(file["ratio"][()], [np.nan, 1, 0.5])
        self.model("@derived\ndef ratio(point, mean): return mean.values\ndef run(point): return {'value': 1}\n", "bad.py")
        self.sweep("bad.py")
        _, err = self.run_program("gdm-reduce", "results/bad.h5")
        self.assertIn("ratio could not be computed at 3 of 3 points and is NaN there; the first is x = 1: bad.py:6: AttributeError: there "
                      "is no observable 'values'; there are value\n", err)


class Stops(support.Models):
    def stopped(self, body, within, environment=None, ranks=1):
        """Starts a model whose replicas from the third on do `body`, and asks it to stop."""
        self.model(f"import time\nimport numpy as np\ndef run(point, random, stop):\n    if point.x > 2:\n        open('begun', 'w')\n"
                   f"        {body}\n    return {{'value': 1}}\n")
        command = self.command(("gdm-sweep", "model.py", "--quiet"), ranks)
        started = subprocess.Popen(command, cwd=self.folder, env={**support.ENVIRONMENT, **(environment or {})}, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(600):
            if (self.folder / "begun").exists() or started.poll() is not None:
                break
            time.sleep(0.1)
        started.send_signal(signal.SIGTERM)
        asked = time.monotonic()
        _, err = started.communicate(timeout=within)
        self.assertLess(time.monotonic() - asked, within)
        with h5py.File(self.folder / "results/model.h5") as file:
            self.assertEqual(np.isfinite(file["replicas/value"][:, 0]).tolist(), [True, True, False])
        os.unlink(self.folder / "results/model.h5")
        os.unlink(self.folder / "begun")
        return started.returncode, err

    def test_a_replica_that_asks_is_stopped(self):
        code, err = self.stopped("while True: stop.check()", 60)
        self.assertEqual(code, 75, err)
        self.assertIn("stopped by SIGTERM with 2 of 3 replicas done", err)

    def test_what_catches_the_stop_is_not_believed(self):
        code, err = self.stopped("\n        try:\n            while True: time.sleep(0.01)\n        except: pass", 60)
        self.assertEqual(code, 75)
        self.assertIn("with 2 of 3 replicas done", err)

    def test_an_endless_loop_is_stopped(self):
        code, err = self.stopped("\n        while True:\n            try: time.sleep(0.01)\n            except Exception: pass", 60)
        self.assertEqual(code, 75, err)
        self.assertIn("stopped by SIGTERM", err)

    def test_a_long_call_of_a_library_is_left(self):
        code, err = self.stopped("np.sort(np.broadcast_to(0., 2**40))if 0 else sum(range(10**13))", 60, {"GDM_STOP_GRACE": "1"})
        self.assertEqual(code, 75, err)
        self.assertIn("replica 0 of point 2 has not returned 1 s after the stop and is dropped", err)


class Loading(support.Models):
    """A stop before there is anything to go on with: in what is done once, before the first replica."""

    def ended(self, text, *words, environment=None, ranks=1):
        self.model(text)
        _, err = self.sweep("model.py", "--time-limit", "1", *words, code=75, environment=environment, ranks=ranks)
        self.assertFalse((self.folder / "results").exists())
        return err

    def test_a_time_limit_counts_while_a_model_is_loaded(self):
        endless = "import time\nwhile True: time.sleep(0.01)\ndef run(point): return {'value': 1}\n"
        said = "gdm-sweep: stopped by the time limit before the first replica; the same command starts the sweep\n"
        self.assertEqual(self.ended(endless), said)
        self.assertIn(said, self.ended(endless, ranks=2))
        self.assertEqual(self.ended("import time\ndef check(point):\n    while True: time.sleep(0.01)\n"
                                    "def run(point): return {'value': 1}\n"), said)
        self.assertEqual(self.ended("import time\ndef prepare(settings):\n    while True: time.sleep(0.01)\n"
                                    "def run(point, context): return {'value': 1}\n"),
                         "gdm-sweep: stopped in prepare(), before the first replica; the same command starts the sweep\n")

    def test_a_library_that_does_not_return_is_left(self):
        err = self.ended("import time\ntime.sleep(1000)\ndef run(point): return {'value': 1}\n", environment={"GDM_STOP_GRACE": "1"})
        self.assertEqual(err, "gdm-sweep: the experiment is not loaded 1 s after the stop and is left; the same command starts the sweep\n")

    def test_a_limit_that_is_over_when_the_model_is_loaded_stops_the_sweep(self):
        self.model("import time\nend = time.monotonic() + 2\nwhile time.monotonic() < end:\n    try: time.sleep(0.01)\n"
                   "    except BaseException: pass\ndef run(point): return {'value': 1}\n")
        _, err = self.sweep("model.py", "--time-limit", "1", code=75)
        self.assertIn("stopped by the time limit", err)


class Printing(support.Models):
    PRINTS = ("import sys\ndef run(point):\n    print('half', end=' ', flush=True)\n    print(f'of {point.x:g}')\n"
              "    print('a bar: 10 %\\r20 %', file=sys.stderr)\n    print('no end', end='')\n    return {'value': 1}\n")

    def test_lines_are_whole_whatever_the_rank(self):
        self.model(self.PRINTS)
        out, err = self.sweep("model.py", "--replicas", "4", ranks=2)
        self.assertEqual(out, "")
        lines = err.splitlines()
        for line, count in (("half of 1", 4), ("half of 3", 4), ("a bar: 10 %", 12), ("20 %", 12), ("no end", 12)):
            self.assertEqual(lines.count(line), count, err)

    def test_lines_do_not_break_the_bar_of_a_terminal(self):
        self.model(self.PRINTS)
        ours, theirs = pty.openpty()
        started = subprocess.Popen(self.command(("gdm-sweep", "model.py")), cwd=self.folder, env=support.ENVIRONMENT, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        seen = b""
        try:
            while part := os.read(ours, 4096):
                seen += part
        except OSError:  # the terminal has been left
            pass
        self.assertEqual(started.wait(), 0)
        os.close(ours)
        for line in (b"half of 2", b"no end"):
            self.assertIn(b"\r\x1b[K" + line + b"\r\n", seen)
        self.assertRegex(seen, rb"100 %  3 of 3 replicas.*\r\ncomplete: 3 replicas")


if __name__ == "__main__":
    unittest.main()
