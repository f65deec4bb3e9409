"""An RO-Crate (https://w3id.org/ro/crate/1.1): a folder with all files of some sweeps and ro-crate-metadata.json, which says in
JSON-LD what each of them is, which program made it of what, when, and under which licence."""
import dataclasses
import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import urllib.parse

from gdmsweep.files import FileError
from gdmsweep.report import citations, provenance
from gdmsweep.report.page import clean
from gdmsweep.version import VERSION

METADATA = "ro-crate-metadata.json"
#: Terms of the context of RO-Crate 1.1, and the one that it lacks.
CONTEXT = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}]
HDF5 = "application/x-hdf5"
NO_LICENSE = "No licence is chosen yet: all rights are reserved. gdm-report --license CC-BY-4.0 names one."


@dataclasses.dataclass
class Author:
    name: str
    orcid: str = ""

    def entity(self):
        return {"@id": f"https://orcid.org/{self.orcid}" if self.orcid else f"#{_identifier(self.name)}", "@type": "Person",
                "name": self.name}


def author(text):
    """`Ada Lovelace` or `Ada Lovelace (0000-0002-1825-0097)`. Raises FileError if the ORCID's last digit is not its check digit."""
    found = re.fullmatch(r"(.*\S)\s*\((?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\)\s*", text)
    if not found:
        if not text.strip() or re.search(r"\(\s*\d", text):
            raise FileError(f"--author {text!r}: takes a name, perhaps with an ORCID: 'Ada Lovelace (0000-0002-1825-0097)'")
        return Author(clean(text.strip()))
    total = 0
    for digit in found[2].replace("-", "")[:-1]:
        total = 2 * (total + int(digit))
    if "0123456789X"[(12 - total % 11) % 11] != found[2][-1]:
        raise FileError(f"--author {text!r}: {found[2]} is not an ORCID (its last digit does not fit the others)")
    return Author(clean(found[1]), found[2])


def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _identifier(text):
    return urllib.parse.quote(text.replace(" ", "-"), safe="-")


def _uri(name):
    """The @id of a file: its path as a URI relative to the crate."""
    return urllib.parse.quote(name, errors="surrogateescape")


def _sha256(path):
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


class _Crate:
    """Files that are copied into a folder, and the entities that describe them."""

    def __init__(self, folder):
        self.folder = folder
        self.files, self.others = {}, {}

    def add_file(self, name, content, what, encoding, **more):
        """A file by its name, of a path to be copied or of a text. Returns the reference to it."""
        path, number = self.folder / name, 2
        while path.name in self.files or path.name == METADATA:
            path, number = self.folder / f"{pathlib.Path(name).stem}-{number}{pathlib.Path(name).suffix}", number + 1
        if isinstance(content, pathlib.Path):
            shutil.copyfile(content, path)
        else:
            path.write_text(content, encoding="utf-8", errors="surrogateescape")
        self.files[path.name] = {"@id": _uri(path.name), "@type": "File", "name": clean(path.name), "description": what,
                                 "contentSize": str(path.stat().st_size), "sha256": _sha256(path), "encodingFormat": encoding, **more}
        return self.reference(self.files[path.name])

    def add(self, entity):
        self.others.setdefault(entity["@id"], entity)
        return self.reference(entity)

    @staticmethod
    def reference(entity):
        return {"@id": entity["@id"]}

    def write(self, root):
        root["hasPart"] = [self.reference(one) for one in self.files.values()]
        root["mentions"] = [self.reference(one) for one in self.others.values() if one["@type"] == "CreateAction"]
        descriptor = {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"},
                      "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}}
        graph = [descriptor, root, *self.files.values(), *self.others.values()]
        text = json.dumps({"@context": CONTEXT, "@graph": graph}, indent=2, ensure_ascii=False)
        (self.folder / METADATA).write_text(text + "\n", encoding="utf-8")


def _program(crate, name, version):
    return crate.add({"@id": f"#{name}-{_identifier(version)}", "@type": "SoftwareApplication", "name": name, "version": version,
                      "license": {"@id": _spdx("BSD-3-Clause")}})


def _spdx(name):
    return f"https://spdx.org/licenses/{urllib.parse.quote(name)}"


def _add_sweep(crate, source, sweep):
    """The files of one sweep, and the actions that made them."""
    attrs = source.data.attrs
    job = crate.add_file(f"{source.name}.ini", str(attrs.get("job", "")), f"job of the sweep {source.name}: experiment and grid", "text/plain")
    inputs = [job, *(crate.add_file(name, text, f"code of the experiment {attrs['experiment']}", "text/plain")
                     for name, text in (sweep.code.items() if sweep else ()))]
    reduced = crate.add_file(source.reduced.name, source.reduced, f"means, errors and theory of {source.name} on the grid (netCDF-4)", HDF5)
    made_of = [job]
    if sweep:
        raw = crate.add_file(source.sweep.name, source.sweep, f"all replicas of {source.name} (format of gdm-sweep)", HDF5)
        made_of = [raw]
        for i, run in enumerate(sweep.sessions, 1):
            crate.add({"@id": f"#{_identifier(source.name)}-run-{i}", "@type": "CreateAction", "name": f"run {i} of {source.name}",
                       "description": clean(f"{run['command_line']} ({run['ranks']} rank{'s' * (run['ranks'] != 1)} on {run['host']}, {run['mpi']}, {run['hdf5']}, "
                                            f"instruction set {run['instruction_set']})"),
                       "startTime": run["start"], **({"endTime": run["end"]} if run["end"] else {}),
                       "instrument": _program(crate, "gdm-sweep", run["code_version"]), "object": inputs, "result": [raw]})
    crate.add({"@id": f"#{_identifier(source.name)}-reduction", "@type": "CreateAction", "name": f"reduction of {source.name}",
               "endTime": str(attrs.get("created", "")), "instrument": _program(crate, "gdm-reduce", str(attrs.get("reduced_by", "unknown"))),
               "object": made_of, "result": [reduced]})
    return reduced


def _describe(crate, found, page, title, authors, license_name):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    reduced = [_add_sweep(crate, source, provenance.read(source.sweep) if source.sweep else None) for source in found]
    written = crate.add_file(page.name, page, "report of the sweeps: question, figures, values with errors, provenance", "text/html",
                             about=[{"@id": "./"}])
    crate.add({"@id": "#report", "@type": "CreateAction", "name": "report", "endTime": now, "object": reduced, "result": [written],
               "instrument": _program(crate, "gdm-report", VERSION)})
    bibliography = "\n\n".join(dict.fromkeys(entry for source in found for entry in citations.entries(source.data.attrs)))
    crate.add_file("references.bib", bibliography + "\n", "papers to cite, and gdm-sweep", "application/x-bibtex")
    crate.add({"@id": _spdx("BSD-3-Clause"), "@type": "CreativeWork", "name": "BSD-3-Clause", "description": "licence of the programs"})
    questions = [str(source.data.attrs.get("question", "")) or f"experiment {source.data.attrs['experiment']}" for source in found]
    if license_name:
        licence = crate.add({"@id": _spdx(license_name), "@type": "CreativeWork", "name": license_name, "description": "licence of this crate"})
    else:
        licence = crate.add({"@id": "#licence", "@type": "CreativeWork", "name": "none yet", "description": NO_LICENSE})
    root = {"@id": "./", "@type": "Dataset", "name": clean(title or ", ".join(source.name for source in found)),
            "description": clean("Sweeps computed with gdm-sweep. " + " ".join(questions)), "datePublished": now[:10], "license": licence}
    if authors:
        root["author"] = [crate.add(one.entity()) for one in authors]
    crate.write(root)


def write(folder, found, page, title, authors, license_name):
    """Writes the crate whole, as `folder`, in the place of an older one. Raises FileError if something else has that name."""
    if license_name and not re.fullmatch(r"[A-Za-z0-9.+-]+", license_name):
        raise FileError(f"--license {license_name}: takes an SPDX name, as CC-BY-4.0 or CC0-1.0 (https://spdx.org/licenses)")
    if folder.exists() and not (folder / METADATA).is_file():
        raise FileError(f"{folder}: exists and is no RO-Crate; move it away, or choose another name with --output")
    temporary = None
    try:
        temporary = pathlib.Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        os.chmod(temporary, 0o777 & ~umask())
        _describe(_Crate(temporary), found, page, title, authors, license_name)
        if folder.exists():
            older = temporary.with_name(temporary.name + "-older")
            os.replace(folder, older)
            os.replace(temporary, folder)
            shutil.rmtree(older)
        else:
            os.replace(temporary, folder)
    except OSError as error:
        raise FileError(f"{folder}: cannot be written ({error.strerror})") from None
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)
    if not license_name:
        print(f"gdm-report: note: {folder}: {NO_LICENSE}", file=sys.stderr)
    return folder
