"""How large is the largest cluster of occupied sites on the square lattice, and when does one span it?"""
import numpy as np
from gdmsweep.experiment import crossing, derived, grid, observable, theory
from scipy.ndimage import label

source = "D. Stauffer, A. Aharony, Introduction to Percolation Theory (1994), chapters 2 and 3"
version = 1  # raised when the numbers change

p = grid("linspace(0.45, 0.75, 13)", "share of occupied sites", range=(0, 1))
L = grid("16, 32, 64", "side of the lattice", range=(1, 4096), integer=True)

density = observable("share of sites that are occupied")
largest = observable("share of sites in the largest cluster")
largest_2 = observable("its square")
spans = observable("probability that a cluster spans from top to bottom", bounds=(0, 1))


def run(point, random):
    sites = random.random((point.L, point.L)) < point.p
    clusters, count = label(sites)  # neighbours are those above, below, left and right
    sizes = np.bincount(clusters.ravel(), minlength=2)[1:] / sites.size
    both = np.intersect1d(clusters[0], clusters[-1])
    return {"density": sites.mean(), "largest": sizes.max(), "largest_2": sizes.max() ** 2, "spans": np.any(both > 0)}


@derived
def susceptibility(point, mean):
    """fluctuation of the largest cluster, L² (⟨s²⟩ − ⟨s⟩²)"""
    return point.L**2 * (mean.largest_2 - mean.largest**2)


threshold = crossing(spans, p, L, "where the curves of neighbouring L cross, for L to infinity", drift=1.75)


@theory
def density_theory(point):
    """p"""
    return point.p


@theory
def threshold_theory(point):
    """of site percolation on the square lattice"""
    return 0.592746


def cost(point):
    return 2e-8 * point.L**2  # seconds, roughly: dear points are computed first
