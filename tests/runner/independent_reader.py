"""independent_reader.py REFERENCE FILE...: reads sweep files with h5py, knowing nothing but the format, and prints for each
how many replicas are done and how many of these differ in a bit from those of REFERENCE, a complete file of the same job."""

import sys

import h5py
import numpy as np


def bits(dataset):
    """One row of bytes for each replica."""
    values = np.ascontiguousarray(dataset[...])
    return values.reshape(values.shape[0] * values.shape[1], -1).view(np.uint8)


def main():
    for name in sys.argv[2:]:
        with h5py.File(sys.argv[1]) as right, h5py.File(name) as file:
            for group in ("axes", "points"):
                assert list(file[group]) == list(right[group]), group
                for axis in file[group]:
                    assert np.array_equal(file[group][axis], right[group][axis]), axis
            done = file["status/checksum"][...].ravel() > 1
            wrong = np.any(bits(file["status/checksum"]) != bits(right["status/checksum"]), axis=1)
            for observable in right["replicas"]:
                wrong |= np.any(bits(file["replicas"][observable]) != bits(right["replicas"][observable]), axis=1)
            print(done.sum(), (done & wrong).sum())


if __name__ == "__main__":
    main()
