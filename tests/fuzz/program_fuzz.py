#!/usr/bin/python3
"""Runs the programs on damaged jobs and command lines: program_fuzz.py FOLDER_OF_PROGRAMS JOBS SEED CASES [SWEEP.h5...]

A finding is a run that ends by a signal, computes for more than 20 s, ends with a code that the programs do not have, or refuses in more than
one line or without a word. Jobs are those of JOBS with tokens deleted, doubled, exchanged and replaced.
"""
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile

CODES = {0, 2, 3, 74, 75}
VALUES = ["0", "-1", "1e300", "nan", "inf", "-0", "1e-320", "linspace(0, 1, 3)", "linspace(0,1", "geomspace(0, 1, 3)", "arange(0, 1, 0)",
          "linspace(0, 1, 1e18)", "arange(0, 1e9, 1e-9)", "1,,2", ",", "()", "word", "none", "x.h5:/x", "\xe4\u20ac", "%s%n", "1;2", "true", "2 " * 999]
OPTIONS = ["--dry-run", "--grow", "--reuse", "--overwrite", "--output", "-o", "--time-limit", "--alignment", "--mpi-io-hints", "--trace", "--list",
           "--describe", "--log-interval", "--retry-failed", "--quiet", "--help", "--version", "--", "-", "--no-such", "--replicas", "--seed",
           "--target_error", "--max_replicas", "--refine", "--refine_where", "--refine_levels", "--experiment"]
STATUS_OPTIONS = ["--verify", "--points", "--ranks", "--failures", "--json", "--version", "--help", "--", "--no-such", "-x"]


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))


def run(command, folder):
    return subprocess.run(command, cwd=folder, preexec_fn=limit, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")


def damaged_job(text, rng):
    tokens = re.findall(r"\w+|\s|[^\w\s]", re.sub(r"#.*", "", text))
    for _ in range(rng.choice([1, 1, 2, 4])):
        at = rng.randrange(len(tokens))
        match rng.randrange(5):
            case 0:
                del tokens[at]
            case 1:
                tokens.insert(at, tokens[at])
            case 2:
                tokens[at] = tokens[rng.randrange(len(tokens))]
            case 3:
                tokens[at] = rng.choice(VALUES)
            case 4:
                tokens.insert(at, rng.choice(["\n", "=", "#", "[", ",", "(", "\0", "\r", '"', " = "]))
    return "".join(tokens)


def command_of(programs, jobs, sweeps, folder, rng):
    words = [str(path.name) for path in sweeps] + [rng.choice(VALUES) for _ in range(2)] + ["", ".", "/dev/null", "missing.h5"]
    kind = rng.randrange(10)
    if kind < 6:
        (folder / "job.ini").write_text(damaged_job(rng.choice(jobs), rng), errors="replace")
        # A dry run of a damaged job is refused, or tells what it would do, in seconds.
        options = [rng.choice(OPTIONS + VALUES) for _ in range(rng.choice([0, 0, 1, 2]))]
        return [programs / "gdm-sweep", "--dry-run", "job.ini", *options]
    if kind < 8:
        return [programs / "gdm-status", *[rng.choice(STATUS_OPTIONS + words) for _ in range(rng.randrange(4))]]
    if kind == 8:
        return [programs / "gdm-reduce", *[rng.choice(["--output", "-o", "--overwrite", "--help"] + words) for _ in range(rng.randrange(4))]]
    return [programs / "gdm-merge", *[rng.choice(["--overwrite", "--version"] + words) for _ in range(rng.randrange(5))]]


def main():
    programs, jobs, seed, cases = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    sweeps = [pathlib.Path(name).resolve() for name in sys.argv[5:]]
    jobs = [path.read_text() for path in sorted(jobs.glob("*.ini"))]
    findings, codes = 0, {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for number in range(seed, seed + cases):
            rng = random.Random(number)
            for sweep in sweeps:
                shutil.copy(sweep, folder / sweep.name)
            command = [str(word).replace("\0", "") for word in command_of(programs, jobs, sweeps, folder, rng)]
            result = run(command, folder)
            codes[result.returncode] = codes.get(result.returncode, 0) + 1
            lines = [line for line in result.stderr.splitlines() if line.strip()]
            # Of several files gdm-status says on stdout what is wrong with each.
            silent = result.returncode in (2, 74) and not lines and not result.stdout.strip()
            if result.returncode in CODES and not silent and (result.returncode != 2 or len(lines) < 3):
                continue
            findings += 1
            print(f"FINDING {number}: code {result.returncode}: {command[0].rsplit('/', 1)[-1]} {command[1:]}: {result.stderr[-300:]}")
            if "job.ini" in command:
                print((folder / "job.ini").read_text(errors="replace"))
    print(f"{cases} runs, codes {dict(sorted(codes.items()))}, {findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
