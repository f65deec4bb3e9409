#!/usr/bin/python3
"""The recipes in packaging/ and the Dockerfile: what they name exists and agrees, and cpack makes packages that say what they
need. usage: packages_test.py BUILD_FOLDER"""
import pathlib
import py_compile
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
#: Of quickstart, what programs are built with; the rest is for the figures, or comes along.
BUILT_WITH = re.compile(r"[-\w+.]+-dev|g\+\+|cmake|ninja-build|pkg-config")


def output_of(*command, folder=None):
    return subprocess.run([str(word) for word in command], cwd=folder, text=True, check=True, stdout=subprocess.PIPE).stdout


def installed_first(recipe):
    """The packages of the first apt-get install in a recipe."""
    text = (TOP / recipe).read_text().replace("\\\n", " ")
    line = re.search(r"apt-get install -y --no-install-recommends (.*)", text)[1]
    return set(line.partition("&&")[0].split())


class Recipes(unittest.TestCase):
    def test_containers_have_what_quickstart_builds_with(self):
        words = re.search(r"\npackages=\((.*?)\)", (TOP / "quickstart").read_text(), re.S)[1].split()
        wanted = {word for word in words if BUILT_WITH.fullmatch(word)}
        self.assertGreater(len(wanted), 8)
        for recipe in ("Dockerfile", "packaging/gdm-sweep.def"):
            self.assertLessEqual(wanted, installed_first(recipe), recipe)
        self.assertEqual(installed_first("Dockerfile"), installed_first("packaging/gdm-sweep.def"))

    def test_spack_recipe_compiles(self):
        recipe = TOP / "packaging/spack/package.py"
        with tempfile.TemporaryDirectory() as folder:
            py_compile.compile(str(recipe), cfile=f"{folder}/package.pyc", doraise=True)
        version = re.search(r"project\(gdm-sweep VERSION ([\d.]+)", (TOP / "CMakeLists.txt").read_text())[1]
        self.assertIn(f'version("{version}")', recipe.read_text())
        declared = "".join((TOP / name).read_text() for name in ("CMakeLists.txt", "cmake/Dependencies.cmake"))
        options = set(re.findall(r"option\((GDM_\w+)", declared))
        self.assertLessEqual(set(re.findall(r'"(GDM_\w+)"', recipe.read_text())), options)


@unittest.skipUnless(shutil.which("dpkg-deb") and shutil.which("dpkg-shlibdeps"), "not a Debian with dpkg-dev")
class DebianPackages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        # gzip takes a fifth of the time.
        output_of("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", folder.name, "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip",
                  folder=folder.name)
        cls.packages = {path.name.partition("_")[0]: path for path in pathlib.Path(folder.name).glob("*.deb")}

    def field(self, package, name):
        return output_of("dpkg-deb", "-f", self.packages[package], name)

    def contents(self, package):
        return {line.split()[5] for line in output_of("dpkg-deb", "-c", self.packages[package]).splitlines()}

    def test_programs(self):
        self.assertEqual(set(self.packages), {"gdm-sweep", "libgdm-sweep-dev"})
        contents = self.contents("gdm-sweep")
        for path in ("bin/gdm-sweep", "bin/gdm-reduce", "bin/gdm-status", "bin/gdm-merge", "share/gdm-sweep/analysis/plot.py",
                     "share/gdm-sweep/jobs/phase_diagram.ini", "share/gdm-sweep/examples/kuramoto/kuramoto.ini"):
            self.assertIn(f"./usr/{path}", contents)
        for path in contents:
            self.assertNotRegex(path, r"__pycache__|/include/|\.a$|/CMakeFiles/|\.h5$")
        depends = self.field("gdm-sweep", "Depends")
        for name in ("libopenmpi3", "libhdf5-openmpi-103", "openmpi-bin", "python3-xarray", "python3-matplotlib"):
            self.assertIn(name, depends)

    def test_development(self):
        contents = self.contents("libgdm-sweep-dev")
        for path in ("include/gdm/programs.hpp", "include/gdm/experiment/experiment.hpp", "lib/libgdm_sweep.a",
                     "lib/cmake/gdm_sweep/gdm_sweep-config.cmake"):
            self.assertIn(f"./usr/{path}", contents)
        self.assertFalse({path for path in contents if "/bin/" in path or "-inl.hpp" in path})
        depends = self.field("libgdm-sweep-dev", "Depends")
        # What the CMake package looks for is installed along.
        for name in re.findall(r"gdm_find\((\w+)|pkg_check_modules\((\w+)", (TOP / "cmake/Libraries.cmake").read_text()):
            package = {"Threads": "g++", "MPI": "libopenmpi-dev", "HDF5": "libhdf5-openmpi-dev", "PkgConfig": "pkg-config",
                       "Boost": "libboost-program-options-dev", "fmt": "libfmt-dev", "HWY": "libhwy-dev",
                       "XXHASH": "libxxhash-dev"}["".join(name)]
            self.assertIn(package, depends)


if __name__ == "__main__":
    unittest.main()
