#!/usr/bin/python3
"""Experiments in Python beside a bare loop and beside mpi4py.futures, all running the same run function. Whole commands, one after
the other in every round; ratios are of one round, so that what else the machine does meets both.
usage: python_experiments.py FOLDER_OF_THE_PROGRAMS [ROUNDS]"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

#: A replica of about 1 ms on a core of 2020: the spectrum of 40,000 normals.
MODEL = '''"""How long does a replica take?"""
import numpy as np
from gdmsweep.experiment import grid, observable
x = grid("1")
peak = observable()


def run(point, random):
    for _ in range(2):
        peak = np.abs(np.fft.rfft(random.normal(size=16384))).max()
    return {"peak": peak}
'''

#: The same function without the program: declarations stand for nothing.
STUB = '''
import sys, types, numpy as np
package, module = types.ModuleType("gdmsweep"), types.ModuleType("gdmsweep.experiment")
module.grid = module.observable = lambda *a, **k: None
sys.modules.update({"gdmsweep": package, "gdmsweep.experiment": module})
import model
def replica(number):
    return model.run(types.SimpleNamespace(x=1.0), np.random.Generator(np.random.Philox(key=[1, number])))["peak"]
'''
LOOP = "import task\nprint(sum(task.replica(number) for number in range({count})))\n"
FUTURES = '''
from mpi4py.futures import MPIPoolExecutor
import task
if __name__ == "__main__":
    with MPIPoolExecutor() as pool:
        print(sum(pool.map(task.replica, range({count}), chunksize=16)))
'''
COUNT = int(os.environ.get("GDM_COUNT", 4000))  #: replicas


def start(words, folder):
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
                   "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
                   "OMPI_MCA_hwloc_base_binding_policy": "none"}
    return subprocess.Popen([str(word) for word in words], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def seconds(commands, folder):
    """Of commands that run at once: of the whole, and of the computing alone as gdm-sweep tells it."""
    begin = time.monotonic()
    running = [start(words, folder) for words in commands]
    texts = [process.communicate()[1] for process in running]
    whole = time.monotonic() - begin
    for process, text in zip(running, texts):
        if process.returncode != 0:
            sys.exit(f"{process.args} ended with {process.returncode}:\n{text}")
    rate = re.search(r"\(([\d.]+)/s while computing\)", texts[0])
    return whole, COUNT / float(rate.group(1)) if rate else whole


def main():
    program, rounds = pathlib.Path(sys.argv[1]).resolve() / "gdm-sweep", int(sys.argv[2]) if len(sys.argv) > 2 else 5
    whole, computing = {}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, text in (("model.py", MODEL), ("task.py", STUB), ("loop.py", LOOP), ("half.py", LOOP), ("futures.py", FUTURES)):
            (folder / file).write_text(text.replace("{count}", str(COUNT // 2 if file == "half.py" else COUNT)))
        sweep = [program, "model.py", "--replicas", COUNT, "--overwrite", "--quiet"]
        futures = [sys.executable, "-m", "mpi4py.futures", "futures.py"]
        commands = {"loop": [[sys.executable, "loop.py"]], "two loops at once": [[sys.executable, "half.py"]] * 2,
                    "sweep": [sweep], "sweep, 2 ranks": [["mpirun", "-n", 2, *sweep]],
                    "futures, 1 worker": [["mpirun", "-n", 2, *futures]], "futures, 2 workers": [["mpirun", "-n", 3, *futures]]}
        for _ in range(rounds):
            for what, words in commands.items():
                for times, one in zip((whole, computing), seconds(words, folder)):
                    times.setdefault(what, []).append(one)
    for what in commands:
        print(f"{what:<20} {statistics.median(whole[what]):8.2f} s   "
              f"{1e3 * statistics.median(computing[what]) / COUNT:6.3f} ms a replica")
    for what, times, one, other in (
            ("time of a sweep, of a bare loop", whole, "sweep", "loop"),
            ("time on 2 ranks, of two bare loops at once", whole, "sweep, 2 ranks", "two loops at once"),
            ("speed of 2 ranks, of 1 (computing)", computing, "sweep", "sweep, 2 ranks"),
            ("speed of two bare loops, of 1", whole, "loop", "two loops at once"),
            ("time on 2 ranks, of 2 workers of mpi4py.futures", whole, "sweep, 2 ranks", "futures, 2 workers")):
        ratios = [a / b for a, b in zip(times[one], times[other])]
        print(f"{what}: {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})")


if __name__ == "__main__":
    main()
