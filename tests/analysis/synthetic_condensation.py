"""Reduced files of condensation made from smooth curves and noise, to test the analysis alone; see synthetic.py."""
import numpy as np
import xarray


def condensation(path, d=(64, 256), state=("planted", "population"), axis="alpha", points=(0.1, 0.2, 0.3), user=False,
                 seed=1):
    """Writes a reduced file of condensation: smooth curves about t_C = 1/(1 + points) and noise. `user`: of a dataset, where
    mu, sigma2 and the closed forms are NaN and t is absolute."""
    random = np.random.default_rng(seed)
    grid = ("state", "method", "mu", "sigma2", "d", axis)
    shape = (len(state), 1, 1, 1, len(d), len(points))
    t = np.linspace(0.4, 1.6, 13)
    known = np.nan if user else 1.0
    t_c = np.broadcast_to(1 / (1 + np.log(np.asarray(points) + 2)), shape)
    ln_n = {"alpha": np.outer(d, points), "ln_N": np.asarray(points) + 0 * np.outer(d, points),
            "N": np.log(points) + 0 * np.outer(d, points)}[axis]
    at_point = t * np.ones((*shape, 1)) * (1.0 if user else t_c[..., None])
    y = 1 / (1 + np.exp(20 * (at_point / t_c[..., None] - 1)))
    inner = (*grid, "t")
    data = {"replicas_done": (grid, np.full(shape, 8)),
            "participation_histogram": ((*inner, "participation_bin"), np.full((*y.shape, 4), 5.0))}
    measured = {"participation_ratio": y, "participation_ratio_variance": y * (1 - y), "excess_entropy": 0.1 * (1 - y),
                "weight_entropy": 1 - y, "participation_identity": 0 * y, "entropy_identity": 0 * y,
                **{f"t_c_{name}": t_c for name in ("half", "entropy", "slope", "nearest")}}
    if user:
        measured |= {"t_s": 0 * t_c + 1.1, "t_c_gaussian": t_c}
    for name, value in measured.items():
        dimensions = grid if value.ndim == len(grid) else inner
        data[name] = (dimensions, value + 1e-3 * random.standard_normal(value.shape), {"units": "1", "long_name": name})
        data[f"{name}_stderr"] = (dimensions, np.full(value.shape, 1e-3), {"units": "1"})
    for name in ("participation_identity_theory", "entropy_identity_theory"):
        data[name] = (inner, 0 * y)
    for name in ("t_c_theory", "t_c_information", "t_c_half_large_d"):
        data[name] = (grid, known * t_c)
    for name in ("excess_entropy", "participation_ratio"):
        data[f"{name}_large_d"] = (inner, known * y)
    if axis == "alpha":
        for name in ("half", "slope"):
            for end, value in (("", t_c), ("_stderr", 0.01 * t_c)):
                data[f"t_c_{name}_limit{end}"] = ((*grid[:4], axis), value[..., 0, :])
    coordinates = {"state": list(state), "method": ["dataset" if user else "levels"], "mu": [known], "sigma2": [known],
                   "d": np.asarray(d, float), axis: np.asarray(points, float), "t": t,
                   "participation_bin": (np.arange(4) + 0.5) / 4, "t_at_point": (inner, at_point)}
    if axis != "ln_N":
        coordinates["ln_N"] = (grid, np.broadcast_to(ln_n, shape))
    dataset = xarray.Dataset(data, coordinates)
    dataset.attrs = {"experiment": "condensation", "experiment_version": 1, "samples": 64.0}
    dataset.to_netcdf(path, engine="netcdf4")
