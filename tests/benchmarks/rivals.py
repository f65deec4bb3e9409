#!/usr/bin/python3
"""The sweep of side_by_side.py as it is usually written in Python: a pool maps a function over the tasks, and the
master writes the gathered results to one HDF5 file at the end.

    mpirun -n 3 /usr/bin/python3 -m mpi4py.futures rivals.py mpi4py FILE TASKS MICROSECONDS TASKS_A_MESSAGE
    rivals.py dask|joblib FILE TASKS MICROSECONDS TASKS_A_MESSAGE
    rivals.py memory FOLDER TASKS MICROSECONDS 1             (joblib.Memory keeps each result in a folder of its own)
    rivals.py bare - TASKS MICROSECONDS 1

Prints `TASKS tasks in SECONDS s`: of the mapping alone, without the start of the pool and the writing of the file.
"""

import os
import struct
import sys
import time


def task(index, seconds):
    """8 numbers, after spinning for this much processor time; logged as toy_spin does it."""
    if seconds > 0:
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass
    if "TOY_LOG" in os.environ:
        with open(os.environ["TOY_LOG"], "ab", buffering=0) as log:
            log.write(struct.pack("ddQ", time.monotonic(), index, 0))
    return tuple(index + (x + 1) / 8 for x in range(8))


def batch(indices, seconds):
    return [task(index, seconds) for index in indices]


def write(path, rows):
    import h5py
    with h5py.File(path, "w") as file:
        file["x"] = rows


def with_mpi4py(path, tasks, seconds, together):
    from mpi4py.futures import MPIPoolExecutor
    with MPIPoolExecutor() as pool:
        pool.bootup()
        start = time.perf_counter()
        rows = list(pool.map(task, range(tasks), [seconds] * tasks, chunksize=together))
        duration = time.perf_counter() - start
    write(path, rows)
    return duration


def with_dask(path, tasks, seconds, together):
    from distributed import Client, LocalCluster
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        start = time.perf_counter()
        if together == 1:
            rows = client.gather(client.map(task, range(tasks), seconds=seconds))
        else:
            parts = [range(first, min(first + together, tasks)) for first in range(0, tasks, together)]
            rows = [row for part in client.gather(client.map(batch, parts, seconds=seconds)) for row in part]
        duration = time.perf_counter() - start
        write(path, rows)
    return duration


def joblib_pool(function, tasks, seconds, together):
    from joblib import Parallel, delayed
    with Parallel(n_jobs=2, batch_size=together) as pool:
        pool(delayed(abs)(0) for _ in range(2))  # both workers stand
        start = time.perf_counter()
        rows = pool(delayed(function)(index, seconds) for index in range(tasks))
        return rows, time.perf_counter() - start


def with_joblib(path, tasks, seconds, together):
    rows, duration = joblib_pool(task, tasks, seconds, together)
    write(path, rows)
    return duration


def with_memory(path, tasks, seconds, together):
    """The way of signac, row and other data spaces of folders; a second run finds what the first has kept."""
    from joblib import Memory
    return joblib_pool(Memory(path, verbose=0).cache(task), tasks, seconds, together)[1]


def bare(_path, tasks, seconds, _together):
    start = time.perf_counter()
    for index in range(tasks):
        task(index, seconds)
    return time.perf_counter() - start


def main():
    how, path, tasks, microseconds, together = sys.argv[1:]
    run = {"mpi4py": with_mpi4py, "dask": with_dask, "joblib": with_joblib, "memory": with_memory, "bare": bare}[how]
    duration = run(path, int(tasks), 1e-6 * float(microseconds), int(together))
    print(f"{tasks} tasks in {duration:.6f} s", flush=True)


if __name__ == "__main__":
    main()
