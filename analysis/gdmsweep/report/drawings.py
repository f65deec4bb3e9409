"""The figures of a reduced file as pieces of a page: SVG whose names do not meet those of another figure."""
import base64
import dataclasses
import pathlib
import re
import tempfile

from markupsafe import Markup

from gdmsweep import drawing, style
from gdmsweep.files import FileError
from gdmsweep.plots import Skip, notes

#: From how many bytes on a drawing is set as an image of points.
LARGE = 1_500_000


@dataclasses.dataclass
class Drawing:
    name: str
    caption: str
    left_out: list
    picture: Markup
    wide: bool  # whether it spans two columns of a journal


def picture_of(figure, prefix, caption):
    """The figure as an element of HTML, its size left to the page."""
    svg = _written(figure, "svg").decode()
    if len(svg) > LARGE:
        code = base64.b64encode(_written(figure, "png")).decode()
        return Markup('<img alt="{}" src="data:image/png;base64,{}">').format(caption, code)
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg[svg.index("<svg"):], flags=re.DOTALL)
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{prefix}-", svg)
    opening, rest = svg[:svg.index(">")], svg[svg.index(">"):]
    opening = re.sub(r' (width|height)="[^"]*"', "", opening)
    label = Markup(' role="img" aria-label="{}"').format(caption)
    return Markup(opening + str(label) + rest)


def _written(figure, form):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / f"figure.{form}"
        style.save(figure, path)
        return path.read_bytes()


def drawings(source, prefix):
    """All figures of the file, as Drawings, and the reasons why others are not there, a line each."""
    made, skipped = [], {}
    try:
        plans = drawing.plans(source.data, source.name)
    except FileError as error:
        return made, [str(error).partition(";")[0]]
    for plan in plans:
        try:
            figure, told = plan.draw()
        except Skip as reason:
            skipped.setdefault(str(reason), []).append(plan.name)
            continue
        caption = (plan.make.__doc__ or plan.name).strip().splitlines()[0]
        left_out = [notes.values_of(name, values, len(values) + 1) for name, values in plan.others.items()]
        picture = picture_of(figure, f"{prefix}-{len(made) + 1}", caption)
        wide = figure.get_figwidth() > 1.2 * style.ONE_COLUMN
        made.append(Drawing(plan.name, caption, [*left_out, *told.left_out()], picture, wide))
    return made, [f"{', '.join(names)}: {reason}" for reason, names in skipped.items()]
