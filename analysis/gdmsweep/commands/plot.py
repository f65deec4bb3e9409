"""Draws the figures of a reduced file: plot.py results/phase_diagram.reduced.h5

The experiment named in the file chooses the figures (gdmsweep/plots/). Exit code 2 means that the file or an option is wrong; the
message says what to do.
"""
import argparse
import pathlib
import sys

from gdmsweep import drawing, plots, style, version
from gdmsweep.files import FileError, open_reduced
from gdmsweep.plots import notes

FORMATS = ("png", "pdf", "svg")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    version.add_to(parser)
    parser.add_argument("file", help="a reduced file, NAME.reduced.h5, from gdm-reduce")
    parser.add_argument("--output", metavar="DIR", type=pathlib.Path, help="where the figures go (default: beside the file)")
    parser.add_argument("--format", default="png", help="png, pdf, svg, or several with commas (default: png)")
    parser.add_argument("--only", metavar="FIGURE", help="draw this figure alone")
    parser.add_argument("--select", metavar="NAME=VALUE", action="append", default=[],
                        help="draw only the value of a grid dimension nearest to VALUE")
    for name, what in (("x", "the parameter along x"), ("y", "a second parameter, or the quantity"),
                       ("colour", "what colours the points: the quantity, or a third parameter")):
        parser.add_argument(f"--{name}", metavar="NAME", help=f"points from a table: {what}")
    options = parser.parse_args(arguments)
    try:
        formats = options.format.split(",")
        for name in formats:
            if name not in FORMATS:
                raise FileError(f"--format {name}: unknown; there are {', '.join(FORMATS)}")
        path = pathlib.Path(options.file)
        stem = path.name.removesuffix(".h5").removesuffix(".reduced")
        select = [text.partition("=")[::2] for text in options.select]
        plans = drawing.plans(open_reduced(path), stem, select, options.x, options.y, options.colour)
        plans = drawing.chosen(plans, options.only, "--only ")
        folder = options.output or path.parent
        folder.mkdir(parents=True, exist_ok=True)
        for plan in plans:
            save(plan, [folder / f"{stem}{plan.ending}.{kind}" for kind in formats])
    except (FileError, OSError) as error:
        print(f"plot.py: {error}", file=sys.stderr)
        return 2
    return 0


def save(plan, paths):
    """Writes one figure, and says what it shows and what it leaves out, a line each; or why there is none."""
    try:
        figure, told = plan.draw()
    except plots.Skip as reason:
        print(f"{plan.name}: skipped, {reason}")
        return
    for path in paths:
        style.save(figure, path)
        print(f"{path}: {plan.make.__doc__.splitlines()[0]}")
    for dimension, rest in plan.others.items():
        text = notes.values_of(dimension, rest, len(rest) + 1)
        print(f"  left out: {text}; --select {dimension}=VALUE draws it")
    for line in told.left_out():
        print(f"  left out: {line}")
