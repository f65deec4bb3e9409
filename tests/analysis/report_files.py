"""Small pairs of a sweep file and its reduced file, made by hand, for the tests of reports."""
import h5py
import numpy as np
import xarray

SESSION = [("start", "S24"), ("end", "S24"), ("host", "S64"), ("code_version", "S64"), ("instruction_set", "S32"), ("mpi", "S64"),
           ("hdf5", "S32"), ("command_line", "S512"), ("ranks", "<u8")]
FAILURE = [("used", "<u8"), ("point", "<u8"), ("replica", "<u8"), ("message", "S232")]
JOB = "experiment = toy\nmu = linspace(0, 1, 3)\nseed = 7\n"


def reduced(path, axes, replicas=8, done=True, attributes=None):
    """x = sum of the axes with an error of 0.01 and theory, y without theory, over axes of any number; True: all points done.
    Returns the dataset."""
    random = np.random.default_rng(1)
    names, shape = list(axes), tuple(len(values) for values in axes.values())
    theory = sum(np.meshgrid(*(np.arange(n, dtype=float) for n in shape), indexing="ij"))
    count = np.where(np.broadcast_to(done, shape), replicas, 0)
    x = np.where(count > 0, theory + 0.01 * random.standard_normal(shape), np.nan)
    error = np.where(count > 1, 0.01, np.nan)
    data = xarray.Dataset({"replicas_done": (names, count), "x": (names, x, {"units": "J", "long_name": "height"}),
                           "x_stderr": (names, error), "x_theory": (names, theory),
                           "y": (names, 1e4 * x, {"units": "1", "long_name": "width", "combine": "mean"}), "y_stderr": (names, 1e4 * error)},
                          {name: (name, values, {"units": "1", "long_name": f"axis {name}"}) for name, values in axes.items()})
    points = int(np.prod(shape))
    data.attrs = {"experiment": "toy", "experiment_version": 2, "format": "gdm-reduced", "question": "How high?", "seed": 7, "job": JOB,
                  "source": "Onsager, Phys. Rev. 65, 117 (1944); a note of mine", "points": points,
                  "points_complete": int((count > 0).sum()), "points_partial": 0, "replicas_done": int(count.sum()), "replicas_failed": 0,
                  "replicas_torn": 0, "warnings": "", "error_missing": "", "code_version": "0.1.0 (abc)", "instruction_set": "AVX3",
                  "created": "2026-01-02T03:04:05Z", "reduced_by": "0.1.0 (abc)", "sweep_file": "toy.h5", "samples": 4.0,
                  **(attributes or {})}
    data.to_netcdf(path, engine="netcdf4")
    return data


def sweep(path, points=3, replicas=8, failed=0, done=True, code=None, message=b"no convergence", host=b"node1"):
    """A sweep file of as many points, of which the first `failed` replicas failed."""
    with h5py.File(path, "w") as file:
        file.attrs.update({"format": "gdm-sweep", "format_version": 1, "experiment": "toy", "job": JOB, "points": points,
                           "replicas": replicas, "header_hash": 12345})
        file.create_group("axes")
        file.create_dataset("points/mu", data=np.linspace(0, 1, points)).attrs.update({"unit": "1", "long_name": "mu"})
        file.create_dataset("settings/samples", data=4.0).attrs.update({"unit": "1", "long_name": "samples of a replica"})
        file.create_dataset("settings/dataset", data=0.0).attrs.update({"unit": "1", "long_name": "data", "content_hash": "feedbeef"})
        checksum = np.full((points, replicas), 99 if done else 0, np.uint64)
        checksum.ravel()[:failed] = 1
        file["status/checksum"], file["status/seconds"] = checksum, np.full((points, replicas), 450.0)
        file.create_group("replicas")
        failures = np.zeros(max(failed, 1), FAILURE)
        for i in range(failed):
            failures[i] = 1, i // replicas, i % replicas, message
        file["status/failures"] = failures
        sessions = np.zeros(4, SESSION)
        for i, end in enumerate((b"2026-01-01T02:00:00Z", b"")):
            sessions[i] = (b"2026-01-01T00:00:00Z", end, host, b"0.1.0 (abc)", b"AVX3", b"Open MPI 4", b"HDF5 1.10", b"gdm-sweep toy.ini", 4)
        file["sessions"] = sessions
        for i, (name, text) in enumerate((code or {}).items()):
            file.create_dataset(f"code/{name}", data=text).attrs["index"] = i
