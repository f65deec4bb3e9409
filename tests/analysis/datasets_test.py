"""plot_datasets.py: condensation times of several datasets in one figure."""
import unittest
import unittest.mock

import numpy as np
import xarray

import support
from gdmsweep.commands import plot_datasets


def reduced(temperature, sizes=(100.0, 400.0), choice="T = {}, L = 16"):
    """What open_reduced gives of one dataset: t_C = T + ln N, t_S = 2 T."""
    data = xarray.Dataset(coords={"state": ["planted"], "d": [16.0], "N": list(sizes), "t": [0.5, 1.0]})
    times = np.array([[[temperature + np.log(size) for size in sizes]]])
    for name, values in (("t_c_half", times), ("t_c_gaussian", times + 1), ("t_s", 0 * times + 2 * temperature),
                         ("t_s_sampling_error", 0 * times + 0.1), ("t_c_half_stderr", 0 * times + 0.2)):
        data[name] = (("state", "d", "N"), values)
    data["replicas_done"] = (("state", "d", "N"), np.full(times.shape, 8))
    data["participation_ratio"] = (("state", "d", "N", "t"), np.ones((*times.shape, 2)))
    data.attrs = {"experiment": "condensation", "dataset": "a.h5:/replicas/configurations[" + choice.format(temperature) + "]"}
    return data


class Datasets(support.InFolder):
    def run_on(self, files, *options):
        with unittest.mock.patch("gdmsweep.commands.plot_datasets.open_reduced", lambda path: files[path]):
            return support.run(plot_datasets.main, *files, "--output", str(self.folder / "a.png"), *options)

    def test_draws_in_the_order_of_what_differs(self):
        files = {str(t): reduced(t) for t in (2.5, 1.5, 2.0)}
        with unittest.mock.patch("gdmsweep.commands.plot_datasets.open_reduced", lambda path: files[path]):
            x, found = plot_datasets.read(list(files), None)
        self.assertEqual((x, [value for value, _ in found]), ("T", [1.5, 2.0, 2.5]))
        values, errors = plot_datasets.gathered(found, "t_c_half", 400)
        np.testing.assert_allclose(values, np.array([1.5, 2, 2.5]) + np.log(400))
        np.testing.assert_allclose(errors, 0.2)
        code, out, err = self.run_on(files, "--mark", "2.27")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("3 datasets against T", out)
        self.assertTrue((self.folder / "a.png").exists())

    def test_refuses_what_it_cannot_compare(self):
        other = reduced(2.0)
        other.attrs["experiment"] = "rem"
        no_point = reduced(2.0)
        no_point.attrs["dataset"] = "a.h5:/x"
        for files, message in (({"a": reduced(2.0), "b": reduced(2.0)}, "do not differ"), ({"a": other}, "no sweep of condensation"),
                               ({"a": no_point}, "names no point"), ({"a": reduced(1.0), "b": reduced(2.0)}, "name it with --x")):
            code, out, err = self.run_on(files, *(("--x", "h") if "--x" in message else ()))
            self.assertEqual((code, out, err.count("\n")), (2, "", 1), err)
            self.assertRegex(err, message)
            self.assertFalse((self.folder / "a.png").exists())


if __name__ == "__main__":
    unittest.main()
