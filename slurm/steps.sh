#!/bin/bash
# What follows a sweep, each in a job of one task that common.sh submits; or by hand, from the folder of the sweep:
#     slurm/steps.sh reduce results/NAME.h5      writes results/NAME.reduced.h5
#     slurm/steps.sh plot results/NAME.h5        draws the figures of results/NAME.reduced.h5
#     slurm/steps.sh merge results/NAME.h5       joins results/NAME.seed*.h5 into results/NAME.seeds.h5, reduces and plots it
set -euo pipefail
source "$(dirname "$0")/common.sh"

reduce() {
    say "reducing $1"
    gdm-reduce "$1"
}

plot() {
    local reduced=${1%.h5}.reduced.h5 python=/usr/bin/python3
    say "plotting $reduced"
    "$python" -c 'import h5py, matplotlib, netCDF4, xarray' 2>/dev/null || python=python3
    "$python" "$scripts/../analysis/plot.py" "$reduced"
}

merge() {
    local merged=${1%.h5}.seeds.h5 seeds=() file status
    for file in "${1%.h5}".seed*.h5; do
        [[ $file != *.reduced.h5 && -e $file ]] || continue
        status=0
        gdm-status "$file" >/dev/null || status=$?
        if ((status == 0 || status == 3)); then
            seeds+=("$file")
        else
            say "left out, because it is not complete: $file"
        fi
    done
    if ! command -v gdm-merge >/dev/null; then
        say "not merged, because there is no gdm-merge here: ${seeds[*]}"
        return
    fi
    say "merging ${seeds[*]} into $merged"
    gdm-merge "$merged" "${seeds[@]}"
    reduce "$merged"
    plot "$merged"
}

case "${1-} $#" in
"reduce 2" | "plot 2" | "merge 2") "$1" "$2" ;;
*)
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
