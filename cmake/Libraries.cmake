# The libraries that the programs are linked with, as the build finds them and as a program outside this repository does that
# links gdm_sweep::sweep. `gdm_find(...)` is find_package as the includer wants it to fail.
set(THREADS_PREFER_PTHREAD_FLAG ON)
gdm_find(Threads)
gdm_find(MPI COMPONENTS C)

# FindHDF5 prefers the serial build unless it is told otherwise.
set(HDF5_PREFER_PARALLEL TRUE)
gdm_find(HDF5 COMPONENTS C HL)
if(NOT HDF5_IS_PARALLEL)
    message(FATAL_ERROR
        "Only a serial HDF5 was found (${HDF5_C_INCLUDE_DIRS}), but gdm-sweep writes one file from many ranks.\n"
        "Debian: apt install libhdf5-openmpi-dev.  Cluster: load the parallel HDF5 module (hdf5-mpi, phdf5, ...) "
        "or set HDF5_ROOT to it, and configure again in an empty build folder.")
endif()

gdm_find(Boost 1.74 COMPONENTS program_options)
gdm_find(fmt 9)
gdm_find(PkgConfig)
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET libhwy)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
