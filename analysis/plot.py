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
    import numpy as np

    import figures
    from figures import along, effort, notes, table, tempering
    import gdm
    import style
    import version
except ImportError as error:
    sys.exit(f"plot.py: {error.name} is missing for {sys.executable} (Debian: apt install python3-{error.name}; "
             "then run it with /usr/bin/python3)")


def choose(data, grid, selections):
    """Brings the file to the grid that the figures draw: applies --select, takes the first value along other dimensions, and
    uses a coordinate as a dimension where the job gave an axis under another name (t for theta). A tuple in `grid` stands
    for the one of its names that is a dimension. Returns the data, what --select chose (name -> value among all values),
    and the values that are left out (name -> values)."""
    grid = [name if isinstance(name, str) else next((other for other in name if other in data.dims), name[0])
            for name in grid]
    selected, others = {}, {}
    for name, text in selections:
        if name not in data.dims:
            raise gdm.FileError(f"--select {name}: not a dimension of the file; it has {', '.join(map(str, data.dims))}")
        values, place = data[name].values, nearest(data[name].values, name, text)
        selected[name], others[name] = (values[place], values), np.delete(values, place)
        data = data.isel({name: [place]})
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
            others.setdefault(name, data[name].values[1:])
            data = data.isel({name: 0})
    return data, selected, {name: rest for name, rest in others.items() if len(rest)}


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
    if np.isnan(values).all() or np.isnan(wanted):
        if np.isnan(wanted) and np.isnan(values).any():
            return int(np.isnan(values).argmax())
        raise gdm.FileError(f"--select {name}={text}: there are {', '.join(f'{value:g}' for value in values)}")
    return int(np.nanargmax(values) if wanted == float("inf") else np.nanargmin(abs(values - wanted)))


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
            if name not in ("png", "pdf", "svg"):
                raise gdm.FileError(f"--format {name}: unknown; there are png, pdf, svg")
        data = gdm.open_reduced(options.file)
        experiment = data.attrs["experiment"]
        selections = [text.partition("=")[::2] for text in options.select]
        module = figures.module_of(experiment)
        of_table, asked = bool(gdm.table_columns(data)), options.x or options.y or options.colour
        if of_table and (asked or not getattr(module, "DRAWS_TABLES", False)):
            return draw_table(data, options, selections, formats)
        if asked:
            raise gdm.FileError("--x, --y and --colour are for files whose points come from a table")
        # Results along an axis and tempered ladders are drawn for every experiment; those with figures of their own show their
        # limits in these.
        lies_along = any(module is None or data[name].attrs["kind"] != "limit" for name in along.results(data))
        tempered = "swap_acceptance" in data and "flow" in data
        if module is None and not lies_along and not tempered:
            known = figures.experiments()
            near = difflib.get_close_matches(experiment, known, 1)
            raise gdm.FileError(f"{options.file}: no figures for experiment '{experiment}'"
                                + (f" (did you mean {near[0]}?)" if near else "")
                                + f"; there are: {', '.join(known)}. Add a module to analysis/figures/")
        grid, own = (module.GRID, module.FIGURES) if module else (tuple(data.replicas_done.dims), {})
        if of_table:
            grid = (gdm.TABLE,)
        if tempered:
            own = {**own, f"{experiment}_tempering": tempering.tempering}
        known = [*own, f"{experiment}_along", f"{experiment}_replicas"]
        if options.only and options.only not in known:
            raise gdm.FileError(f"--only {options.only}: no such figure; there are: {', '.join(known)}")
        whole = data
        data, selected, others = choose(data, grid, selections)
        folder, stem = place_of_figures(options)
        end = "".join(f"_{name}={briefly(*chosen)}" for name, chosen in selected.items())
        for name, make, suffix in named(own, experiment, stem):
            if options.only in (None, name):
                draw(data, make, name, [folder / f"{stem}{suffix}{end}.{kind}" for kind in formats], others)
        name = f"{experiment}_along"
        if lies_along and options.only in (None, name):
            planes = choose(whole, tuple(whole.replicas_done.dims), selections)[0]
            draw(planes, along.along, name, [folder / f"{stem}_along{end}.{kind}" for kind in formats], {})
        name = f"{experiment}_replicas"
        if options.only in (None, name) and (whole.attrs.get("target_error") or whole.attrs.get("refine")):
            draw(whole, effort.replicas, name, [folder / f"{stem}_replicas.{kind}" for kind in formats], {})
    except (gdm.FileError, OSError) as error:
        print(f"plot.py: {error}", file=sys.stderr)
        return 2
    return 0


def place_of_figures(options):
    """The folder of the figures, made, and how their names begin."""
    folder = options.output or pathlib.Path(options.file).parent
    folder.mkdir(parents=True, exist_ok=True)
    style.use()
    return folder, pathlib.Path(options.file).name.removesuffix(".h5").removesuffix(".reduced")


def draw_table(data, options, selections, formats):
    """The figures of a file whose points come from a table, whatever its experiment."""
    places, end = {}, ""
    for name, text in selections:
        if name not in data.dims or name == gdm.TABLE:
            dims = ", ".join(str(dim) for dim in data.dims if dim != gdm.TABLE)
            raise gdm.FileError(f"--select {name}: not a dimension of the file beside its table; it has {dims}")
        places[name] = nearest(data[name].values, name, text)
        end += f"_{name}={briefly(data[name].values[places[name]], data[name].values)}"
        if name in data.replicas_done.dims:
            data = data.isel({name: [places.pop(name)]})
    points = table.Points(data, places)
    found = table.chosen_figures(points, options.x, options.y, options.colour)
    if data.attrs.get("target_error") and not (options.y or options.colour):
        wish = table.chosen_figures(points, options.x, None, "replicas_done")
        found["replicas"] = next(iter(wish.values()))
    experiment = data.attrs["experiment"]
    if options.only and options.only not in [f"{experiment}_{name}" for name in found]:
        raise gdm.FileError(f"--only {options.only}: no such figure; there are: "
                            f"{', '.join(f'{experiment}_{name}' for name in found)}")
    folder, stem = place_of_figures(options)
    asked = "".join(f"_{word}" for word in (options.y, options.colour) if word)
    for i, (name, make) in enumerate(found.items()):
        if options.only in (None, f"{experiment}_{name}"):
            ending = f"{asked}{end}" if i == 0 and name != "replicas" else f"_{name}{asked}{end}"
            draw(data, make, f"{experiment}_{name}", [folder / f"{stem}{ending}.{kind}" for kind in formats], {})
    return 0


def named(functions, experiment, stem):
    """(name, function, end of the file's name) of each figure. Files are named after the job, so that two jobs of one
    experiment do not overwrite each other's. A job whose name ends as that of a figure asks what this figure shows, which
    comes first then and has the job's name alone; where a figure would have the name of another job, `_figure` tells them apart."""
    jobs = {path.stem for path in (pathlib.Path(__file__).parent.parent / "jobs").glob("*.ini")}
    ends = {name: name.removeprefix(experiment) for name in functions}
    result = [(name, make, ends[name] + ("_figure" if ends[name] and stem + ends[name] in jobs else ""))
              for name, make in functions.items()]
    job = stem.partition(".")[0]
    answers = [entry for entry in result if ends[entry[0]] and job.endswith(ends[entry[0]])]
    if not answers:
        return result
    name, make, _ = answers[0]
    others = [(other, one, end or f"_{one.__name__}") for other, one, end in result if other != name]
    return [(name, make, ""), *others]


def briefly(value, values):
    """A value in a file's name, with as many digits as it takes to tell it from the other ones."""
    if isinstance(value, str):
        return value
    for digits in range(3, 18):
        text = f"{value:.{digits}g}"
        if sum(f"{other:.{digits}g}" == text for other in values) <= 1:
            break
    return text


def draw(data, make, name, paths, others):
    """Writes one figure, and says what it shows and what it leaves out, a line each; or why there is none."""
    try:
        if not (data.replicas_done > 0).any():
            raise figures.Skip("no replica is done yet" + (" of what is selected" if others else ""))
        with notes.collect(data) as told:
            figure = make(data)
        if told.asked and not told.drawn:
            raise figures.Skip("no point that it would show is computed yet")
        style.caption(figure, told.caption())
    except figures.Skip as reason:
        print(f"{name}: skipped, {reason}")
        return
    for path in paths:
        style.save(figure, path)
        print(f"{path}: {make.__doc__.splitlines()[0]}")
    for dimension, rest in others.items():
        text = notes.values_of(dimension, rest, len(rest) + 1)
        print(f"  left out: {text}; --select {dimension}=VALUE draws it")
    for line in told.left_out():
        print(f"  left out: {line}")


if __name__ == "__main__":
    sys.exit(main())
