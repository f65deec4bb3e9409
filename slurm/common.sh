# shellcheck shell=bash
# What all job scripts of this folder share: run_sweep JOB SWEEP_FILE [gdm-sweep's options].
# Sourced inside a Slurm job; the array `launch` holds the command that starts the ranks. Deletes nothing, ever.
[[ -n ${launch[*]-} ]] || launch=(mpirun)

# The installed programs, or those built here.
if ! command -v gdm-sweep >/dev/null; then
    PATH=$PWD/build/release/bin:$PATH
fi

say() { printf '%s %s\n' "$(date '+%F %T')" "$*"; }

# Seconds until Slurm ends this job, less a margin for the last writes; nothing if there is no limit.
# (SLURM_JOB_END_TIME is too new for many clusters.)
seconds_left() {
    local end left margin=60
    end=$(scontrol show job "$SLURM_JOB_ID" | sed -n 's/.*EndTime=\([^ ]*\).*/\1/p')
    left=$(($(date -d "$end" +%s 2>/dev/null || echo 0) - $(date +%s)))
    ((left > 0)) || return 0
    ((left > 4 * margin)) || margin=$((left / 4))
    echo $((left - margin))
}

replicas_done() { { gdm-status "$1" 2>/dev/null || true; } | awk '$1 == "replicas" {n = $2} END {print n + 0}'; }

run_sweep() {
    local job=$1 sweep=$2 before after left code status stopped=""
    shift 2
    mkdir -p "$(dirname "$sweep")"
    before=$(replicas_done "$sweep")
    left=$(seconds_left)
    say "$job on ${SLURM_NTASKS:-?} ranks, run $((${SLURM_RESTART_COUNT:-0} + 1)), time limit ${left:-none}${left:+ s}," \
        "$before replicas done before"

    "${launch[@]}" gdm-sweep "$job" --output "$sweep" ${left:+--time-limit "$left"} "$@" &
    local pid=$!
    # The batch shell gets the warning, not the ranks. mpirun passes USR1 on and gives them the time they need; on TERM it
    # would kill them after one second.
    trap 'stopped=USR1; kill -USR1 "$pid" 2>/dev/null' USR1
    trap 'stopped=TERM; kill -USR1 "$pid" 2>/dev/null' TERM
    while :; do
        code=0
        wait "$pid" || code=$?
        kill -0 "$pid" 2>/dev/null || break # else a signal ended the wait, not the sweep
    done
    trap - USR1 TERM

    # The launcher changes exit codes when it is signalled itself, so the file decides.
    status=0
    gdm-status "$sweep" || status=$?
    after=$(replicas_done "$sweep")
    case $status in
    0 | 3)
        finish "$sweep"
        exit "$status"
        ;;
    75) ;;
    *)
        say "not requeued: gdm-status ended with code $status"
        exit "$status"
        ;;
    esac
    if [[ $stopped == TERM ]]; then
        say "cancelled; sbatch the same script to continue"
        exit 75
    elif ((code == 2 || code == 74)); then
        say "not requeued: gdm-sweep ended with code $code (see above); sbatch the same script once that is mended"
        exit "$code"
    elif ((after <= before)); then
        say "not requeued: this run finished no replica (code $code); is one replica longer than the time limit?"
        exit 1
    fi
    say "requeued with $after replicas done"
    scontrol requeue "$SLURM_JOB_ID"
    exit 75
}

# Reduction and figures of a finished sweep.
finish() {
    local reduced=${1%.h5}.reduced.h5 python=/usr/bin/python3
    gdm-reduce "$1" --output "$reduced"
    "$python" -c 'import h5py, matplotlib, netCDF4, xarray' 2>/dev/null || python=python3
    "$python" analysis/plot.py "$reduced" ||
        say "no figures; run analysis/plot.py $reduced where Python has h5py, xarray, netCDF4 and matplotlib"
}
