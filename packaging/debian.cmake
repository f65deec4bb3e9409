# cpack -G DEB: gdm-sweep, the programs with jobs, scripts and pages, and libgdm-sweep-dev, with which others build theirs.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME gdm-sweep)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "the gdm-sweep authors <gdm-sweep@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL programs development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME gdm-sweep)
# (The first line of both descriptions is the project's.)
set(CPACK_DEBIAN_PROGRAMS_DESCRIPTION "Programs that compute sweeps over parameters on any number of MPI ranks into
one HDF5 file that survives kills, reduce it to arrays with errors, and scripts
that draw them.")
# Beside the libraries, which dpkg-shlibdeps finds: mpirun, and what analysis/ imports.
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_DEPENDS "openmpi-bin, python3, python3-numpy, python3-h5py, python3-netcdf4, \
python3-xarray, python3-matplotlib, python3-scipy, python3-pil, python3-jinja2")
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS "python3-sklearn, python3-pandas, python3-dask")
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SUGGESTS "libgdm-sweep-dev, slurm-client")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libgdm-sweep-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "Headers, static library and CMake package with which programs of one's own
experiments are built.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "g++, cmake, pkg-config, libopenmpi-dev, libhdf5-openmpi-dev, libboost-dev, \
libboost-program-options-dev, libfmt-dev, libhwy-dev, libxxhash-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "gdm-sweep")
include(CPack)
