#!/bin/sh
# format_test.sh CLANG_FORMAT [-i]: whether all C++ files have the format of .clang-format; -i gives it to them.
cd "$(dirname "$0")/../.." || exit
formatter=$1
shift
find src include tests examples \( -name '*.cpp' -o -name '*.hpp' \) -print0 | xargs -0 "$formatter" ${1:---dry-run} --Werror
