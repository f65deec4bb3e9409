"""Student's t: the law of (mean − truth)/(standard error) when the error comes from a finite number of replicas."""
import math

import numpy as np

NORMAL_FROM = 1e5  # degrees of freedom from which the normal distribution stands for it
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)


def student_density(x, freedom):
    """Density at x for `freedom` = replicas − 1 degrees of freedom."""
    if freedom >= NORMAL_FROM:
        return np.exp(-np.asarray(x) ** 2 / 2) / math.sqrt(2 * math.pi)
    log_norm = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)
    return np.exp(log_norm - (freedom + 1) / 2 * np.log1p(np.asarray(x) ** 2 / freedom))


def two_sided(z, freedom):
    """P(|T| > z), z >= 0. With T = sqrt(freedom) tan u the density is proportional to cos(u)^(freedom − 1)."""
    if freedom >= NORMAL_FROM:
        return math.erfc(z / math.sqrt(2))

    def integral(start):
        half = (math.pi / 2 - start) / 2
        return half * float((_WEIGHTS * np.cos(start + half * (1 + _NODES)) ** (freedom - 1)).sum())

    return integral(math.atan(z / math.sqrt(freedom))) / integral(0.0)


def largest(count, freedom):
    """The median of the largest |T| among `count` independent ones."""
    share = -math.expm1(math.log(0.5) / count)
    low, high = 0.0, 1.0
    while two_sided(high, freedom) > share:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if two_sided(middle, freedom) > share else (low, middle)
    return high


def normal_tail(z):
    """P(Z > z) for a standard normal Z, elementwise."""
    return 0.5 * np.vectorize(math.erfc, otypes=[float])(np.asarray(z) / math.sqrt(2))
