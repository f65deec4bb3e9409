"""One look for all figures: print size, colours that survive colour blindness and grey print, labels with units."""
import contextlib
import pathlib

import matplotlib
import matplotlib.patches
import matplotlib.patheffects
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, ScalarFormatter

from gdmsweep.labels import SYMBOLS, symbol

ONE_COLUMN = 3.375  # inches, as in Physical Review
TWO_COLUMNS = 7.0
MAX_PANELS = 4

#: Okabe and Ito's colours that differ in lightness too; series i is told apart by colour, marker and line at once.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))

#: A thin white edge, so that a black line reads on any colour.
CASED = (matplotlib.patheffects.withStroke(linewidth=2.2, foreground="white"),)

#: How what was not computed looks, on a map and in its legend; white is left for what does not exist.
HATCHED = {"facecolor": "white", "hatch": "//////", "edgecolor": "#BBBBBB"}
NOT_COMPUTED = matplotlib.patches.Patch(**HATCHED, label="not computed")

def use():
    """Sets the style for all figures made from here on."""
    matplotlib.rcdefaults()
    matplotlib.rcParams.update({
        "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "mathtext.fontset": "dejavusans",
        "font.size": 7.5, "axes.labelsize": 8, "axes.titlesize": 8, "legend.fontsize": 6.8,
        "xtick.labelsize": 7, "ytick.labelsize": 7,
        "axes.linewidth": 0.6, "lines.linewidth": 1.0, "lines.markersize": 3.2, "errorbar.capsize": 1.5,
        "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True,
        "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.major.size": 3, "ytick.major.size": 3,
        "legend.frameon": False, "legend.handlelength": 2.2, "legend.borderaxespad": 0.4, "hatch.linewidth": 0.5,
        "savefig.dpi": 300, "pdf.fonttype": 42, "svg.hashsalt": "gdm-sweep",
    })


@contextlib.contextmanager
def used():
    """The style holds inside; what the user has set holds again afterwards."""
    with matplotlib.rc_context():
        use()
        yield


def save(figure, path):
    """Writes the figure; the same data gives the same bytes (no date, no program version in the metadata)."""
    for axis in figure.axes:
        _spread_labels(axis.xaxis)
        _spread_labels(axis.yaxis)
    path = pathlib.Path(path)
    drop = {".png": ["Software"], ".pdf": ["CreationDate", "Creator", "Producer"], ".svg": ["Date", "Creator"]}
    with used():
        figure.savefig(path, metadata={key: None for key in drop.get(path.suffix, [])})


def _spread_labels(axis):
    """Numbers along a logarithmic axis that do not meet: 1, 2, 5 times powers of ten within a decade or so, or round ones where
    hardly any of these lie, otherwise powers of ten alone."""
    if not isinstance(axis.get_major_locator(), LogLocator) or axis.get_scale() != "log":
        return
    low, high = sorted(axis.get_view_interval())
    if low > 0 and high / low < 15:
        ticks = LogLocator(10, subs=(1, 2, 5))
        few = sum(low <= tick <= high for tick in ticks.tick_values(low, high)) < 2
        axis.set_major_locator(MaxNLocator(4, steps=[1, 2, 4, 5, 10]) if few else ticks)
        axis.set_major_formatter(ScalarFormatter() if few else "{x:g}")
    axis.set_minor_formatter(NullFormatter())


def panels(count, rows=1, height=2.3, width=None, **keywords):
    """A figure of rows × count panels, one or two columns wide; axes as an array (rows, count)."""
    if width is None:
        width = ONE_COLUMN if count == 1 else TWO_COLUMNS
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)  # no display is needed
    return figure, figure.subplots(rows, count, squeeze=False, **keywords)


@contextlib.contextmanager
def _as_saved(figure):
    """Text inside has the size that it will have in the file: at another resolution letters are rounded otherwise, and lines of
    them add up to a row more or less."""
    resolution, saved = figure.dpi, matplotlib.rcParams["savefig.dpi"]
    figure.set_dpi(resolution if saved == "figure" else saved)
    try:
        yield figure.canvas.get_renderer()
    finally:
        figure.set_dpi(resolution)


def legend(figure, handles, columns=None):
    """One legend for all panels, above them, in as few rows as the width allows; the panels make room for it. Nothing
    without an entry."""
    if not handles:
        return
    with _as_saved(figure) as renderer:
        for count in range(columns or len(handles), 0, -1):
            drawn = figure.legend(handles=handles, loc="upper center", ncols=count, columnspacing=1.6)
            box = drawn.get_window_extent(renderer)
            if box.width <= figure.bbox.width or count == 1:
                break
            drawn.remove()
        height = box.height / figure.dpi
    frame(figure, legend=height)


def not_computed(axis):
    """Hatches the ground of a map: it shows where no cell is drawn."""
    axis.patch.set(**HATCHED)


def say(axis, text):
    """A sentence in a panel that has nothing to draw."""
    axis.text(0.5, 0.5, text, transform=axis.transAxes, ha="center", va="center", fontsize=7)


def frame(figure, legend=None, caption=None):
    """Leaves room (inches) for a legend above the panels and for a caption below; the figure grows by the caption."""
    left, bottom, wide, high = figure.get_layout_engine().get()["rect"]
    height = figure.get_figheight()
    above, below = (1 - bottom - high) * height if legend is None else legend, bottom * height
    if caption is not None:
        below, height = caption, height + caption - below
        figure.set_figheight(height)
    figure.get_layout_engine().set(rect=(left, below / height, wide, 1 - (above + below) / height))


def caption(figure, parts):
    """Small print below the panels, broken between its parts where the width ends."""
    if not parts:
        return
    text = figure.text(0.008, 0, "", fontsize=5.6, color="0.3", va="bottom", ha="left", linespacing=1.25)
    lines = []
    with _as_saved(figure) as renderer:
        for words in (word for part in parts for word in _breakable(part)):
            joined = f"{lines[-1]}{words}" if lines else words.lstrip()
            text.set_text(joined)
            if lines and text.get_window_extent(renderer).width > 0.985 * figure.bbox.width:
                lines.append(words.lstrip())
            else:
                lines[-1:] = [joined]
        text.set_text("\n".join(lines).rstrip(";"))
        height = text.get_window_extent(renderer).height / figure.dpi
    margin = 0.03
    frame(figure, caption=height + 2 * margin)
    text.set_y(margin / figure.get_figheight())


def _breakable(part):
    """The words of one part of a caption, which ends in a semicolon; one that is a formula stays whole."""
    words = [part] if len(part) < 30 else part.split(" ")
    return [" " + word for word in (*words[:-1], words[-1] + ";")]


def points(series):
    """Keywords of errorbar for the points of one series: open markers, no line."""
    return {"ls": "", "marker": MARKERS[series], "color": COLORS[series], "mfc": "white", "mew": 0.8, "elinewidth": 0.7}


def key(series, label, line=True, **look):
    """The legend entry of one series: its marker, and its line unless there is none."""
    return Line2D([], [], **{"color": COLORS[series], "ls": LINES[series] if line else "", "marker": MARKERS[series],
                             "mfc": "white", "mew": 0.8, "label": label, **look})


def label(variable, name=None):
    """An axis label: symbol, description where it is short and no formula, and unit, from the file's attributes."""
    text = symbol(name or variable.name)
    long_name = str(variable.attrs.get("description", variable.attrs.get("long_name", "")))
    if 0 < len(long_name) <= 30 and not set(long_name) & set("<>^*/=|"):
        text = f"{long_name} {text}" if (name or variable.name) in SYMBOLS else long_name
    unit = str(variable.attrs.get("units", variable.attrs.get("unit", "1")))
    return text if unit in ("1", "") else f"{text} ({unit})"


def number(value):
    """A value for a label: 4, 0.05, 10⁵, ∞, – for none."""
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return r"$\infty$"
    if value >= 1e4 and np.isclose(np.log10(value), round(np.log10(value))):
        return f"$10^{{{round(np.log10(value))}}}$"
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def equals(**values):
    """The label `d = 4, μ = 0.3` from names and values."""
    return ", ".join(equal(name, value) for name, value in values.items())


def equal(name, value):
    """The label `d = 4` or `state = planted` of one name."""
    value = getattr(value, "values", value)
    kind = np.asarray(value).dtype.kind
    if kind not in "OUS":
        return f"{symbol(name)} = {number(float(value))}"
    is_path = any(mark in str(value) for mark in "./")
    return f"{symbol(name)} = {value if is_path else str(value).replace('_', ' ')}"


def plain(value):
    """A value for a line of text: a word, or a number with as many digits as it needs, up to six."""
    return value if isinstance(value, str) else f"{float(value):.6g}"


def letter(axes):
    """(a), (b), … above the upper left corner of each panel, row by row; nothing above a single one."""
    if np.size(axes) == 1:
        return
    for index, axis in enumerate(np.ravel(axes)):
        axis.set_title(f"({chr(ord('a') + index)})", loc="left", fontweight="bold", fontsize=8)


def edges(values):
    """Cell edges halfway between ascending grid values, so that a cell is drawn around its point."""
    values = np.asarray(values, float)
    if len(values) == 1:
        half = max(0.05 * abs(values[0]), 0.05)
        return np.array([values[0] - half, values[0] + half])
    middle = 0.5 * (values[1:] + values[:-1])
    return np.concatenate([[2 * values[0] - middle[0]], middle, [2 * values[-1] - middle[-1]]])


def spread(count, limit=MAX_PANELS):
    """At most `limit` indices out of `count`, evenly spread, first and last among them."""
    return sorted(set(np.linspace(0, count - 1, min(count, limit)).round().astype(int).tolist()))
