"""Makes a table of points that fill a box evenly, for `points = FILE.csv` in a job.

    make_points.py sobol 1024 mu=0.1:2 sigma2=geom:0.05:4 d=int:1:64 --seed 1 -o points.csv
    make_points.py latin 200 mu=0.1:2 target=words:two,sphere -o points.csv

Each parameter is NAME=FIRST:LAST, evenly between them; geom:FIRST:LAST, evenly in the logarithm; int:FIRST:LAST, whole numbers,
both ends included; geomint:FIRST:LAST, whole numbers evenly in the logarithm; words:A,B,C. `latin` is a Latin hypercube: in each
parameter one point in each of n equal parts. `sobol` is a scrambled Sobol sequence, best for powers of two; the first rows of a
longer table of the same seed are those of a shorter one, so that a sweep grows with it. The same command writes the same file.
Rows that rounding makes equal are left out. Exit code 2 means that an option is wrong; nothing is written then.
"""
import argparse
import math
import os
import pathlib
import re
import sys

import numpy as np
from scipy.stats import qmc

from gdmsweep import version

#: More points than these no job takes.
MOST = 10**7


class InputError(Exception):
    """Why a table cannot be made; the text is one line for the user."""


class Parameter:
    """A column: its name, and how a number from 0 to 1 becomes a value."""

    def __init__(self, text):
        self.name, _, range_ = text.partition("=")
        if not re.fullmatch(r"[A-Za-z]\w*", self.name) or not range_:
            raise InputError(f"{text}: takes NAME=FIRST:LAST, with geom:, int:, geomint: or words: before it if need be")
        self.kind, _, rest = range_.partition(":") if range_[0].isalpha() else ("", "", range_)
        if self.kind == "words":
            self.words = rest.split(",")
            if not all(self.words) or len(set(self.words)) < len(self.words):
                raise InputError(f"{text}: takes several words with commas, each once")
            return
        if self.kind not in ("", "geom", "int", "geomint"):
            raise InputError(f"{text}: '{self.kind}' is unknown; there are geom, int, geomint, words")
        try:
            self.first, self.last = (float(one) for one in rest.split(":"))
        except ValueError:
            raise InputError(f"{text}: takes two numbers, FIRST:LAST") from None
        if not (math.isfinite(self.first) and math.isfinite(self.last) and self.first < self.last):
            raise InputError(f"{text}: FIRST and LAST must be finite, and FIRST below LAST")
        if self.kind.startswith("geom") and self.first <= 0:
            raise InputError(f"{text}: FIRST must be above 0 for even steps of the logarithm")
        if self.kind.endswith("int") and (self.first % 1 or self.last % 1):
            raise InputError(f"{text}: takes whole numbers")

    def texts(self, share):
        """The values at these shares of the range, from 0 to 1, as they stand in the table: 12 digits, which is what is run."""
        if self.kind == "words":
            return [self.words[i] for i in self._cells(share, len(self.words))]
        if self.kind == "int":
            return [f"{self.first + i:.0f}" for i in self._cells(share, int(self.last - self.first) + 1)]
        if self.kind == "geomint":  # each whole number reaches half way to its neighbours
            low, high = math.log(self.first - 0.5), math.log(self.last + 0.5)
            return [f"{one:.0f}" for one in np.clip(np.round(np.exp(low + share * (high - low))), self.first, self.last)]
        if self.kind == "geom":
            share = np.exp(math.log(self.first) + share * (math.log(self.last) - math.log(self.first)))
            return [f"{one:.12g}" for one in np.clip(share, self.first, self.last)]
        return [f"{one:.12g}" for one in self.first + share * (self.last - self.first)]

    @staticmethod
    def _cells(share, count):
        return np.minimum((share * count).astype(int), count - 1).tolist()


def shares(design, count, parameters, seed):
    """Numbers from 0 to 1, (count, parameters)."""
    if design == "latin":
        return qmc.LatinHypercube(d=parameters, seed=seed).random(count)
    if parameters > qmc.Sobol.MAXDIM:
        raise InputError(f"a Sobol sequence has {qmc.Sobol.MAXDIM} dimensions at most")
    sequence = qmc.Sobol(d=parameters, scramble=True, seed=seed)
    # Whole powers of two, so that scipy has nothing to warn of; the first of them are the same for any number.
    return sequence.random_base2(max(0, math.ceil(math.log2(count))))[:count]


def table(design, count, columns, seed):
    """The lines of the table, without repetitions, and how many of them there were."""
    parameters = [Parameter(text) for text in columns]
    names = [one.name for one in parameters]
    if len(set(names)) < len(names):
        raise InputError(f"{', '.join(names)}: each parameter once")
    numbers = shares(design, count, len(parameters), seed)
    rows = [",".join(row) for row in zip(*(one.texts(numbers[:, i]) for i, one in enumerate(parameters)))]
    kept = list(dict.fromkeys(rows))
    return [",".join(names), *kept], len(rows) - len(kept)


def whole(text):
    if not re.fullmatch(r"\d{1,10}", text):
        raise argparse.ArgumentTypeError(f"{text}: takes a whole number")
    return int(text)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    version.add_to(parser)
    parser.add_argument("design", choices=("latin", "sobol"), help="a Latin hypercube or a scrambled Sobol sequence")
    parser.add_argument("count", type=whole, help="number of points")
    parser.add_argument("parameters", nargs="+", metavar="NAME=RANGE", help="FIRST:LAST, geom:, int:, geomint:FIRST:LAST, words:A,B")
    parser.add_argument("--seed", type=whole, default=1, help="another seed gives other points (default: 1)")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, help="the table to write")
    parser.add_argument("--overwrite", action="store_true", help="replace the output if it exists")
    options = parser.parse_args(arguments)
    try:
        if not 1 <= options.count <= MOST:
            raise InputError(f"{options.count}: takes 1 to {MOST} points")
        if options.output.exists() and not options.overwrite:
            raise InputError(f"{options.output}: exists already; --overwrite replaces it")
        lines, repeated = table(options.design, options.count, options.parameters, options.seed)
        said = f"# make_points.py {options.design} {options.count} {' '.join(options.parameters)} --seed {options.seed}"
        options.output.parent.mkdir(parents=True, exist_ok=True)
        part = options.output.with_name(f".{options.output.name}.{os.getpid()}.tmp")
        try:
            part.write_text("\n".join([said, *lines]) + "\n")
            os.replace(part, options.output)
        finally:
            part.unlink(missing_ok=True)
    except (InputError, OSError) as error:
        print(f"make_points.py: {error}", file=sys.stderr)
        return 2
    again = f" ({repeated} that repeated others left out)" if repeated else ""
    print(f"{options.output}: {len(lines) - 1} points over {lines[0].replace(',', ', ')}{again}")
    print(f"in a job:  points = {options.output}")
    return 0
