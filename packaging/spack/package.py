# Copyright the gdm-sweep authors. BSD 3-Clause.
"""Recipe of Spack. `spack repo create REPO; mkdir REPO/packages/gdm-sweep; cp package.py REPO/packages/gdm-sweep;
spack repo add REPO; spack install gdm-sweep`, with `spack develop --path SOURCE gdm-sweep@0.1.0` for a checkout."""
from spack.package import *


class GdmSweep(CMakePackage):
    """Batch experiments on the physics of generative diffusion models: sweeps over parameters on any number of MPI ranks into
    one HDF5 file, reduced to arrays with errors and drawn by Python; experiments of one's own in C++."""

    license("BSD-3-Clause")

    version("0.1.0")

    variant("native", default=False, description="Compile for the processor of the build machine alone")
    variant("learned_scores", default=False, description="Train score networks (libtorch)")
    variant("python", default=True, description="Experiments in Python")
    variant("figures", default=True, description="Python packages of the scripts in analysis/")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type=("build", "run"))
    # The library is static: who links it needs these too.
    with default_args(type=("build", "link")):
        depends_on("mpi@3:")
        depends_on("hdf5@1.10: +mpi +hl")
        depends_on("boost@1.74: +program_options")
        depends_on("fmt@9:")
        depends_on("highway@1:")
        depends_on("xxhash@0.8:")
    depends_on("eigen@3.4:", type="build")
    depends_on("nlohmann-json@3.9:", type="build")
    depends_on("libzip")
    with when("+python"):
        depends_on("python@3.11:", type=("build", "link", "run"))
        depends_on("py-pybind11@2.10:", type="build")
        depends_on("py-numpy", type=("build", "run"))
    depends_on("py-torch@1.13:", when="+learned_scores")
    with when("+figures"), default_args(type="run"):
        depends_on("python@3.11:")
        depends_on("py-numpy")
        depends_on("py-scipy")
        depends_on("py-h5py")
        depends_on("py-netcdf4")
        depends_on("py-xarray")
        depends_on("py-matplotlib")
        depends_on("pil")
        depends_on("py-jinja2")

    conflicts("%gcc@:11", msg="gdm-sweep is written in C++20")

    generator("ninja")

    def cmake_args(self):
        return [
            self.define("GDM_TESTS", False),
            self.define("CMAKE_UNITY_BUILD", True),
            self.define_from_variant("GDM_NATIVE", "native"),
            self.define_from_variant("GDM_PYTHON_EXPERIMENTS", "python"),
            self.define_from_variant("GDM_LEARNED_SCORES", "learned_scores"),
        ]

    @run_after("install")
    @on_package_attributes(run_tests=True)
    def check_programs(self):
        """The installed programs say what they are, and a small sweep runs and is reduced."""
        with working_dir("check", create=True):
            Executable(self.prefix.bin.join("gdm-sweep"))("--experiment", "potential", "--mu", "1", "--output", "check.h5")
            Executable(self.prefix.bin.join("gdm-reduce"))("check.h5")
