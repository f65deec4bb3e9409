"""Condensation and speciation times of several datasets in one figure, against what their points were chosen by.

    analysis/plot_datasets.py results/condensation_ising_T*.reduced.h5 --mark 2.269185

Each file is a reduced sweep of `condensation` with `dataset = FILE.h5:/replicas/configurations[T = 2.3, …]`; the abscissa is
the name in brackets that differs between them. Exit code 2 means that a file or an option is wrong, and nothing is written.
"""
import argparse
import pathlib
import re
import sys

import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import reduced, style, version
from gdmsweep.files import FileError, open_reduced


def choice_of(data, path):
    """What the dataset's point was chosen by, name -> number."""
    found = re.search(r"\[(.*)\]$", str(data.attrs.get("dataset", "")))
    if not found:
        raise FileError(f"{path}: its dataset names no point, as FILE.h5:/replicas/configurations[T = 2.3]")
    pairs = (item.split("=") for item in found[1].split(","))
    return {name.strip(): float(value) for name, value in pairs if re.fullmatch(r"\s*[-+.\deE]+\s*", value)}


def read(paths, x):
    """(name of the abscissa, the files in its order)."""
    found = []
    for path in paths:
        data = open_reduced(path)
        if data.attrs["experiment"] != "condensation" or "N" not in data.dims:
            raise FileError(f"{path}: no sweep of condensation over N points of a dataset")
        found.append((choice_of(data, path), data.squeeze(set(data.replicas_done.dims) - {"N"})))
    names = {name for choice, _ in found for name in choice}
    differ = sorted(name for name in names if len({choice.get(name) for choice, _ in found}) > 1)
    x = x or (differ[0] if differ else None)
    if x is None or any(x not in choice for choice, _ in found):
        raise FileError("the datasets do not differ in a number that all of them are chosen by; name it with --x")
    return x, sorted(((choice[x], data) for choice, data in found), key=lambda one: one[0])


def gathered(files, name, size):
    """Values and errors of a variable at N = size, NaN where a file has none."""
    at = [data.sel(N=size) for _, data in files]
    return (np.array([float(one[name]) if name in one else np.nan for one in at]),
            np.array([float(one[f"{name}_stderr"]) if f"{name}_stderr" in one else np.nan for one in at]))


def points(axis, x, values, errors, **look):
    """Markers, with bars where there are errors."""
    axis.errorbar(x, values, errors if np.isfinite(errors).any() else None, **look)


def draw(x, files, mark):
    """(a) times of condensation for each N, beside those of Gaussian points with the same covariance, and the time of
    speciation; (b) the participation ratio over t of the largest N at some of the datasets."""
    sizes = [float(size) for size in files[0][1].N.values if all(size in data.N.values for _, data in files)]
    values = np.array([value for value, _ in files])
    figure, ((times, weights),) = style.panels(2, height=2.7)
    shown = [sizes[i] for i in style.spread(len(sizes), 4)]
    for series, size in enumerate(shown):
        time, error = gathered(files, "t_c_half", size)
        points(times, values, time, error, **style.points(series))
        gaussian, _ = gathered(files, "t_c_gaussian", size)
        times.plot(values, gaussian, color=style.COLORS[series], ls=style.LINES[series], lw=0.8)
    speciation, _ = gathered(files, "t_s", shown[-1])
    sampling, _ = gathered(files, "t_s_sampling_error", shown[-1])
    points(times, values, speciation, sampling, color="k", marker="x", ms=3.5, lw=0.8)
    if mark is not None:
        times.axvline(mark, color="0.45", lw=0.7, ls=":", zorder=0)
    times.set(xlabel=style.symbol(x), ylabel="diffusion time $t$", ylim=(0, None))
    entries = [style.key(i, f"$t_C$, {style.equals(N=size)}; line: Gaussian, same covariance") for i, size in enumerate(shown)]
    entries.append(Line2D([], [], color="k", marker="x", ms=3.5, lw=0.8, label=f"speciation {style.symbol('t_s')}"))
    for series, i in enumerate(style.spread(len(files), 4)):
        value, data = files[i]
        here = data.sel(N=shown[-1])
        points(weights, here.t.values, here.participation_ratio.values, reduced.error(here, "participation_ratio"),
               **{**style.points(series), "ms": 2.4}, label=style.equals(**{x: value}))
    weights.axhline(0.5, color="0.6", lw=0.6, zorder=0)
    weights.set(xscale="log", xlabel="$t$", ylabel=rf"$\langle Y\rangle$, {style.equals(N=shown[-1])}", ylim=(-0.04, 1.04))
    weights.legend(loc="best")
    style.letter((times, weights))
    style.legend(figure, entries, 2)
    first = files[0][1]
    style.caption(figure, [f"{len(files)} datasets", style.equals(d=first.d), f"{int(first.replicas_done.max())} replicas each"])
    return figure


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    version.add_to(parser)
    parser.add_argument("files", nargs="+", help="reduced files of condensation, one a dataset")
    parser.add_argument("--x", help="the name in the brackets of `dataset` to draw against (default: the one that differs)")
    parser.add_argument("--mark", type=float, help="a value to be marked by a line")
    parser.add_argument("--output", type=pathlib.Path, help="the figure (default: datasets.png beside the first file)")
    options = parser.parse_args(arguments)
    output = options.output or pathlib.Path(options.files[0]).parent / "datasets.png"
    try:
        style.use()
        x, files = read(options.files, options.x)
        style.save(draw(x, files, options.mark), output)
    except (FileError, OSError) as error:
        print(f"plot_datasets.py: {error}", file=sys.stderr)
        return 2
    print(f"{output}: times of condensation and speciation of {len(files)} datasets against {x}")
    return 0
