# What `cmake --install` puts into a prefix, which may be moved afterwards: the programs (src/apps), the library with which others
# build theirs, and in share/gdm-sweep whatever is read: jobs, scripts, analysis, pages, examples.
include(CMakePackageConfigHelpers)

# gdm_parts_of(<target>... OWN <list> FOREIGN <list>) lists what the targets link, whatever lies between: static libraries of this
# repository, and libraries of others.
function(gdm_parts_of)
    cmake_parse_arguments(ARG "" "OWN;FOREIGN" "" ${ARGN})
    set(queue ${ARG_UNPARSED_ARGUMENTS})
    set(seen "")
    while(queue)
        list(POP_FRONT queue part)
        if(part IN_LIST seen)
            continue()
        endif()
        list(APPEND seen ${part})
        if(NOT part MATCHES "^gdm_")
            list(APPEND foreign ${part})
            continue()
        endif()
        get_target_property(type ${part} TYPE)
        if(type STREQUAL STATIC_LIBRARY)
            list(APPEND own ${part})
            get_target_property(linked ${part} LINK_LIBRARIES)
        else()
            get_target_property(linked ${part} INTERFACE_LINK_LIBRARIES)
        endif()
        if(linked)
            list(APPEND queue ${linked})
        endif()
    endwhile()
    set(${ARG_OWN} ${own} PARENT_SCOPE)
    set(${ARG_FOREIGN} ${foreign} PARENT_SCOPE)
endfunction()

# One archive of all rooms that the programs consist of; experiments and physics are not among them. Outside it is called
# gdm_sweep::sweep, and publishes the headers that are versioned.
gdm_parts_of(gdm_sweep_app gdm_reduce_app gdm_status_app OWN rooms FOREIGN libraries)
list(TRANSFORM rooms REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>")
add_library(gdm_outside STATIC ${rooms})
target_link_libraries(gdm_outside PRIVATE ${libraries})
target_include_directories(gdm_outside INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(gdm_outside INTERFACE cxx_std_20)
target_compile_options(gdm_outside INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>)  # a promise of the numbers
set_target_properties(gdm_outside PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME gdm_sweep EXPORT_NAME sweep
    ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)

set(gdm_config ${CMAKE_INSTALL_LIBDIR}/cmake/gdm_sweep)
file(STRINGS ${PROJECT_SOURCE_DIR}/include/gdm/experiment/interface_version.hpp interface REGEX "interface_version{")
string(REGEX REPLACE ".*{([0-9]+), ([0-9]+)}.*" "\\1.\\2" GDM_INTERFACE_VERSION "${interface}")
configure_package_config_file(cmake/gdm_sweep-config.cmake.in ${PROJECT_BINARY_DIR}/cmake/gdm_sweep-config.cmake
    INSTALL_DESTINATION ${gdm_config} PATH_VARS CMAKE_INSTALL_DATADIR NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/gdm_sweep-config-version.cmake
    VERSION ${GDM_INTERFACE_VERSION} COMPATIBILITY SameMajorVersion)

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)
install(TARGETS gdm_outside EXPORT gdm_sweep ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT gdm_sweep NAMESPACE gdm_sweep:: FILE gdm_sweep-targets.cmake DESTINATION ${gdm_config})
install(FILES ${PROJECT_BINARY_DIR}/cmake/gdm_sweep-config.cmake ${PROJECT_BINARY_DIR}/cmake/gdm_sweep-config-version.cmake
    DESTINATION ${gdm_config})
install(FILES cmake/Libraries.cmake DESTINATION ${gdm_config} RENAME gdm_sweep-libraries.cmake)
install(DIRECTORY include/gdm/base include/gdm/experiment DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gdm
    FILES_MATCHING PATTERN "*.hpp" PATTERN "*-inl.hpp" EXCLUDE)
install(FILES include/gdm/programs.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gdm)

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME programs)
install(DIRECTORY jobs slurm analysis docs examples DESTINATION ${CMAKE_INSTALL_DATADIR}/gdm-sweep USE_SOURCE_PERMISSIONS
    PATTERN "__pycache__" EXCLUDE PATTERN "build" EXCLUDE PATTERN "results" EXCLUDE)
# Programs in Python stand beside the package that they use; what is on the path leads there.
file(RELATIVE_PATH analysis ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/gdm-sweep/analysis)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/links)
file(CREATE_LINK ${analysis}/gdm-report ${PROJECT_BINARY_DIR}/links/gdm-report SYMBOLIC)
install(FILES ${PROJECT_BINARY_DIR}/links/gdm-report DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES README.md ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md LICENSE CITATION.cff
    DESTINATION ${CMAKE_INSTALL_DATADIR}/gdm-sweep)
