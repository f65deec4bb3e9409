"""What to cite, as BibTeX: the papers that an experiment names in `source`, as far as papers.bib knows them, and gdm-sweep itself."""
import pathlib
import re

PAPERS = pathlib.Path(__file__).with_name("papers.bib")
#: In the source tree and in an installed prefix alike.
CITATION = pathlib.Path(__file__).resolve().parents[3] / "CITATION.cff"


def known():
    """(regular expression, BibTeX entry without it) of each paper."""
    for entry in re.findall(r"^@.*?^}", PAPERS.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE):
        match = re.search(r"^  match = \{(.*)\},\n", entry, flags=re.MULTILINE)
        yield match[1], entry.replace(match[0], "")


def _field(text):
    """A text that stands in braces whatever it holds."""
    return re.sub(r"\s+", " ", re.sub(r"[\\{}]", " ", text)).strip()


def papers(source):
    """A BibTeX entry for each paper named in the text `source`; what is not known becomes a @misc with the text as its note."""
    entries, unknown = {}, []
    for part in re.split(r";\s*", source):
        found = [entry for match, entry in known() if re.search(match, part)]
        entries.update(dict.fromkeys(found))
        if not found and part.strip():
            unknown.append(part)
    return [*entries, *(f"@misc{{source{i},\n  note = {{{_field(part)}}},\n}}" for i, part in enumerate(unknown, 1))]


def _citation():
    """The scalar keys of CITATION.cff, before its references; nothing if it is not there."""
    if not CITATION.is_file():
        return {}
    head = CITATION.read_text(encoding="utf-8").partition("references:")[0]
    return {key: value.strip().strip("\"'") for key, value in re.findall(r"^(?:  - )?([a-z-]+): (.+)$", head, flags=re.MULTILINE)}


def software(code_version):
    """gdm-sweep as BibTeX, with the version that computed the digits."""
    known = _citation()
    year = re.search(r"\b(?:19|20)\d\d\b", known.get("date-released", ""))
    fields = {"author": f"{{{known.get('name', 'the gdm-sweep authors')}}}", "title": f"{{{known.get('title', 'gdm-sweep')}}}",
              "version": _field(code_version), "year": year[0] if year else "", "license": known.get("license", ""),
              "url": known.get("repository-code", known.get("url", ""))}
    lines = "\n".join(f"  {key} = {{{value}}}," for key, value in fields.items() if value)
    return f"@software{{gdm-sweep,\n{lines}\n}}"


def entries(attributes):
    """All entries of one reduced file, by its global attributes."""
    return [software(str(attributes.get("code_version", ""))), *papers(str(attributes.get("source", "")))]
