"""The version of gdm-sweep that the scripts belong to."""

VERSION = "0.1.0"


def add_to(parser):
    """The option --version, alike in all scripts."""
    parser.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
