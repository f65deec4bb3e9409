"""Names that fit on the page: the letters of the papers, and long_name in a few words."""
from __future__ import annotations

import re

import xarray

#: The papers' letters for names of the files, in mathtext.
SYMBOLS = {
    "mu": r"\mu", "sigma2": r"\sigma^2", "d": "d", "N": "N", "t": "t", "theta": r"\theta", "h": "h", "K": "K",
    "M": "M", "lambda": r"\lambda", "alpha": r"\alpha", "x_norm": r"\|x\|", "theta_c": r"\theta_\mathrm{c}", "participation_ratio": r"\langle Y\rangle",
    "t_s": r"t_\mathrm{S}", "t_usb": r"t_\mathrm{USB}", "t_b": r"t_\mathrm{b}", "t_clone": r"t_\mathrm{clone}",
    "axis_abs": r"\langle|a|\rangle", "axis_2": r"\langle a^2\rangle", "binder": r"U_4",
    "clone_agreement": r"\varphi", "clone_agreement_sign": r"\varphi_\mathrm{sign}", "magnetisation": "m",
    "susceptibility": r"\chi", "t_s_clone": r"t_\mathrm{S}^\mathrm{clone}", "t_s_potential": r"t_\mathrm{S}^\mathrm{pot}",
    "psi_n": r"\psi_n", "psi_p": r"\psi_p", "tau": r"\tau", "ln_N": r"\ln N", "dt": r"\mathrm{d}t", "t_c": r"t_\mathrm{C}",
}

#: Where xarray breaks a label, also inside a formula: what is longer is none.
LONGEST = 30
#: Ends of the names of what stands beside a variable, in words.
PARTNERS = {"_stderr": "standard error", "_systematic": "systematic error", "_theory": "theory", "_chi2": "χ² per degree of freedom",
            "_dof": "degrees of freedom", "_from": "fitted from", "_to": "fitted to"}


def symbol(name: str) -> str:
    """The paper's letter for a name of the files, in mathtext; the name itself if it has none."""
    return f"${SYMBOLS[name]}$" if name in SYMBOLS else name.replace("_", " ")


def short_name(name: str, description: str = "") -> str:
    """A few words for a variable: the first clause of its description if that is short and no formula, otherwise its name in words, or its
    letter where the name is an abbreviation. `NAME_stderr` is called after NAME, whose description is the one to be given."""
    for end, words in PARTNERS.items():
        if name.endswith(end):
            own = short_name(name.removesuffix(end), description)
            return f"{own if len(own) < LONGEST else name.removesuffix(end).replace('_', ' ')}, {words}"
    clause = re.split(r"[;:,]| \(", description, maxsplit=1)[0].strip()
    if re.fullmatch(r"(?!the same|of )[^\W\d_][^<>^*/=|_()\\]+", clause) and len(clause) <= LONGEST:
        return clause
    own_words = name.split("_")
    return symbol(name) if name in SYMBOLS and any(len(word) < 3 for word in own_words) else " ".join(own_words)


def relabel(data: xarray.Dataset) -> None:
    """Gives every variable of a reduced file a short `long_name`, its letter as `symbol` where it has one, and what the file says of it
    as `description`. Numbers without a unit lose the unit 1, which plots would print."""
    for name, variable in data.variables.items():
        name, description = str(name), str(variable.attrs.get("long_name", ""))
        owner = next((name.removesuffix(end) for end in PARTNERS if name.endswith(end) and name.removesuffix(end) in data), name)
        owners = data[owner].attrs
        variable.attrs["description"] = description
        variable.attrs["long_name"] = short_name(name, str(owners.get("description", owners.get("long_name", ""))))
        if name in SYMBOLS:
            variable.attrs["symbol"] = symbol(name)
        if variable.attrs.get("units") == "1":
            del variable.attrs["units"]
