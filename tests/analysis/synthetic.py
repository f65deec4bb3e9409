"""Reduced and sweep files made from closed forms and Gaussian noise of a known size, to test the analysis alone.

The file layout is that of gdm-reduce: netCDF4, dimensions mu, sigma2, d, N, t, quality_bin; NaN where nothing is done.
"""
import math

import h5py
import numpy as np
import xarray

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(64)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
ERF = np.vectorize(math.erf)


def normal_cdf(x):
    return 0.5 * (1 + ERF(np.asarray(x) / math.sqrt(2)))


def closed_forms(mu, sigma2, d, t):
    """Theory of phase_diagram over (mu, sigma2, d) and t, as name -> (dimensions, array)."""
    mu, sigma2, d = (a.reshape(s) for a, s in zip((mu, sigma2, d), ((-1, 1, 1), (1, -1, 1), (1, 1, -1))))
    m2 = d * mu**2 + 0 * sigma2
    root = m2 + np.sqrt(m2**2 + (sigma2 - 1) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        t_s = np.where(root > 1, 0.5 * np.log(root), np.nan)
        t_usb = np.where(sigma2 > 2, 0.5 * np.log(sigma2 - 1), np.nan) + 0 * m2
        t_b = np.where(m2 - sigma2 > 0, 0.5 * np.log(m2 - sigma2 + 1), np.nan)
    phase = np.where(sigma2 > 2, 2.0, np.where(2 * m2 + (sigma2 - 1) ** 2 > 1, 1.0, 0.0))

    mu, sigma2, d, m2 = (a[..., None] for a in (mu, sigma2, d, m2))
    decay = np.exp(-t)
    gamma = 1 + (sigma2 - 1) * decay**2
    m_t = np.sqrt(m2) * decay
    lam = m_t**2 / gamma
    q = (np.tanh(lam[..., None] + np.sqrt(lam)[..., None] * NODES) * WEIGHTS).sum(-1)
    axis_2, axis_4 = m_t**2 + gamma, m_t**4 + 6 * m_t**2 * gamma + 3 * gamma**2
    axis_abs = np.sqrt(2 * gamma / np.pi) * np.exp(-lam / 2) + m_t * ERF(np.sqrt(lam / 2))
    # P(axis coordinate at 0 is positive | x) under the exact kernel; by symmetry the class of x may be fixed to +.
    x = m_t[..., None] + np.sqrt(gamma)[..., None] * NODES
    g, mt = gamma[..., None], m_t[..., None]
    a = sigma2[..., None] * decay[..., None] / g
    spread = np.sqrt(np.maximum(sigma2[..., None] - a**2 * g, 1e-300))
    plus = 0.5 * (1 + np.tanh(mt * x / g))
    m = np.sqrt(m2)[..., None]
    up = plus * normal_cdf((m + a * (x - mt)) / spread) + (1 - plus) * normal_cdf((-m + a * (x + mt)) / spread)
    sign = ((up**2 + (1 - up) ** 2) * WEIGHTS).sum(-1)
    grid, inner = ("mu", "sigma2", "d"), ("mu", "sigma2", "d", "t")
    transverse_2 = np.where(d[..., 0] > 1, sigma2[..., 0], np.nan) + 0 * m2[..., 0]
    return {
        "t_s": (grid, t_s), "t_usb": (grid, t_usb), "t_b": (grid, t_b), "phase": (grid, phase),
        "response": (inner, 1 - 2 / gamma + 2 * m_t**2 / gamma**2), "outer_response": (inner, 1 - 2 / gamma + 0 * m2),
        "axis_abs": (inner, axis_abs), "axis_2": (inner, axis_2), "binder": (inner, 1 - axis_4 / (3 * axis_2**2)),
        "clone_agreement": (inner, (1 + q) / 2), "clone_agreement_sign": (inner, sign),
        "transverse_2": (grid, transverse_2),
    }


def phase_diagram(path, mu=np.linspace(0.05, 1.5, 30), sigma2=np.linspace(0.05, 4, 40), d=(1, 4, 16), N=(np.inf,),
                  t=np.linspace(0, 2.5, 26), replicas=16, error=0.01, done=1.0, bias=0.0, seed=1):
    """Writes a reduced file of phase_diagram: theory plus noise of standard deviation `error`; a share `done` of the
    points is finished. `bias` shifts every measurement by that many standard errors."""
    random = np.random.default_rng(seed)
    mu, sigma2, d, t = (np.asarray(a, float) for a in (mu, sigma2, d, t))
    theory = closed_forms(mu, sigma2, d, t)
    grid = ("mu", "sigma2", "d", "N")
    shape = (len(mu), len(sigma2), len(d), len(N))
    count = np.where(random.random(shape) < done, replicas, 0)
    data = {"replicas_done": (grid, count, {"long_name": "replicas that finished"})}

    def add(name, dimensions, value, scale, unit="1", long_name=""):
        stderr = scale * np.sqrt(random.chisquare(replicas - 1, value.shape) / (replicas - 1))
        value = value + (random.standard_normal(value.shape) + bias) * scale
        missing = (count == 0).reshape(shape + (1,) * (value.ndim - 4))
        attributes = {"units": unit, "long_name": long_name or name}
        data[name] = (dimensions, np.where(missing, np.nan, value), attributes)
        data[f"{name}_stderr"] = (dimensions, np.where(missing, np.nan, stderr), {"units": unit})

    for name, (dimensions, value) in theory.items():
        dimensions, value = (*dimensions[:3], "N", *dimensions[3:]), np.repeat(np.expand_dims(value, 3), len(N), 3)
        data[f"{name}_theory"] = (dimensions, value, {"units": "1"})
        if name in ("phase", "t_b"):
            continue
        # A few data points see less of the potential: t_S falls with N, and scatters more.
        finite = (1 / np.asarray(N, float)).reshape((-1,) + (1,) * (len(dimensions) - 4))
        shift = -3 * finite if name in ("t_s", "response") else 0.0
        add(name, dimensions, value + shift, error * (1 + 20 * finite) + 0 * value, "1")
    add("t_clone", grid, np.repeat(theory["t_b"][1][..., None], len(N), 3), error * np.ones(shape))
    add("ks_distance", grid, np.full(shape, 0.0034), 0.0008 * np.ones(shape))
    add("ks_distance_expected", grid, np.full(shape, 0.0031), 0 * np.ones(shape))
    exact = np.broadcast_to(np.isinf(N), shape)
    add("broken", grid, np.where(exact, np.nan, np.where(np.isnan(data["t_s"][1]), 0.0, 1.0)), 0 * np.ones(shape))
    add("t_s_dataset_mean", grid, np.where(exact, np.nan, data["t_s"][1]), error * np.ones(shape))
    first = data["response"][1][..., 0], data["outer_response"][1][..., 0]
    phase = np.where(first[1] > 0, 2.0, np.where(first[0] > 0, 1.0, 0.0))
    data["phase"] = (grid, np.where(count == 0, np.nan, phase), {"units": "1", "long_name": "phase"})
    bins = np.linspace(0.025, 0.975, 20)
    data["quality_histogram"] = ((*grid, "quality_bin"), np.full(shape + (20,), 65536 / 20.0), {"units": "1"})
    coordinates = {"mu": mu, "sigma2": sigma2, "d": d, "N": np.asarray(N, float), "t": t, "quality_bin": bins}
    dataset = xarray.Dataset(data, coordinates)
    dataset.attrs = {"experiment": "phase_diagram", "experiment_version": 1, "format": "gdm-reduced"}
    dataset.to_netcdf(path, engine="netcdf4")


def refined_phase_diagram(path, **options):
    """A phase diagram whose sigma2 axis was refined near the boundary: every fourth value is of the job, the others exist
    where the phase changes nearby. Expected and measured distances depend on the point. Returns the mask of what exists."""
    phase_diagram(path, mu=np.linspace(0.05, 1.5, 9), sigma2=np.linspace(0.1, 4, 41), t=np.linspace(0, 2, 5), d=(1, 4), **options)
    with xarray.open_dataset(path, engine="netcdf4") as dataset:
        dataset = dataset.load()
    grid = dataset.replicas_done.dims
    phase = dataset.phase_theory.transpose(*grid).values
    changes = np.zeros(phase.shape, bool)
    changes[:, 1:] |= phase[:, 1:] != phase[:, :-1]
    changes[:, :-1] |= changes[:, 1:]
    there = xarray.DataArray(changes | (np.arange(41) % 4 == 0)[None, :, None, None], dims=grid)
    expected = (0.003 * (1 + dataset.mu) * (1 + dataset.sigma2) + 0 * dataset.replicas_done).transpose(*grid)
    dataset["ks_distance_expected"], dataset["ks_distance"] = expected, 1.25 * expected
    dataset = dataset.map(lambda one: one.where(there).transpose(*one.dims) if set(grid) <= set(one.dims) else one, keep_attrs=True)
    dataset["replicas_done"] = dataset.replicas_done.fillna(0)
    dataset.attrs |= {"experiment": "phase_diagram", "refine": "sigma2", "refine_where": "phase", "samples": 256.0, "seed": 1}
    dataset.to_netcdf(path, engine="netcdf4")
    return there.values


def generative_bath(path, theta=np.linspace(0.4, 1.6, 25), h=(0.0, 0.05), K=(64, 256, 1024), error=0.01, seed=1):
    """Writes a reduced file of generative_bath, two points; magnetisation from the self-consistency, rounded at finite K."""
    random = np.random.default_rng(seed)
    grid = ("theta", "h", "K")
    m = np.ones((len(theta), len(h)))
    for _ in range(20000):
        m = np.tanh((m + np.asarray(h)) / np.asarray(theta)[:, None])
    m[m < 1e-2] = 0
    with np.errstate(divide="ignore"):
        chi = (1 - m**2) / (np.asarray(theta)[:, None] - 1 + m**2)
    shape = (len(theta), len(h), len(K))
    size = np.asarray(K, float)
    m3, chi3 = (np.broadcast_to(a[..., None], shape) for a in (m, chi))
    chi_finite = 1 / (1 / chi3 + 1.5 / np.sqrt(size))
    rounded = np.sqrt(m3**2 + chi_finite * np.asarray(theta)[:, None, None] / size)
    noise = np.asarray(theta)[:, None, None] * chi_finite
    data = {"magnetisation_theory": (grid, m3), "noise_variance_theory": (grid, np.asarray(theta)[:, None, None] * chi3),
            "replicas_done": (grid, np.full(shape, 8))}
    for name, value, scale in (("magnetisation", rounded, error), ("magnetisation_abs", rounded, error),
                               ("noise_variance", noise, 0.03 * noise),
                               ("scaled_magnetisation", size ** 0.25 * rounded, error),
                               ("scaled_squared", size ** 0.5 * rounded**2, error),
                               ("binder", 2 / 3 * m3**2 / (m3**2 + 1 / np.sqrt(size)), error)):
        data[name] = (grid, value + scale * random.standard_normal(shape), {"units": "1", "long_name": name})
        data[f"{name}_stderr"] = (grid, scale * np.ones(shape), {"units": "1"})
    dataset = xarray.Dataset(data, {"theta": np.asarray(theta), "h": np.asarray(h), "K": size})
    dataset = dataset.expand_dims(target=["two_deltas"])
    dataset.attrs = {"experiment": "generative_bath", "experiment_version": 1}
    dataset.to_netcdf(path, engine="netcdf4")


def sweep(path, points=3, replicas=4, t=(0.0, 1.0)):
    """Writes a sweep file (format 1) by hand: replica (p, r) holds 10 p + r; the last replica of each point is missing
    and that of point 0 failed."""
    with h5py.File(path, "w") as file:
        file.attrs.update({"format": "gdm-sweep", "format_version": 1, "experiment": "phase_diagram",
                           "experiment_version": 1, "job": "", "code_version": "", "created": "", "points": points,
                           "replicas": replicas})
        for name, values, role in (("mu", np.arange(points) + 1.0, "grid"), ("t", np.asarray(t), "inner")):
            axis = file.create_dataset(f"axes/{name}", data=values)
            axis.attrs.update({"unit": "1", "long_name": name, "role": role})
        file.create_dataset("points/mu", data=np.arange(points) + 1.0).attrs.update({"unit": "1", "long_name": "mu"})
        integrator = file.create_dataset("points/integrator", data=np.arange(points) % 2.0)
        integrator.attrs.update({"unit": "1", "long_name": "integrator", "words": "euler,heun"})
        file.create_dataset("settings/samples", data=4096.0).attrs.update({"unit": "1", "long_name": "samples"})
        value = 10.0 * np.arange(points)[:, None] + np.arange(replicas)
        checksum = np.full((points, replicas), 12345, np.uint64)
        checksum[:, -1] = 0
        checksum[0, -1] = 1
        file.create_dataset("status/checksum", data=checksum)
        file.create_dataset("status/seconds", data=np.full((points, replicas), 0.5))
        for name, axes, data in (("t_s", "", value), ("axis_2", "t", value[..., None] + np.asarray(t))):
            file.create_dataset(f"replicas/{name}", data=data).attrs.update(
                {"unit": "1", "long_name": name, "combine": "mean", "axes": axes})


def stored_spins(path, sites=50, store=3, angles=None):
    """The sweep of `sweep` with stored configurations beside it; returns their spins (point, replica, configuration, site)."""
    sweep(path)
    random = np.random.default_rng(5)
    spins = random.choice([-1, 1], (3, 4, store, sites)) if angles is None else angles
    numbers = np.full((3, 4, store, sites if angles is not None else 3), np.nan)
    for site in range(sites):
        if angles is not None:
            numbers[..., site] = angles[..., site]
        else:
            if site % 48 == 0:
                numbers[..., site // 48] = 0
            numbers[..., site // 48] += (spins[..., site] > 0) * 2.0 ** (site % 48)
    with h5py.File(path, "a") as file:
        file.create_dataset("settings/store", data=float(store)).attrs.update({"unit": "1", "long_name": "store"})
        for name, length in (("configuration", store), ("number", numbers.shape[-1])):
            file.create_dataset(f"axes/{name}", data=np.arange(float(length))).attrs.update(
                {"unit": "1", "long_name": name, "role": "inner"})
        for name, axes, data in (("configurations", "configuration,number", numbers),
                                 ("stored_sites", "", np.full((3, 4), float(sites)))):
            file.create_dataset(f"replicas/{name}", data=data).attrs.update(
                {"unit": "rad" if angles is not None else "48 spins", "long_name": name, "combine": "stored", "axes": axes})
    return spins
