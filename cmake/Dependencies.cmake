# What the program stands on; all of it is packaged by Debian 12 and found through environment modules on clusters.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(MPI REQUIRED COMPONENTS C CXX)

# FindHDF5 prefers the serial build unless it is told otherwise.
set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 REQUIRED COMPONENTS C HL)
if(NOT HDF5_IS_PARALLEL)
    message(FATAL_ERROR
        "Only a serial HDF5 was found (${HDF5_C_INCLUDE_DIRS}), but gdm-sweep writes one file from many ranks.\n"
        "Debian: apt install libhdf5-openmpi-dev.  Cluster: load the parallel HDF5 module (hdf5-mpi, phdf5, ...) "
        "or set HDF5_ROOT to it, and configure again in an empty build folder.")
endif()

find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(fmt 9 REQUIRED)
find_package(Eigen3 3.4 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET libhwy)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
find_package(nlohmann_json 3.9 REQUIRED)
pkg_check_modules(LIBZIP IMPORTED_TARGET libzip)  # without it, results of commands are not read from .npz
if(GDM_TESTS)
    find_package(GTest 1.12 REQUIRED)
    find_package(Python3 COMPONENTS Interpreter)
endif()
if(GDM_BENCHMARKS)
    find_package(benchmark 1.7 REQUIRED)
endif()
if(GDM_LEARNED_SCORES)
    find_package(Torch 1.13 QUIET)
    if(NOT Torch_FOUND)
        message(FATAL_ERROR "GDM_LEARNED_SCORES needs libtorch. Debian: apt install libtorch-dev. Elsewhere: set Torch_DIR.")
    endif()
    add_library(gdm_torch INTERFACE)
    target_link_libraries(gdm_torch INTERFACE ${TORCH_LIBRARIES})
endif()
