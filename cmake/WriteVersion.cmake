# Run at every build: writes version.cpp anew when the commit has changed.
execute_process(COMMAND git describe --always --dirty=+ --abbrev=10 --exclude=*
    WORKING_DIRECTORY ${SOURCE_DIR} OUTPUT_VARIABLE commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
if(commit)
    set(GDM_CODE_VERSION "${VERSION} (${commit})")
else()
    set(GDM_CODE_VERSION "${VERSION}")
endif()
configure_file(${SOURCE_DIR}/src/base/version.cpp.in ${OUTPUT} @ONLY)
