"""Checks that a reduced file is what gdm-reduce wrote."""
from __future__ import annotations

import zlib
from typing import Any

import h5py
import numpy as np

#: What netCDF and HDF5's dimension scales keep for themselves.
FOREIGN = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "content_crc32", "format", "format_version"}


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value + b"\0"
    if isinstance(value, str):
        return value.encode() + b"\0"
    return np.asarray(value).astype("<i8" if np.issubdtype(np.asarray(value).dtype, np.integer) else "<f8").tobytes()


def _attributes(item: Any) -> bytes:
    names = sorted(name for name in item.attrs if name not in FOREIGN and not name.startswith("_"))
    return b"".join(_bytes(name) + _bytes(item.attrs[name]) for name in names)


def content_crc32(file: h5py.File) -> int:
    """CRC-32 of the global attributes and of all variables of an open h5py.File, as the attribute `content_crc32` has it: each by
    name, with its attributes, dimensions, shape and values; texts end in a zero byte, numbers have 8 bytes, little-endian."""
    crc = zlib.crc32(_attributes(file))
    for name in sorted(file, key=str.encode):
        dataset = file[name]
        crc = zlib.crc32(_bytes(name) + _attributes(dataset), crc)
        for axis, size in enumerate(dataset.shape):
            if not h5py.h5ds.is_scale(dataset.id):
                crc = zlib.crc32(_bytes(dataset.dims[axis][0].name.lstrip("/")), crc)
            crc = zlib.crc32(np.uint64(size).tobytes(), crc)
        if h5py.check_string_dtype(dataset.dtype):
            crc = zlib.crc32(b"".join(_bytes(word) for word in dataset[()]), crc)
        else:
            crc = zlib.crc32(_bytes(dataset[()]), crc)
    return crc


def is_damaged(file: h5py.File) -> bool:
    """Whether a reduced file is not what was written; False for those of older versions, which do not tell."""
    if "content_crc32" not in file.attrs:
        return False
    try:
        return content_crc32(file) != int(file.attrs["content_crc32"])
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, IndexError, UnicodeError, OverflowError):
        return True
