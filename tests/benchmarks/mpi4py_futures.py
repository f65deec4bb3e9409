#!/usr/bin/python3
"""Tasks per second of mpi4py.futures, the usual Python way to do what gdm-sweep does: tasks without work that return
8 numbers, written to nothing.

    mpirun -n 3 /usr/bin/python3 -m mpi4py.futures tests/benchmarks/mpi4py_futures.py [tasks] [tasks per message]

One rank is the master, so n ranks have n - 1 workers. Compare with the rate that gdm-sweep prints for replicas without
work, which it also stores in a file with their checksums.
"""
import sys
import time

from mpi4py import MPI
from mpi4py.futures import MPIPoolExecutor


def task(index):
    """No work: 8 scalars, as a small replica returns."""
    return (float(index),) * 8


def rate(pool, tasks, chunk):
    start = time.perf_counter()
    total = sum(values[0] for values in pool.map(task, range(tasks), chunksize=chunk, unordered=True))
    seconds = time.perf_counter() - start
    if total != tasks * (tasks - 1) / 2:
        sys.exit(f"mpi4py_futures.py: results are missing (sum {total})")
    return tasks / seconds


def main():
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    chunks = [int(sys.argv[2])] if len(sys.argv) > 2 else [1, 16, 256]
    with MPIPoolExecutor() as pool:
        pool.bootup()
        rate(pool, 200, 1)  # the first messages open connections
        for chunk in chunks:
            print(f"mpi4py.futures, {MPI.COMM_WORLD.Get_size()} ranks, {chunk:4d} tasks a message: "
                  f"{rate(pool, tasks, chunk):,.0f} tasks per second", flush=True)


if __name__ == "__main__":
    main()
