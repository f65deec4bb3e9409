# One target per room. A room sees the headers of what it links and no others, so that a forbidden include does not compile:
# each publishes a folder of its own, build/rooms/ROOM, in which only its headers can be found.

add_library(gdm_options INTERFACE)
# Contraction would let the compiler fuse differently per processor; the kernels fuse explicitly instead.
# (-Wrestrict, -Wstringop-overflow: g++ 12 warns of std::string's own operators, its bug 105329.)
target_compile_options(gdm_options INTERFACE -ffp-contract=off -fno-math-errno
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wno-restrict -Wno-stringop-overflow)
if(GDM_WARNINGS_AS_ERRORS)
    target_compile_options(gdm_options INTERFACE -Werror)
endif()
if(GDM_NATIVE)
    target_compile_options(gdm_options INTERFACE -march=native)
    # Highway 1.0 does not compile where this is the best of the build machine and not asked for.
    target_compile_definitions(gdm_options INTERFACE HWY_WANT_AVX3_DL)
endif()
if(GDM_SANITIZE)
    # (g++ 12 warns of its own <regex> when it is sanitised.)
    target_compile_options(gdm_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
        -Wno-maybe-uninitialized)
    target_link_options(gdm_options INTERFACE -fsanitize=address,undefined)
endif()

# Where the sources of a room are compiled several at a time (CMAKE_UNITY_BUILD, in half the time), kernels stay alone: Highway
# compiles them once for each instruction set.
function(gdm_skip_unity)
    foreach(source IN LISTS ARGN)
        file(STRINGS ${source} kernel REGEX "define HWY_TARGET_INCLUDE" LIMIT_COUNT 1)
        if(kernel)
            set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
        endif()
    endforeach()
endfunction()

# What nearly every file includes of the standard library is parsed once for all rooms that are compiled with the same options, and
# GoogleTest once for all tests. Of this repository's headers none is among them: what a room may include is tried file by file.
# ccache does not keep what was compiled so, unless it is told much.
if("${CMAKE_CXX_COMPILER_LAUNCHER} ${CMAKE_CXX_COMPILER}" MATCHES "ccache")
    set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
endif()
set(gdm_standard_headers <algorithm> <array> <chrono> <cmath> <cstdint> <cstring> <filesystem> <functional> <limits> <map> <memory>
    <numbers> <numeric> <optional> <span> <stdexcept> <string> <string_view> <utility> <variant> <vector>)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled.cpp CONTENT "// Of a library that is made for its precompiled header.\n")

# gdm_precompiled(<name> [LIBS target...] [OPTIONS option...] [HEADERS <header>...]) makes a precompiled header of these.
function(gdm_precompiled name)
    cmake_parse_arguments(ARG "" "" "LIBS;OPTIONS;HEADERS" ${ARGN})
    add_library(${name} STATIC ${PROJECT_BINARY_DIR}/precompiled.cpp)
    target_link_libraries(${name} PRIVATE gdm_options ${ARG_LIBS})
    target_compile_options(${name} PRIVATE ${ARG_OPTIONS})
    target_precompile_headers(${name} PRIVATE ${gdm_standard_headers} ${ARG_HEADERS})
endfunction()

# What a test, a command line or the writing of a file does by itself is little: to optimise it costs more than it saves.
# (-Warray-bounds: bug 105329 again, at -O1.)
set(gdm_light $<$<CONFIG:Release>:-O1> -Wno-array-bounds)
if(GDM_SANITIZE)
    set(gdm_light -O0)
endif()
gdm_precompiled(gdm_precompiled_standard)
gdm_precompiled(gdm_precompiled_light LIBS fmt::fmt OPTIONS ${gdm_light} HEADERS <fmt/format.h>)

# gdm_light(<target>...) compiles them so.
function(gdm_light)
    foreach(target IN LISTS ARGN)
        target_compile_options(${target} PRIVATE ${gdm_light})
        target_precompile_headers(${target} REUSE_FROM gdm_precompiled_light)
    endforeach()
endfunction()

# gdm_library(<room> [LIGHT] [PRECOMPILED name] [PUBLIC target...] [LINK target...] [SOURCES generated...]) makes the static library
# gdm_<room> of all sources in src/<room> and below, `physics/paths` being called gdm_physics_paths. It may include what it links.
# LIGHT: it computes little. PRECOMPILED: what has its options, where they are neither those of all nor those of LIGHT.
function(gdm_library room)
    cmake_parse_arguments(ARG "LIGHT" "PRECOMPILED" "SOURCES;PUBLIC;LINK" ${ARGN})
    string(REPLACE / _ name ${room})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${room}/*.cpp)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/include/gdm/${room}/*.hpp)
    set(view ${PROJECT_BINARY_DIR}/rooms/${name})
    cmake_path(GET room PARENT_PATH parent)
    file(MAKE_DIRECTORY ${view}/gdm/${parent})
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/include/gdm/${room} ${view}/gdm/${room} SYMBOLIC)
    list(TRANSFORM headers PREPEND ${view}/)
    list(FILTER headers EXCLUDE REGEX "-inl[.]hpp$")  # compiled once for each instruction set, by their includers
    add_library(gdm_${name} STATIC ${sources} ${ARG_SOURCES})
    gdm_skip_unity(${sources})
    # The names of one file are no business of another that is compiled with it.
    set_target_properties(gdm_${name} PROPERTIES UNITY_BUILD_CODE_BEFORE_INCLUDE "#pragma GCC diagnostic ignored \"-Wshadow\"")
    target_sources(gdm_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${view} FILES ${headers})
    target_link_libraries(gdm_${name} PUBLIC gdm_options ${ARG_PUBLIC} PRIVATE ${ARG_LINK})
    if(ARG_LIGHT)
        gdm_light(gdm_${name})
    else()
        if(NOT ARG_PRECOMPILED)
            set(ARG_PRECOMPILED gdm_precompiled_standard)
        endif()
        target_precompile_headers(gdm_${name} REUSE_FROM ${ARG_PRECOMPILED})
    endif()
endfunction()

# gdm_test(<name> SOURCE... LIBS target... [RANKS n...] [TIMEOUT s]) makes a GoogleTest program and registers it with CTest.
# With RANKS it is run under mpirun once for each n, its own main() starting MPI.
function(gdm_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "LIBS;RANKS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    add_executable(${name}_test ${ARG_UNPARSED_ARGUMENTS})
    target_link_libraries(${name}_test PRIVATE gdm_options ${ARG_LIBS} GTest::gtest)
    set_target_properties(${name}_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    target_compile_options(${name}_test PRIVATE ${gdm_light})
    target_precompile_headers(${name}_test REUSE_FROM test_precompiled)
    if(ARG_RANKS)
        foreach(n IN LISTS ARG_RANKS)
            add_test(NAME ${name}_ranks_${n}
                COMMAND ${MPIEXEC_EXECUTABLE} -n ${n} $<TARGET_FILE:${name}_test>)
            set_tests_properties(${name}_ranks_${n} PROPERTIES TIMEOUT ${ARG_TIMEOUT} PROCESSORS ${n}
                ENVIRONMENT "OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMPI_MCA_rmaps_base_oversubscribe=1")
        endforeach()
    else()
        target_link_libraries(${name}_test PRIVATE GTest::gtest_main)
        add_test(NAME ${name} COMMAND ${name}_test)
        set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
    endif()
endfunction()
