"""Turns data into an HDF5 file that a job reads as `dataset = FILE.h5:/x`, one row a data point.

    make_dataset.py digits results/digits.h5                       scikit-learn's handwritten digits, 1797 × 64
    make_dataset.py array.npy out.h5                               N × anything becomes N × d; also .npz with --key
    make_dataset.py table.csv out.h5                               numbers with commas, a row a line; a line of names may begin it
    make_dataset.py "ising.h5[T = 2.3, L = 16]" out.h5             configurations that a sweep stored (store = 1000)
    make_dataset.py images/ out.h5 --size 32x32 --gray             a folder of images, sorted by name

Numbers keep their type (uint8 stays uint8). A .npy file larger than the memory is read in blocks. Exit code 2 means that the
input or an option is wrong; the message says what to do, and nothing is written.
"""
import argparse
import datetime
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py
import numpy as np

from gdmsweep import version
from gdmsweep.configurations import open_configurations
from gdmsweep.files import FileError

#: What new files are not allowed to everybody; to be asked for only by setting it.
UMASK = os.umask(0)
os.umask(UMASK)

#: Bytes that are read, checked and written at a time.
BLOCK = 8 << 20


class InputError(Exception):
    """Why data cannot be used; the text is one line for the user."""


def first_line(error):
    """What an exception says, in one line, even if it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


class Source:
    """Rows to be written: their original shape and type, blocks of them in order, and labels if there are any."""

    def __init__(self, name, shape, dtype, blocks, labels=None):
        if dtype.kind not in "fiu":
            raise InputError(f"{name}: holds {dtype}, no real numbers; convert it to a float or integer type first")
        if len(shape) == 0 or 0 in shape:
            raise InputError(f"{name}: is empty" if shape else f"{name}: a single number; rows of numbers are needed")
        self.name, self.shape, self.dtype, self.blocks, self.labels = name, tuple(shape), dtype, blocks, labels
        self.width = int(np.prod(shape[1:], dtype=np.int64))


def of_array(name, array, labels=None):
    """A source of an array in memory or mapped from a file."""
    def blocks():
        rows = max(1, BLOCK // max(1, array[:1].nbytes))
        for first in range(0, len(array), rows):
            yield np.asarray(array[first:first + rows])
    return Source(name, array.shape, array.dtype, blocks, labels)


def digits():
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise InputError("digits: they come with scikit-learn (Debian: apt install python3-sklearn)") from None
    data = load_digits()
    return of_array("scikit-learn, load_digits", data.images, data.target)


def of_numpy_file(path, key):
    """A .npy file, mapped into memory, or one array of a .npz archive."""
    try:
        loaded = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # numpy raises whatever its parsers do
        raise InputError(f"{path}: not a readable numpy file ({first_line(error)})") from None
    if isinstance(loaded, np.ndarray):
        if key:
            raise InputError(f"--key {key}: {path} is a single array; leave --key out")
        return of_array(str(path), loaded)
    with loaded:
        names = ", ".join(loaded.files)
        if key is None and len(loaded.files) != 1:
            raise InputError(f"{path}: choose one of its arrays with --key: {names}")
        key = key or loaded.files[0]
        if key not in loaded.files:
            raise InputError(f"--key {key}: not in {path}, which holds {names}")
        try:
            return of_array(f"{path}, {key}", loaded[key])
        except (ValueError, OSError) as error:
            raise InputError(f"{path}, {key}: not readable ({first_line(error)})") from None


def of_table(path):
    """The numbers of a .csv file, whose first line may be the names of its columns."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        named = lines and re.search(r"[a-df-z_]", re.sub(r"nan|inf", "", lines[0].lower()))
        rows = [line for line in lines[1 if named else 0:] if line.partition("#")[0].strip()]
        return of_array(str(path), np.loadtxt(rows, delimiter=",", ndmin=2) if rows else np.empty((0, 1)))
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: not a readable table of numbers ({first_line(error)})") from None


def of_images(folder, size, gray):
    """The images of a folder, sorted by name: brought to `size` and to grey levels if asked, otherwise all alike."""
    try:
        from PIL import Image
    except ImportError:
        raise InputError("images are read by Pillow (Debian: apt install python3-pil)") from None
    known = Image.registered_extensions()
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in known and not path.name.startswith("."))
    if not paths:
        raise InputError(f"{folder}: holds no images")

    def read(path):
        try:
            with Image.open(path) as image:
                if gray or image.mode == "1":
                    image = image.convert("L")
                elif image.mode not in ("L", "RGB") and not image.mode.startswith(("I", "F")):
                    image = image.convert("RGB")  # palettes, transparency, CMYK
                return np.asarray(image.resize(size, Image.LANCZOS) if size else image)
        except Exception as error:  # a damaged file makes its decoder raise anything
            raise InputError(f"{path}: not a readable image ({first_line(error)})") from None

    first = read(paths[0])

    def describe(pixels):
        return f"{pixels.shape[1]}x{pixels.shape[0]} {'grey' if pixels.ndim == 2 else 'coloured'} {pixels.dtype}"

    def blocks():
        rows = max(1, BLOCK // first.nbytes)
        for begin in range(0, len(paths), rows):
            block = []
            for path in paths[begin:begin + rows]:
                block.append(read(path))
                if block[-1].shape != first.shape or block[-1].dtype != first.dtype:
                    raise InputError(f"{path}: is {describe(block[-1])}, but {paths[0].name} is {describe(first)}; "
                                     "--size WxH and --gray make them alike")
            yield np.stack(block)
    return Source(f"{folder}, {len(paths)} images", (len(paths), *first.shape), first.dtype, blocks)


def open_source(text, options):
    sweep = re.fullmatch(r"(.*\.h5)(?:\[(.*)\])?", text)
    path = pathlib.Path(sweep[1] if sweep else text)
    if text == "digits" and not path.exists():
        source = digits()
    elif not path.exists():
        raise InputError(f"{path}: no such file or folder (nor 'digits')")
    elif path.is_dir():
        return of_images(path, options.size, options.gray)
    elif not path.is_file():
        raise InputError(f"{text}: no regular file (a pipe or a device?)")
    elif sweep:
        source = of_sweep(path, sweep[2] or "")
    elif path.suffix in (".npy", ".npz"):
        source = of_numpy_file(path, options.key)
    elif path.suffix == ".csv":
        source = of_table(path)
    else:
        raise InputError(f"{text}: takes 'digits', a .npy, .npz or .csv file, a sweep with stored configurations, or a folder of images")
    if options.size or options.gray:
        raise InputError("--size and --gray are for folders of images")
    return source


def of_sweep(path, choice):
    """The configurations that a sweep stored at one point: spins ±1, or cos and sin of the angle of each site in turn."""
    point = {}
    for item in filter(str.strip, choice.split(",")):
        name, equals, value = item.partition("=")
        if not equals:
            raise InputError(f"[{choice}]: a point is chosen by NAME = VALUE, ..., as [T = 2.3, L = 16]")
        try:
            point[name.strip()] = float(value)
        except ValueError:
            point[name.strip()] = value.strip()
    try:
        spins = open_configurations(path, **point)
    except FileError as error:
        raise InputError(str(error)) from None
    rows = spins.values.reshape(-1, spins.sizes["site"])
    if rows.dtype != np.int8:
        rows = np.stack([np.cos(rows), np.sin(rows)], axis=-1)
    return of_array(f"{path}[{choice}]" if choice else str(path), rows)


def image_size(text):
    match = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text}: takes WIDTHxHEIGHT, such as 32x32")
    return int(match[1]), int(match[2])


def dataset_name(text):
    name = text.strip("/")
    if not re.fullmatch(r"[\w.-]+", name) or name in ("labels", ".", ".."):
        raise argparse.ArgumentTypeError(f"{text}: takes letters, digits, _ . -, and not 'labels'")
    return name


def code_version():
    command = ["git", "-C", str(pathlib.Path(__file__).resolve().parent), "describe", "--always", "--dirty=+",
               "--abbrev=10", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def write(source, path, name):
    """Writes under a temporary name and renames: `path` is the whole file or untouched."""
    new = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: no file that is there already is touched.
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".tmp")
    os.close(descriptor)
    os.chmod(part, 0o666 & ~UMASK)
    part = pathlib.Path(part)
    try:
        with h5py.File(part, "w") as file:
            data = file.create_dataset(name, (source.shape[0], source.width), source.dtype)
            row = 0
            for block in source.blocks():
                block = block.reshape(len(block), source.width)
                finite = np.isfinite(block).all(axis=1)
                if not finite.all():
                    raise InputError(f"{source.name}: row {row + int(np.argmin(finite))} holds NaN or infinity; rows must be "
                                     "finite")
                data[row:row + len(block)] = block
                row += len(block)
            data.attrs["source"] = source.name
            data.attrs["shape"] = np.asarray(source.shape, np.int64)
            data.attrs["created"] = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
            data.attrs["created_by"] = f"gdm-sweep {code_version()}, make_dataset.py"
            if source.labels is not None:
                file.create_dataset("labels", data=source.labels)
        os.replace(part, path)
        new = []
    finally:
        part.unlink(missing_ok=True)
        for folder in new:
            folder.rmdir()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    version.add_to(parser)
    parser.add_argument("input", help="'digits', a .npy, .npz or .csv file, a folder of images, or FILE.h5[T = 2.3, L = 16] with stored "
                        "configurations")
    parser.add_argument("output", type=pathlib.Path, help="the HDF5 file to write")
    parser.add_argument("--name", type=dataset_name, default="x", help="name of the dataset in the file (default: x)")
    parser.add_argument("--key", help="which array of a .npz file")
    parser.add_argument("--size", type=image_size, metavar="WxH", help="bring all images to this size")
    parser.add_argument("--gray", action="store_true", help="turn images into grey levels")
    parser.add_argument("--overwrite", action="store_true", help="replace the output if it exists")
    options = parser.parse_args(arguments)
    try:
        if options.output.exists() and (not options.overwrite or not options.output.is_file()):
            raise InputError(f"{options.output}: exists already; " + ("--overwrite replaces it" if options.output.is_file()
                                                                      else "choose another name"))
        source = open_source(options.input, options)
        write(source, options.output, options.name)
    except (InputError, OSError) as error:
        print(f"make_dataset.py: {error}", file=sys.stderr)
        return 2
    shape = f"{source.shape[0]} rows of {source.width} numbers, {source.dtype}"
    print(f"{options.output}:/{options.name}: {shape}{', and /labels' if source.labels is not None else ''}")
    print(f"in a job:  dataset = {options.output}:/{options.name}")
    return 0
