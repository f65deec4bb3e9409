"""Reading files: what open_reduced and open_sweep give, and what they say of files that are not theirs."""
import sys
import unittest
import unittest.mock

import h5py
import numpy as np
import xarray

import support
import synthetic
import gdmsweep


class OpenReduced(support.InFolder):
    def test_gives_variables_over_the_grid(self):
        path = self.folder / "a.reduced.h5"
        synthetic.phase_diagram(path, mu=[0.5, 1], sigma2=[1.0], d=[1, 4], t=[0, 1])
        data = gdmsweep.open_reduced(path)
        self.assertEqual(data.t_s.dims, ("mu", "sigma2", "d", "N"))
        self.assertEqual(data.attrs["experiment"], "phase_diagram")
        # Published: t_S(mu = 1, sigma2 = 1, d = 1).
        self.assertAlmostEqual(float(data.t_s_theory.sel(mu=1, sigma2=1, d=1, N=np.inf)), 0.346573590280, 12)
        path.unlink()  # the file is not held open

    def test_sends_the_owner_of_a_sweep_file_to_gdm_reduce(self):
        synthetic.sweep(self.folder / "a.h5")
        with self.assertRaisesRegex(gdmsweep.FileError, "run gdm-reduce first"):
            gdmsweep.open_reduced(self.folder / "a.h5")

    def test_refuses_other_files_in_one_line(self):
        (self.folder / "text.h5").write_text("no HDF5")
        with h5py.File(self.folder / "foreign.h5", "w") as file:
            file["x"] = 1
        with h5py.File(self.folder / "newer.h5", "w") as file:
            file.attrs.update({"experiment": "ising", "format": "gdm-reduced", "format_version": 9})
        (self.folder / "empty.h5").touch()
        for name, message in (("newer.h5", "newer gdm-sweep"), ("empty.h5", "not a readable HDF5 file"), ("absent.h5", "no such file"), ("text.h5", "not a readable HDF5 file"),
                              ("foreign.h5", "not one of gdm-sweep"), (".", "is a directory")):
            with self.assertRaisesRegex(gdmsweep.FileError, message) as caught:
                gdmsweep.open_reduced(self.folder / name)
            self.assertNotIn("\n", str(caught.exception))


class OpenSweep(support.InFolder):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "a.h5"
        synthetic.sweep(self.path, points=3, replicas=4, t=(0.0, 1.0))

    def test_masks_what_is_missing_or_failed(self):
        data = gdmsweep.open_sweep(self.path)
        self.assertEqual(data.axis_2.dims, ("point", "replica", "t"))
        np.testing.assert_array_equal(data.done, [[1, 1, 1, 0]] * 3)
        self.assertTrue(np.isnan(data.t_s.values[:, 3]).all())
        self.assertEqual(float(data.axis_2.sel(point=2, replica=1, t=1.0)), 22)
        np.testing.assert_array_equal(data.mu, [1, 2, 3])
        self.assertEqual(list(data.integrator.values), ["euler", "heun", "euler"])
        self.assertEqual(data.attrs["setting_samples"], 4096)
        np.testing.assert_allclose(data.t_s.mean("replica"), [1, 11, 21])

    def test_reads_only_what_is_asked_for(self):
        data = gdmsweep.open_sweep(self.path, ["t_s"])
        self.assertIn("t_s", data)
        self.assertNotIn("axis_2", data)
        with self.assertRaisesRegex(KeyError, "no observable 'ts'.*axis_2, t_s"):
            gdmsweep.open_sweep(self.path, ["ts"])

    def test_is_read_when_it_is_computed_with(self):
        data, whole = gdmsweep.open_sweep(self.path), gdmsweep.open_sweep(self.path, lazy=False)
        self.assertTrue(all(data[name].chunks for name in ("done", "seconds", "t_s", "axis_2")))
        self.assertIsNone(whole.t_s.chunks)
        for take in ({}, {"point": [2, 0]}, {"point": 1, "replica": 2}, {"replica": slice(None, None, -1)}, {"t": -1, "point": slice(1, None)}):
            xarray.testing.assert_identical(data.isel(take).compute(), whole.isel(take))
        with h5py.File(self.path, "a") as file:  # the sweep goes on
            file["status/checksum"][1, 3] = 77
        np.testing.assert_array_equal(data.done[:, 3], [False, True, False])
        self.assertEqual(float(data.t_s[1, 3]), 13)

    def test_blocks_are_whole_points(self):
        with unittest.mock.patch("gdmsweep.sweeps.BLOCK", 100):
            data = gdmsweep.open_sweep(self.path)
            self.assertEqual(data.axis_2.chunks, ((1, 1, 1), (4,), (2,)))
            np.testing.assert_allclose(data.t_s.mean("replica"), [1, 11, 21])

    def test_without_dask_it_is_in_memory(self):
        with unittest.mock.patch.dict(sys.modules, {"dask.array": None, "dask": None}):
            self.assertIsNone(gdmsweep.open_sweep(self.path).t_s.chunks)
            with self.assertRaisesRegex(ImportError, "^sweeps are read lazily by dask .*apt install python3-dask"):
                gdmsweep.open_sweep(self.path, lazy=True)

    def test_failures_are_told(self):
        kind = [("used", "u8"), ("point", "u8"), ("replica", "u8"), ("message", "S16")]
        table = [(1, 0, 3, b"first"), (1, 2, 1, b"retried since"), (1, 0, 3, b"last"), (0, 0, 3, b"unused"), (1, 9, 9, b"damaged")]
        with h5py.File(self.path, "a") as file:
            file["status/failures"] = np.array(table, kind)
        data = gdmsweep.open_sweep(self.path)
        self.assertEqual((data.failure_point.values.tolist(), data.failure_replica.values.tolist()), ([0], [3]))
        self.assertEqual(list(data.failure_message.values), ["last"])

    def test_damaged_and_newer_files_are_told_in_one_line(self):
        def without(name):
            def change(file):
                del file[name]
            return change

        def newer(file):
            file.attrs["format_version"] = 2

        def other_shape(file):
            del file["replicas/t_s"]
            file["replicas/t_s"] = np.zeros((7, 2))

        for change, message in ((without("axes"), "no whole sweep file"), (without("status/checksum"), "no whole sweep file"),
                                (without("points"), "no whole sweep file"), (other_shape, "no whole sweep file"),
                                (newer, "has format 2, written by a newer gdm-sweep; this package reads format 1")):
            with self.subTest(message):
                synthetic.sweep(self.path)
                with h5py.File(self.path, "a") as file:
                    change(file)
                with self.assertRaisesRegex(gdmsweep.FileError, message) as caught:
                    gdmsweep.open_sweep(self.path)
                self.assertNotIn("\n", str(caught.exception))

    def test_cut_files_never_crash_it(self):
        whole = self.path.read_bytes()
        random = np.random.default_rng(1)
        for size in random.integers(0, len(whole), 25):
            self.path.write_bytes(whole[:size])
            with self.assertRaises(gdmsweep.FileError):
                gdmsweep.open_sweep(self.path).load()

    def test_refuses_a_reduced_file(self):
        path = self.folder / "a.reduced.h5"
        synthetic.phase_diagram(path, mu=[1], sigma2=[1], d=[1], t=[0, 1])
        with self.assertRaisesRegex(gdmsweep.FileError, "open_reduced"):
            gdmsweep.open_sweep(path)


class OpenConfigurations(support.InFolder):
    def test_unpacks_the_spins_of_a_point(self):
        spins = synthetic.stored_spins(self.folder / "a.h5")
        data = gdmsweep.open_configurations(self.folder / "a.h5", mu=2.0000001)
        self.assertEqual((data.dims, data.dtype), (("replica", "configuration", "site"), np.int8))
        np.testing.assert_array_equal(data, spins[1, :3])  # the last replica is not done
        self.assertEqual((float(data.mu), str(data.integrator.values)), (2, "heun"))
        np.testing.assert_array_equal(gdmsweep.open_configurations(self.folder / "a.h5", integrator="heun"), spins[1, :3])

    def test_gives_angles_as_they_are(self):
        angles = np.random.default_rng(1).uniform(-3, 3, (3, 4, 3, 7))
        synthetic.stored_spins(self.folder / "a.h5", sites=7, angles=angles)
        np.testing.assert_array_equal(gdmsweep.open_configurations(self.folder / "a.h5", mu=3), angles[2, :3])

    def test_says_what_there_is(self):
        path = self.folder / "a.h5"
        synthetic.stored_spins(path)
        for point, message in (({}, r"3 points fit; choose one, as integrator = euler, mu = 1.0"), ({"mu": 7}, r"there are 1.0, 2.0"),
                               ({"T": 1}, "its points have no T; they have .*mu"), ({"integrator": "euler"}, "2 points fit")):
            with self.assertRaisesRegex(gdmsweep.FileError, message):
                gdmsweep.open_configurations(path, **point)
        synthetic.sweep(path)
        with self.assertRaisesRegex(gdmsweep.FileError, "stores no configurations"):
            gdmsweep.open_configurations(path)


if __name__ == "__main__":
    unittest.main()
