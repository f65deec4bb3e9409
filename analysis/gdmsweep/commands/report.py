"""Writes a report of one or several sweeps: a page of HTML that is complete in itself, to be read, printed and handed on.

FILE is a sweep file or a reduced file; of a sweep that is not reduced yet, gdm-reduce is run first. The page tells the question,
the parameters, the figures (as plot.py draws them), the values with errors, theory and z, what failed and what is missing, where
the numbers come from, how to have them again, and what to cite. Several files make one page with a table of contents.

The page loads nothing and runs no scripts. It is written whole or not at all; an older page of the same name is replaced.
"""
import argparse
import os
import pathlib
import sys
import tempfile

from gdmsweep import version
from gdmsweep.files import FileError
from gdmsweep.report import crate, page, sources

EXAMPLES = """examples:
  gdm-report results/ising.h5                         results/ising.html
  gdm-report results/*.reduced.h5 --output all.html   one page of several sweeps
  gdm-report results/ising.h5 --crate --author "Ada Lovelace" --license CC-BY-4.0
                                                      also results/ising.crate/, an RO-Crate for an archive

exit code: 0 written; 2 an option or a file is wrong, or cannot be written; the message says what to do
"""


def parser():
    result = argparse.ArgumentParser(prog="gdm-report", description=__doc__, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("files", metavar="FILE", nargs="+", help="a sweep file or a reduced file")
    result.add_argument("-o", "--output", metavar="PAGE", type=pathlib.Path,
                        help="the page to write (of one file: NAME.html beside it; of several: report.html beside the first)")
    result.add_argument("--title", help="title of the page (default: names of the files)")
    result.add_argument("--author", metavar="NAME", action="append", default=[],
                        help="an author, perhaps with an ORCID: 'Ada Lovelace (0000-0002-1825-0097)'; may be repeated")
    result.add_argument("--crate", action="store_true",
                        help="write PAGE's name with .crate too: a folder with copies of job, code, sweep and reduced file, the page, "
                             "and ro-crate-metadata.json (RO-Crate 1.1), for archives such as Zenodo")
    result.add_argument("--license", metavar="SPDX", help="licence of the crate's data, by its SPDX name, as CC-BY-4.0")
    version.add_to(result)
    return result


def page_of(options, found):
    """Where the page goes."""
    if options.output:
        if options.output.is_dir():
            raise FileError(f"--output {options.output}: is a directory; give the page's name, as {options.output}/report.html")
        return options.output
    return found[0].reduced.with_name(f"{found[0].name}.html" if len(found) == 1 else "report.html")


def write(path, text):
    """Writes a text whole, or leaves what was there."""
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                file.write(text)
                file.flush()
                os.fchmod(file.fileno(), 0o666 & ~crate.umask())
                os.replace(file.name, path)
            except BaseException:
                os.unlink(file.name)
                raise
    except OSError as error:
        raise FileError(f"{path}: cannot be written ({error.strerror})") from None


def main(arguments=None):
    options = parser().parse_args(arguments)
    try:
        if options.license and not options.crate:
            raise FileError("--license: is of a crate; give --crate too")
        authors = [crate.author(text) for text in options.author]
        found = sources.gather(options.files)
        path = page_of(options, found)
        if path.exists() and not (path.is_file() and page.is_page(path)):
            raise FileError(f"{path}: exists and is not a page of gdm-report; choose another name with --output")
        write(path, page.render(found, options.title, [one.name for one in authors]))
        print(path)
        if options.crate:
            print(crate.write(path.with_suffix(".crate"), found, path, options.title, authors, options.license))
    except FileError as error:
        print(f"gdm-report: {error}", file=sys.stderr)
        return 2
    return 0
