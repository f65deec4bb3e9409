#!/usr/bin/python3
"""Draws the figures of a reduced file: plot.py results/phase_diagram.reduced.h5

The experiment named in the file chooses the figures (analysis/figures/). Exit code 2 means that the file or an option is
wrong; the message says what to do.
"""
import argparse
import difflib
import pathlib
import sys

try:
    import numpy

    import figures
    from figures import effort
    import gdm
    import style
except ImportError as error:
    sys.exit(f"plot.py: {error.name} is missing for {sys.executable} (Debian: apt install python3-{error.name}; "
             "then run it with /usr/bin/python3)")


def choose(data, grid, selections):
    """Brings the file to the grid that the figures draw: applies --select, takes the first value along other dimensions and
    says so, and uses a coordinate as a dimension where the job gave an axis under another name (t for theta). A tuple in
    `grid` stands for the one of its names that is a dimension."""
    grid = [name if isinstance(name, str) else next((other for other in name if other in data.dims), name[0])
            for name in grid]
    for name, text in selections:
        if name not in data.dims:
            raise gdm.FileError(f"--select {name}: not a dimension of the file; it has {', '.join(map(str, data.dims))}")
        data = data.isel({name: [nearest(data[name].values, name, text)]})
    for name in grid:
        if name in data.dims or name not in data.coords:
            continue
        coordinate = data[name]
        for other in coordinate.dims:
            first = coordinate.isel({other: 0})
            if bool(((coordinate == first) | (coordinate.isnull() & first.isnull())).all()):
                coordinate = coordinate.isel({other: 0}, drop=True)
        if coordinate.ndim == 1:
            data = data.assign_coords({name: coordinate}).swap_dims({coordinate.dims[0]: name})
    missing = [name for name in grid if name not in data.dims]
    if missing:
        raise gdm.FileError(f"the figures need the dimension {missing[0]}, but the grid of this file is "
                            f"{', '.join(map(str, data.replicas_done.dims))}")
    for name in data.replicas_done.dims:
        if name not in grid:
            if data.sizes[name] > 1:
                print(f"drawn for {name} = {data[name].values[0]}; choose another with --select {name}=VALUE")
            data = data.isel({name: 0})
    return data


def nearest(values, name, text):
    """Place of a word, or of the number nearest to the text."""
    if values.dtype.kind in "OUS":
        if text not in list(values):
            raise gdm.FileError(f"--select {name}={text}: there are {', '.join(map(str, values))}")
        return list(values).index(text)
    try:
        wanted = float(text)
    except ValueError:
        raise gdm.FileError(f"--select {name}={text}: not a number") from None
    if numpy.isnan(values).all() or numpy.isnan(wanted):
        if numpy.isnan(wanted) and numpy.isnan(values).any():
            return int(numpy.isnan(values).argmax())
        raise gdm.FileError(f"--select {name}={text}: there are {', '.join(f'{value:g}' for value in values)}")
    return int(numpy.nanargmax(values) if wanted == float("inf") else numpy.nanargmin(abs(values - wanted)))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="a reduced file, NAME.reduced.h5, from gdm-reduce")
    parser.add_argument("--output", metavar="DIR", type=pathlib.Path, help="where the figures go (default: beside the file)")
    parser.add_argument("--format", default="png", help="png, pdf, svg, or several with commas (default: png)")
    parser.add_argument("--only", metavar="FIGURE", help="draw this figure alone")
    parser.add_argument("--select", metavar="NAME=VALUE", action="append", default=[],
                        help="draw only the value of a grid dimension nearest to VALUE")
    options = parser.parse_args(arguments)
    try:
        formats = options.format.split(",")
        for name in formats:
            if name not in ("png", "pdf", "svg"):
                raise gdm.FileError(f"--format {name}: unknown; there are png, pdf, svg")
        data = gdm.open_reduced(options.file)
        experiment = data.attrs["experiment"]
        if experiment not in figures.EXPERIMENTS:
            near = difflib.get_close_matches(experiment, figures.EXPERIMENTS, 1)
            raise gdm.FileError(f"{options.file}: no figures for experiment '{experiment}'"
                                + (f" (did you mean {near[0]}?)" if near else "")
                                + f"; there are: {', '.join(figures.EXPERIMENTS)}. Add a module to analysis/figures/")
        module = figures.module_of(experiment)
        known = [*module.FIGURES, f"{experiment}_replicas"]
        if options.only and options.only not in known:
            raise gdm.FileError(f"--only {options.only}: no such figure; there are: {', '.join(known)}")
        whole = data
        data = choose(gdm.filled(data), module.GRID, [text.partition("=")[::2] for text in options.select])
        folder = options.output or pathlib.Path(options.file).parent
        folder.mkdir(parents=True, exist_ok=True)
        draw(data, module.FIGURES, options, folder, formats)
        if whole.attrs.get("target_error") or whole.attrs.get("refine"):
            draw(whole, {f"{experiment}_replicas": effort.replicas}, options, folder, formats)
    except (gdm.FileError, OSError) as error:
        print(f"plot.py: {error}", file=sys.stderr)
        return 2
    return 0


def draw(data, functions, options, folder, formats):
    """Figures are named after the file, so that two jobs of one experiment do not overwrite each other's."""
    style.use()
    experiment = data.attrs["experiment"]
    stem = pathlib.Path(options.file).name.removesuffix(".h5").removesuffix(".reduced")
    for name, make in functions.items():
        if options.only not in (None, name):
            continue
        try:
            for suffix in formats:
                path = folder / f"{stem}{name.removeprefix(experiment)}.{suffix}"
                style.save(make(data), path)
                print(f"{path}: {make.__doc__.splitlines()[0]}")
        except figures.Skip as reason:
            print(f"{name}: skipped, {reason}")


if __name__ == "__main__":
    sys.exit(main())
