"""The figure of results along an axis: the points, the result where the file has it, the window, χ², and the collapse."""
import unittest

import numpy as np
import xarray

import support
from gdmsweep import style
from gdmsweep.plots import along


def crossing(nu=1.0, critical=2.0):
    """Curves 0.6 - u/10, u = (T - T_c) L^(1/nu), that cross at T_c, with the results that a reduction makes of them."""
    temperatures, sizes = np.linspace(1.5, 2.5, 11), np.array([4.0, 8.0, 16.0])
    u = (temperatures[:, None] - critical) * sizes[None, :] ** (1 / nu)
    shared = {"quantity": "binder", "along": "T", "sizes": "L"}
    data = xarray.Dataset({
        "replicas_done": (("T", "L"), np.full(u.shape, 16)),
        "binder": (("T", "L"), 0.6 - u / 10), "binder_stderr": (("T", "L"), np.full(u.shape, 0.01)),
        "tc": ((), critical, {**shared, "kind": "crossing", "result": "tc"}), "tc_stderr": ((), 0.03),
        "tc_chi2": ((), 1.25), "tc_dof": ((), 6.0), "tc_from": ((), 1.8), "tc_to": ((), 2.2),
        "nu": ((), nu, {**shared, "kind": "collapse", "result": "nu", "scaling": "0"}), "nu_stderr": ((), 0.1),
        "nu_critical": ((), critical, {**shared, "kind": "collapse", "result": "nu"}), "nu_critical_stderr": ((), 0.03),
    }, {"T": temperatures, "L": sizes}, {"experiment": "spins", "seed": 1})
    return data


class Along(unittest.TestCase):
    def test_results_are_found_without_their_parts(self):
        self.assertEqual(along.results(crossing()), ["tc", "nu"])

    def test_a_crossing_stands_where_the_file_has_it(self):
        figure, _ = support.drawn(along.along, crossing())
        curves = figure.axes[0]
        self.assertIn([2.0, 2.0], [list(line.get_xdata()) for line in curves.lines])
        self.assertIn("2.000 ± 0.030", curves.get_title())
        self.assertIn("= 1.2, 6 dof", curves.get_title())
        spans = [patch.get_extents().transformed(curves.transData.inverted()).intervalx for patch in curves.patches]
        self.assertTrue(any(np.allclose(one, (1.8, 2.2)) for one in spans), spans)
        self.assertTrue(any(np.allclose(one, (1.97, 2.03)) for one in spans), spans)

    def test_curves_collapse(self):
        figure, _ = support.drawn(along.along, crossing(nu=0.8))
        points = np.concatenate([np.array(line.get_data()).T for line in figure.axes[1].lines
                                 if line.get_marker() in style.MARKERS])
        self.assertEqual(len(points), 33)
        np.testing.assert_allclose(points[:, 1], 0.6 - points[:, 0] / 10, atol=1e-12)

    def test_a_file_without_results_is_skipped(self):
        with self.assertRaisesRegex(along.Skip, "no result along an axis"):
            along.along(crossing().drop_vars(["tc", "nu", "nu_critical"]))


if __name__ == "__main__":
    unittest.main()
