#!/bin/sh
# tidy.sh [COMMIT]: what clang-tidy-14 finds in the C++ files that differ from COMMIT (HEAD), by the checks of .clang-tidy. A
# header is read with the source of its name, or with a file that includes it.
cd "$(dirname "$0")/../.." || exit
cmake --preset tidy > /dev/null || exit
{
    git diff --name-only --diff-filter=d "${1:-HEAD}" -- '*.cpp' '*.hpp'
    git ls-files --others --exclude-standard -- '*.cpp' '*.hpp'
} | while read -r file; do
    case $file in
        include/*.hpp)
            source=src/${file#include/gdm/}
            source=${source%.hpp}.cpp
            [ -f "$source" ] || source=$(git grep -l "\"${file#include/}\"" -- '*.cpp' | head -n 1)
            ;;
        *.hpp) source=$(git grep -l "/${file##*/}\"" -- '*.cpp' | head -n 1) ;;
        *) source=$file ;;
    esac
    [ -n "$source" ] && grep -q "/$source\"" build/tidy/compile_commands.json && echo "$source"
done | sort -u | xargs -r -P "$(nproc)" -n 1 clang-tidy-14 -p build/tidy --quiet
