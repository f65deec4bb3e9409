"""The version of gdm-sweep that the package and its scripts belong to."""
import argparse

VERSION = "0.1.0"


def add_to(parser: argparse.ArgumentParser) -> None:
    """The option --version, alike in all scripts."""
    parser.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
