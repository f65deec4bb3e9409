"""compare, deviations, to_dataframe: against numbers that are known, and against scipy's law."""
import sys
import unittest
import unittest.mock
import warnings

import numpy as np
import xarray
from scipy import stats

import support
import synthetic
import gdmsweep
from gdmsweep.commands import check


def dataset(x=(1.0, 2.0, 3.0), error=(0.1, 0.2, 0.0), replicas=(4, 3, 2), seed=1, noise=0.0):
    """x(p) and y(p, t) with errors; the closed form of x is p."""
    p, t = np.arange(1.0, 4.0), np.array([0.0, 1.0])
    y = np.add.outer(p, t) + noise
    data = xarray.Dataset({"replicas_done": ("p", list(replicas)), "x": ("p", list(x)), "x_stderr": ("p", list(error)),
                           "x_theory": ("p", p), "y": (("p", "t"), y), "y_stderr": (("p", "t"), 0 * y + 0.5)}, {"p": p, "t": t})
    data.x.attrs["units"] = "nat"
    return data.assign_attrs(experiment="unheard_of", seed=seed)


class Compare(unittest.TestCase):
    def test_z_and_p_follow_students_law(self):
        frame = gdmsweep.compare(dataset(x=(1.3, 1.6, 3.0)))
        np.testing.assert_allclose(frame.z, [3, -2, np.nan])
        np.testing.assert_array_equal(frame.freedom, [3, 2, 1])
        np.testing.assert_allclose(frame.p_value[:2], 2 * stats.t.sf([3, 2], [3, 2]), rtol=1e-12)
        self.assertEqual(list(frame.note), ["", "", "exact"])
        self.assertEqual(list(frame.columns), ["variable", "p", "value", "error", "expected", "z", "freedom", "p_value", "note"])
        named_z = gdmsweep.compare(dataset().rename(p="z"))
        self.assertEqual(list(named_z.z_), [1, 2, 3])

    def test_two_files_have_welchs_law(self):
        first, second = dataset(error=(0.3, 0.3, 0.3)), dataset(x=(1.5, 2.0, 3.0), error=(0.4, 0.1, 0.3), replicas=(9, 9, 9), seed=2)
        frame = gdmsweep.compare(first, second).query("variable == 'x'")
        np.testing.assert_allclose(frame.z, [-1, 0, 0])
        # Welch and Satterthwaite by hand for the first: 0.25^2/(0.09^2/3 + 0.16^2/8).
        self.assertAlmostEqual(frame.freedom.iloc[0], 0.25**2 / (0.09**2 / 3 + 0.16**2 / 8), 12)
        welch = stats.ttest_ind_from_stats(1.0, 0.3 * 2, 4, 1.5, 0.4 * 3, 9, equal_var=False)
        self.assertAlmostEqual(frame.p_value.iloc[0], welch.pvalue, 12)

    def test_a_wrong_file_shows(self):
        shifted = gdmsweep.deviations(dataset(noise=5), dataset(seed=2)).set_index("variable")
        self.assertEqual((shifted.loc["y", "beyond_3"], shifted.loc["x", "beyond_1"]), (1, 0))

    def test_right_errors_give_uniform_p_values(self):
        random = np.random.default_rng(5)
        error = np.sqrt(random.chisquare(3, (100, 3)) / 3)  # of 4 replicas each
        values = [gdmsweep.compare(dataset(x=np.arange(1.0, 4.0) + random.normal(size=3), error=one, replicas=(4, 4, 4))).p_value
                  for one in error]
        self.assertGreater(stats.kstest(np.concatenate(values), "uniform").pvalue, 6e-5)  # 4 sigma

    def test_common_points_alone_are_compared(self):
        self.assertEqual(set(gdmsweep.compare(dataset(), dataset(seed=2).isel(p=[1, 2])).p), {2.0, 3.0})
        with self.assertRaisesRegex(gdmsweep.FileError, "no value of p in common"):
            gdmsweep.compare(dataset(), dataset(seed=2).assign_coords(p=[7.0, 8.0, 9.0]))

    def test_files_of_one_seed_are_told(self):
        with self.assertWarnsRegex(UserWarning, "same seed"):
            gdmsweep.compare(dataset(), dataset())
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            gdmsweep.compare(dataset(), dataset(seed=2))


class Table(support.InFolder):
    def test_agrees_with_check(self):
        path = self.folder / "a.reduced.h5"
        synthetic.phase_diagram(path, mu=[0.5, 1, 1.5], sigma2=[0.5, 1.0], d=[1, 4], t=[0, 1])
        short = gdmsweep.deviations(path)
        out = support.run(check.main, path)[1]
        for _, one in short[short["count"] > 0].iterrows():
            self.assertRegex(out, rf"{one.variable} +{one['count']} +{100 * one.beyond_1:.2f} %")
        frame = gdmsweep.compare(path)
        self.assertEqual(frame.z.notnull().sum(), short["count"].sum())
        self.assertAlmostEqual(frame.z.abs().max(), short.largest_z.max())

    def test_check_takes_a_second_file(self):
        for name, seed in (("a", 1), ("b", 2)):
            dataset(seed=seed, noise=0.1 * seed).to_netcdf(self.folder / f"{name}.h5", engine="netcdf4")
        code, out, err = support.run(check.main, self.folder / "a.h5", self.folder / "b.h5")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"against .*b\.h5")
        self.assertRegex(out, r"\ny +6 ")
        self.assertIn("same seed", support.run(check.main, self.folder / "a.h5", self.folder / "a.h5")[1])


class ToDataFrame(support.InFolder):
    def test_one_row_a_grid_point(self):
        data = dataset(replicas=(4, 0, 2))
        frame = gdmsweep.to_dataframe(data)
        self.assertEqual(list(frame.columns), ["p", "replicas_done", "x", "x_stderr", "x_theory"])
        self.assertEqual(list(frame.p), [1, 3])  # nothing is known of the second one
        self.assertEqual(frame.attrs["units"]["x"], "nat")

    def test_one_row_a_place_along_the_axes_of_what_is_asked_for(self):
        frame = gdmsweep.to_dataframe(dataset(), "y")
        self.assertEqual(list(frame.columns), ["p", "t", "y", "y_stderr"])
        self.assertEqual(len(frame), 6)
        self.assertEqual(float(frame[(frame.p == 2) & (frame.t == 1)].y.iloc[0]), 3)
        with self.assertRaisesRegex(KeyError, "no variable 'z'; there are: .*x_stderr"):
            gdmsweep.to_dataframe(dataset(), "z")

    def test_one_row_a_replica_of_a_sweep(self):
        synthetic.sweep(self.folder / "a.h5", points=3, replicas=4, t=(0.0, 1.0))
        frame = gdmsweep.to_dataframe(gdmsweep.open_sweep(self.folder / "a.h5"), "t_s")
        self.assertEqual(len(frame), 9)  # the fourth replica of each point is not done
        self.assertFalse(frame.t_s.isnull().any())
        self.assertTrue({"point", "replica", "mu", "t_s"} <= set(frame.columns))

    def test_without_pandas_there_is_one_line(self):
        with unittest.mock.patch.dict(sys.modules, {"pandas": None}):
            for function in (gdmsweep.to_dataframe, gdmsweep.compare, gdmsweep.deviations):
                with self.assertRaisesRegex(ImportError, "^data frames need pandas .*apt install python3-pandas"):
                    function(dataset())


if __name__ == "__main__":
    unittest.main()
