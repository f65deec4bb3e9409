#!/bin/bash
# What follows a sweep, each in a job of one task that common.sh submits; or by hand, from the folder of the sweep:
#     slurm/steps.sh reduce results/NAME.h5      writes results/NAME.reduced.h5
#     slurm/steps.sh plot results/NAME.h5        draws the figures of results/NAME.reduced.h5
#     slurm/steps.sh merge results/NAME.h5       joins the complete ones of results/NAME.seed1.h5, NAME.seed2.h5, ... into one
#                                                file, results/NAME.seeds1-2.h5 if they are two, reduces and plots it
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
    local base=${1%.h5} seeds=() files=() file seed status merged
    for file in "$base".seed*.h5; do
        seed=${file#"$base".seed}
        [[ ${seed%.h5} =~ ^[0-9]+$ && -e $file ]] || continue
        status=0
        gdm-status "$file" >/dev/null || status=$?
        if ((status == 0 || status == 3)); then
            seeds+=("${seed%.h5}")
        else
            say "left out, because it is not complete: $file"
        fi
    done
    mapfile -t seeds < <(printf '%s\n' "${seeds[@]}" | sort -n)
    for seed in "${seeds[@]}"; do files+=("$base.seed$seed.h5"); done
    merged=$base.seeds${seeds[0]}-${seeds[-1]}.h5
    if ((${#files[@]} < 2)); then
        say "not merged, because fewer than two seeds are complete"
        return
    elif ! command -v gdm-merge >/dev/null; then
        say "not merged, because there is no gdm-merge here: ${files[*]}"
        return
    elif [[ -e $merged ]]; then
        say "$merged is there already and stays as it is; to renew it: gdm-merge $merged ${files[*]} --overwrite"
    else
        say "merging ${files[*]} into $merged"
        gdm-merge "$merged" "${files[@]}"
    fi
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
