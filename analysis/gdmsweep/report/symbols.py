"""Mathtext of the figures as HTML, so that a table says t_S, σ² and ⟨a²⟩ as they do."""
import re

from markupsafe import Markup, escape

from gdmsweep import style

_LETTERS = {"mu": "μ", "sigma": "σ", "theta": "θ", "lambda": "λ", "alpha": "α", "varphi": "φ", "chi": "χ", "psi": "ψ", "tau": "τ",
            "beta": "β", "gamma": "γ", "nu": "ν", "xi": "ξ", "delta": "δ", "Delta": "Δ", "langle": "⟨", "rangle": "⟩", "|": "‖",
            "ln": "ln ", "infty": "∞"}


def html_of(mathtext):
    """The subset of TeX that symbols are written in; what is not known of it stays as it is."""
    text = re.sub(r"\\(?:mathrm|mathit|text)\{([^{}]*)\}", r"{\1}", mathtext)
    text = re.sub(r"\\([A-Za-z]+|\|) ?", lambda found: _LETTERS.get(found[1], found[1]), text)
    text = str(escape(text))
    text = re.sub(r"\^(?:\{([^{}]*)\}|(.))", lambda found: f"<sup>{found[1] or found[2]}</sup>", text)
    text = re.sub(r"_(?:\{+([^{}]*)\}+|(.))", lambda found: f"<sub>{found[1] or found[2]}</sub>", text)
    return Markup(text.replace("{", "").replace("}", ""))


def symbol(variable):
    """The symbol of a variable or parameter: its attribute `symbol`, the one of the figures, or its name in words."""
    name = str(variable.name)
    known = str(variable.attrs.get("symbol", "")).strip("$") or style.SYMBOLS.get(name, "")
    return Markup("<i>{}</i>").format(html_of(known)) if known else Markup(escape(name.replace("_", " ")))


def unit(variable):
    """The unit for a heading; nothing for pure digits."""
    text = str(variable.attrs.get("units", variable.attrs.get("unit", "1")))
    return "" if text in ("1", "") else text
