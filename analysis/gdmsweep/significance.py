"""Student's t: the law of (mean − truth)/(standard error) when the error comes from a finite number of replicas."""
from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

NORMAL_FROM = 1e5  # degrees of freedom from which the normal distribution stands for it


def student_density(x: ArrayLike, freedom: float) -> np.ndarray:
    """Density at x for `freedom` = replicas − 1 degrees of freedom."""
    x = np.asarray(x, float)
    if freedom >= NORMAL_FROM:
        return np.asarray(np.exp(-x**2 / 2) / math.sqrt(2 * math.pi))
    log_norm = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)
    return np.asarray(np.exp(log_norm - (freedom + 1) / 2 * np.log1p(x**2 / freedom)))


def two_sided(z: ArrayLike, freedom: ArrayLike) -> np.ndarray:
    """P(|T| > z), z >= 0, elementwise."""
    z, freedom = np.broadcast_arrays(np.asarray(z, float), np.asarray(freedom, float))
    return np.asarray(2 * np.where(freedom < NORMAL_FROM, special.stdtr(np.minimum(freedom, NORMAL_FROM), -z), special.ndtr(-z)))


def largest(count: int, freedom: float) -> float:
    """The median of the largest |T| among `count` independent ones."""
    share = -math.expm1(math.log(0.5) / count)
    return float(-special.ndtri(share / 2) if freedom >= NORMAL_FROM else -special.stdtrit(freedom, share / 2))


def welch(first: ArrayLike, first_freedom: ArrayLike, second: ArrayLike, second_freedom: ArrayLike) -> np.ndarray:
    """Degrees of freedom of a difference of two means with these standard errors (Welch and Satterthwaite):
    (a² + b²)²/(a⁴/ν_a + b⁴/ν_b); the smaller ν where both errors are 0."""
    a, b = np.asarray(first, float) ** 2, np.asarray(second, float) ** 2
    of_a, of_b = np.asarray(first_freedom, float), np.asarray(second_freedom, float)
    below = a**2 / of_a + b**2 / of_b
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(below > 0, (a + b) ** 2 / below, np.minimum(of_a, of_b)))


def normal_tail(z: ArrayLike) -> np.ndarray:
    """P(Z > z) for a standard normal Z, elementwise."""
    return np.asarray(special.ndtr(-np.asarray(z, float)))
