#!/usr/bin/python3
"""What gdm-sweep adds to a process: replicas that are an external command, beside the same processes started in a bare loop.

command.py GDM_SWEEP [REPLICAS] runs /bin/echo that often, by turns in both ways, and prints the milliseconds a process of
each and their difference (the median of five turns)."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

TEXT = '{"x": 1}'


def bare_loop(count):
    """posix_spawn and waitpid, output thrown away."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    begin = time.perf_counter()
    for _ in range(count):
        pid = os.posix_spawn("/bin/echo", ["echo", TEXT], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 1)])
        os.waitpid(pid, 0)
    seconds = time.perf_counter() - begin
    os.close(nothing)
    return seconds


def sweep(program, count, folder):
    """The same by a sweep of one point, without what it takes to start one of one replica."""
    def run(replicas):
        words = ["--command", "/bin/echo " + repr(TEXT.replace("{", "{{").replace("}", "}}")), "--observables", "x",
                 "--replicas", str(replicas), "--output", os.path.join(folder, "x.h5"), "--overwrite", "--quiet"]
        begin = time.perf_counter()
        subprocess.run([program, *words], check=True, stderr=subprocess.DEVNULL)
        return time.perf_counter() - begin
    return run(count + 1) - run(1)


def main():
    program, count = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    with tempfile.TemporaryDirectory() as folder:
        turns = [(bare_loop(count), sweep(program, count, folder)) for _ in range(5)]
    bare, ours, more = (1e3 / count * statistics.median(column) for column in
                        ([a for a, _ in turns], [b for _, b in turns], [b - a for a, b in turns]))
    print(f"bare loop {bare:.2f} ms a process, gdm-sweep {ours:.2f} ms, {more:.2f} ms more")


if __name__ == "__main__":
    main()
