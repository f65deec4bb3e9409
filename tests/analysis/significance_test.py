"""Student's t against tabulated values, and the synthetic closed forms against published constants."""
import unittest

import numpy as np

import support  # noqa: F401  (finds analysis/)
import synthetic
from gdmsweep import significance


class Student(unittest.TestCase):
    def test_tail_agrees_with_tables(self):
        # Two-sided 5 % points of Student's t; one degree of freedom is the Cauchy distribution.
        for freedom, z, probability in ((1, 1.0, 0.5), (1, 12.706205, 0.05), (15, 2.131450, 0.05), (15, 2.946713, 0.01),
                                        (7, 2.364624, 0.05), (120, 1.979930, 0.05), (1e6, 1.959964, 0.05)):
            self.assertAlmostEqual(significance.two_sided(z, freedom), probability, 6)

    def test_density_is_minus_the_slope_of_the_tail(self):
        for freedom in (2, 15, 1e6):
            slope = (significance.two_sided(1.2999, freedom) - significance.two_sided(1.3001, freedom)) / 0.0002
            self.assertAlmostEqual(slope, 2 * float(significance.student_density(1.3, freedom)), 5)

    def test_largest_of_many(self):
        self.assertAlmostEqual(significance.largest(1, 15), 0.691197, 5)  # the quartile
        draws = np.abs(np.random.default_rng(1).standard_t(15, (4000, 100))).max(axis=1)
        above = (draws > significance.largest(100, 15)).mean()
        self.assertLess(abs(above - 0.5), 4 * 0.5 / 4000**0.5)


class ClosedForms(unittest.TestCase):
    def test_published_constants(self):
        # λ = 1 at t = 0 for μ² = σ²: φ = (1 + q(1))/2 with q(1) = 0.550400490793.
        forms = synthetic.closed_forms(np.array([1.0]), np.array([1.0]), np.array([1.0]), np.array([0.0]))
        self.assertAlmostEqual(float(forms["clone_agreement"][1].item()), (1 + 0.550400490793) / 2, 9)
        self.assertAlmostEqual(float(forms["clone_agreement_sign"][1].item()), 1, 6)

    def test_response_vanishes_at_speciation(self):
        t_s = synthetic.closed_forms(np.array([0.8]), np.array([0.4]), np.array([4.0]), np.array([0.0]))["t_s"][1].item()
        response = synthetic.closed_forms(np.array([0.8]), np.array([0.4]), np.array([4.0]), np.array([t_s]))["response"][1]
        self.assertAlmostEqual(response.item(), 0, 12)


if __name__ == "__main__":
    unittest.main()
