"""What RO-Crate 1.1 asks of a folder (https://w3id.org/ro/crate/1.1): `broken(folder)` says which of it does not hold."""
import datetime
import json
import re
import urllib.parse

METADATA = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
#: Terms of schema.org that stand in the context of RO-Crate 1.1, as far as crates here use them.
TYPES = {"File", "Dataset", "CreativeWork", "CreateAction", "SoftwareApplication", "Person"}
PROPERTIES = {"name", "description", "datePublished", "license", "hasPart", "mentions", "author", "encodingFormat", "contentSize", "about",
              "conformsTo", "instrument", "object", "result", "startTime", "endTime", "version"}
MOMENTS = ("startTime", "endTime", "datePublished")


def values(entity):
    """(property, value) of all that an entity says, lists taken apart."""
    for key, several in entity.items():
        for value in several if isinstance(several, list) else [several]:
            yield key, value


def is_absolute(uri):
    return bool(re.match(r"[a-z][a-z0-9+.-]*:", uri))


def is_moment(text):
    try:
        datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return False
    return len(text) >= len("2026-01-01")


def _json_ld(metadata):
    """Flattened and compacted JSON-LD of terms that the context has."""
    contexts = metadata["@context"] if isinstance(metadata["@context"], list) else [metadata["@context"]]
    if contexts[0] != CONTEXT:
        yield f"@context begins with {contexts[0]}"
    own = {term for one in contexts if isinstance(one, dict) for term in one}
    seen = set()
    for entity in metadata["@graph"]:
        name = entity.get("@id")
        if not name or not entity.get("@type"):
            yield f"no @id or @type: {entity}"
        if name in seen:
            yield f"{name}: is there twice"
        seen.add(name)
        if not set(types_of(entity)) <= TYPES:
            yield f"{name}: @type {entity['@type']}"
        for key, value in values(entity):
            if not key.startswith("@") and key not in PROPERTIES | own:
                yield f"{name}: {key} is no term of the context"
            if isinstance(value, dict) and set(value) != {"@id"}:
                yield f"{name}: {key} holds an entity, not a reference to it"
            if not isinstance(value, (str, dict)) or value == "":
                yield f"{name}: {key} is {value!r}"
            if key in MOMENTS and not is_moment(value):
                yield f"{name}: {key} {value} is no ISO 8601"


def types_of(entity):
    return entity["@type"] if isinstance(entity["@type"], list) else [entity["@type"]]


def _roots(graph):
    """The descriptor, and the root data entity that it is about."""
    descriptor, root = graph.get(METADATA, {}), graph.get("./", {})
    if descriptor.get("@type") != "CreativeWork" or descriptor.get("about") != {"@id": "./"}:
        yield f"descriptor: {descriptor}"
    if descriptor.get("conformsTo") != {"@id": "https://w3id.org/ro/crate/1.1"}:
        yield f"descriptor: conformsTo {descriptor.get('conformsTo')}"
    if root.get("@type") != "Dataset":
        yield f"root: @type {root.get('@type')}"
    for key in ("name", "description", "datePublished", "license"):
        if not root.get(key):
            yield f"root: no {key}"


def _references(graph):
    """Every reference leads to an entity, or out of the crate; every entity is led to."""
    reached, open_ = set(), [METADATA]
    while open_:
        name = open_.pop()
        if name in reached:
            continue
        reached.add(name)
        for key, value in values(graph[name]):
            if not isinstance(value, dict):
                continue
            if value["@id"] in graph:
                open_.append(value["@id"])
            elif not (key == "conformsTo" and is_absolute(value["@id"])):
                yield f"{name}: {key} {value['@id']} is not described"
    for name in set(graph) - reached:
        yield f"{name}: nothing refers to it"


def _files(folder, graph):
    """Every file is described and a part of the root, and every one described is there."""
    parts = {value["@id"] for key, value in values(graph["./"]) if key == "hasPart"}
    described = {}
    for name, entity in graph.items():
        if not {"File", "Dataset"} & set(types_of(entity)) or name == "./":
            continue
        if name not in parts:
            yield f"{name}: is no part of the root"
        if is_absolute(name) or name.startswith(("/", "#")) or not re.fullmatch(r"([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+", name):
            yield f"{name}: is no relative path as a URI"
        path = folder / urllib.parse.unquote(name)
        described[path] = entity
        if not path.is_file():
            yield f"{name}: the file is not there"
        elif entity.get("contentSize") != str(path.stat().st_size):
            yield f"{name}: contentSize {entity.get('contentSize')}"
        if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", entity.get("encodingFormat", "")):
            yield f"{name}: encodingFormat {entity.get('encodingFormat')}"
    for path in folder.rglob("*"):
        if path.is_file() and path.name != METADATA and path not in described:
            yield f"{path.name}: is not described"
    for name in parts - set(graph):
        yield f"root: hasPart {name} is not described"


def _context_entities(graph):
    """What people, programs, licences and actions are to say."""
    for name, entity in graph.items():
        needed = {"Person": ("name",), "SoftwareApplication": ("name", "version"), "CreativeWork": ("name", "description"),
                  "CreateAction": ("name", "instrument", "object", "result")}.get(types_of(entity)[0], ())
        for key in needed:
            if not entity.get(key) and name != METADATA:
                yield f"{name}: no {key}"
        if not is_absolute(name) and not name.startswith("#") and types_of(entity)[0] in ("Person", "SoftwareApplication", "CreateAction"):
            yield f"{name}: an @id that is none of the web begins with #"
        for key, value in values(entity):
            wanted = {"instrument": "SoftwareApplication", "author": "Person"}.get(key)
            if wanted and wanted not in types_of(graph.get(value["@id"], {"@type": "nothing"})):
                yield f"{name}: {key} is no {wanted}"


def broken(folder):
    """The rules that a crate breaks, a line each."""
    metadata = json.loads((folder / METADATA).read_text(encoding="utf-8"))
    if set(metadata) != {"@context", "@graph"}:
        return [f"the metadata have {sorted(metadata)}"]
    found = list(_json_ld(metadata))
    if found:
        return found  # what follows takes the form for granted
    graph = {entity["@id"]: entity for entity in metadata["@graph"]}
    found = list(_roots(graph))
    return found or [*_references(graph), *_files(folder, graph), *_context_entities(graph)]
