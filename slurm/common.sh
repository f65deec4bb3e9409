# shellcheck shell=bash
# What all job scripts of this folder share: run_sweep EXPERIMENT [JOB.ini] [gdm-sweep's options].
# Sourced inside a Slurm job; GDM_LAUNCH says what starts the ranks. Deletes nothing, ever.

# What the jobs get that reduce, merge and plot; they run on one core.
step_options=(--ntasks=1 --cpus-per-task=1 --mem=4G --time=01:00:00)

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# The programs on PATH, else those built or installed with these scripts.
command -v gdm-sweep >/dev/null || PATH=$scripts/../build/release/bin:$scripts/../../../bin:$PATH

say() { printf '%s %s\n' "$(date '+%F %T')" "$*"; }

refuse() {
    say "$*" >&2
    exit 2
}

# One task of an array has the number of the whole array as its own, too.
this_job() { echo "${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_}${SLURM_ARRAY_TASK_ID:-$SLURM_JOB_ID}"; }

# Seconds until Slurm ends this job, less a margin for the last writes; nothing if there is no limit.
# (SLURM_JOB_END_TIME is too new for many clusters.)
seconds_left() {
    local end left margin=60
    end=$(scontrol show job "$(this_job)" | sed -n 's/.*EndTime=\([^ ]*\).*/\1/p')
    left=$(($(date -d "$end" +%s 2>/dev/null || echo 0) - $(date +%s)))
    ((left > 0)) || return 0
    ((left > 4 * margin)) || margin=$((left / 4))
    echo $((left - margin))
}

# How many replicas need no further run: those done, and those that failed.
replicas_over() {
    { gdm-status "$1" 2>/dev/null || true; } |
        awk '$1 == "replicas" {n = $2; for (i = 3; i <= NF; ++i) if ($i ~ /^failed/) n += $(i - 1)} END {print n + 0}'
}

# The same with the part that is done of replicas under way, whose states are saved: whether a run got any further.
work_over() {
    { gdm-status "$1" 2>/dev/null || true; } |
        awk '$1 == "replicas" {n += $2; for (i = 3; i <= NF; ++i) if ($i ~ /^failed/) n += $(i - 1)}
            $1 == "under" && $2 == "way" {for (i = 4; i <= NF; ++i) if ($i == "%") n += $3 * $(i - 1) / 100}
            END {printf "%.6f\n", n}'
}

# step_after JOB NAME ARGUMENTS: the number of the job that runs steps.sh with these arguments once JOB has ended well, and
# that vanishes if this cannot happen any more. It is submitted unless it waits already, because this job was requeued.
step_after() {
    local after=$1 name=$2 waiting place=()
    shift 2
    waiting=$(squeue --noheader --user="$(id -un)" --states=PENDING --name="$name" --format='%i %E' |
        awk -v after="afterok:$after(" 'index($2, after) == 1 {print $1; exit}')
    if [[ -n $waiting ]]; then
        echo "$waiting"
        return
    fi
    [[ -z ${SLURM_JOB_PARTITION-} ]] || place+=(--partition="$SLURM_JOB_PARTITION")
    [[ -z ${SLURM_JOB_ACCOUNT-} ]] || place+=(--account="$SLURM_JOB_ACCOUNT")
    [[ -z ${SLURM_JOB_QOS-} ]] || place+=(--qos="$SLURM_JOB_QOS")
    sbatch --parsable --job-name="$name" --dependency="afterok:${after%_\*}" --kill-on-invalid-dep=yes \
        "${place[@]}" "${step_options[@]}" --open-mode=append --output="$(readlink /proc/self/fd/2)" \
        --wrap="$(printf '%q ' bash "$scripts/steps.sh" "$@")" | cut -d ';' -f 1
}

# What is to happen once this sweep is complete, or the whole array.
submit_steps() {
    local sweep=$1 name reduction figures
    name=$(basename "$sweep" .h5)
    reduction=$(step_after "$(this_job)" "$name.reduce" reduce "$sweep")
    if [[ -z $reduction ]]; then
        say "no job could be submitted here to reduce and plot: see above; afterwards run $scripts/steps.sh reduce $sweep"
    elif [[ -z ${SLURM_ARRAY_TASK_ID-} ]]; then
        figures=$(step_after "$reduction" "$name.plot" plot "$sweep")
        say "once it is complete, job $reduction reduces it and job ${figures:-none} plots"
    elif [[ $SLURM_ARRAY_TASK_ID == "${SLURM_ARRAY_TASK_MIN-}" ]]; then
        figures=$(step_after "${SLURM_ARRAY_JOB_ID}_*" "${name%.seed*}.merge" merge "${sweep%.seed*}.h5")
        say "once it is complete, job $reduction reduces it; after all of the array job ${figures:-none} merges the seeds"
    else
        say "once it is complete, job $reduction reduces it"
    fi
}

run_sweep() {
    local job=jobs/$1.ini sweep="" arguments=() start=() before work_before after left code status pid stopped=""
    [[ -n ${SLURM_JOB_ID-} ]] || refuse "this is a job script: sbatch $0; without Slurm: mpirun gdm-sweep $job"
    command -v gdm-sweep >/dev/null || refuse "no gdm-sweep on PATH, nor beside $scripts: build or install it, or load its modules"
    shift
    if [[ ${1-} == [^-]* ]]; then
        job=$1
        shift
    fi
    [[ -e $job || ! -e $scripts/../$job ]] || job=$scripts/../$job # the jobs lie beside the scripts
    sweep=results/$(basename "$job" .ini).h5
    before=counted
    while (($#)); do
        case $1 in
        --output=*) sweep=${1#*=} ;;
        --output | -o)
            sweep=${2-}
            shift
            ;;
        --overwrite) # by the first run; the next ones are to continue it
            ((${SLURM_RESTART_COUNT:-0} > 0)) || { arguments+=("$1") && before=0; }
            ;;
        *) arguments+=("$1") ;;
        esac
        shift || break
    done
    if [[ -n ${SLURM_ARRAY_TASK_ID-} ]]; then
        sweep=${sweep%.h5}.seed$SLURM_ARRAY_TASK_ID.h5
        arguments+=(--seed "$SLURM_ARRAY_TASK_ID")
    fi
    case ${GDM_LAUNCH:-mpirun} in
    mpirun) start=(mpirun -q) ;;                          # -q: no banner about exit codes
    srun) start=(srun --mpi=pmix --kill-on-bad-exit=1) ;; # whatever the site does when a rank dies
    *) read -ra start <<<"$GDM_LAUNCH" ;;
    esac

    work_before=0
    [[ $before == 0 ]] || before=$(replicas_over "$sweep") work_before=$(work_over "$sweep")
    left=$(seconds_left)
    say "run $((${SLURM_RESTART_COUNT:-0} + 1)) of $job into $sweep: ${SLURM_NTASKS:-?} ranks on ${SLURM_JOB_NODELIST:-?} by" \
        "${start[0]}, time limit ${left:-none}${left:+ s}, $before replicas done before"
    submit_steps "$sweep"
    "${start[@]}" gdm-sweep "$job" --output "$sweep" ${left:+--time-limit "$left"} "${arguments[@]}" &
    pid=$!
    # The batch shell gets the warning, not the ranks. mpirun and srun pass USR1 on and give the ranks the time they need; on
    # TERM mpirun would kill them after one second.
    trap 'stopped=USR1; say "warned by Slurm: the ranks are told to stop"; kill -USR1 "$pid" 2>/dev/null' USR1
    trap 'stopped=TERM; kill -USR1 "$pid" 2>/dev/null' TERM
    while :; do
        code=0
        wait "$pid" || code=$?
        kill -0 "$pid" 2>/dev/null || break # else a signal ended the wait, not the sweep
    done
    # A warning that comes now has nothing left to stop, and is not to end this script.
    trap : USR1
    trap - TERM

    if ((code == 2 || code == 74)); then
        say "not requeued: gdm-sweep ended with code $code (see above); sbatch the same script once that is mended"
        exit "$code"
    fi
    # The launcher changes exit codes when it is signalled itself, so the file decides.
    status=0
    gdm-status "$sweep" || status=$?
    after=$(replicas_over "$sweep")
    if ((status == 0 || status == 3)) && ((code == 0 || code == 3 || after > before)); then
        # To Slurm failed replicas are a success too: all others are there, and the jobs that wait for this one shall run.
        say "complete$( ((status == 0)) || echo ' but for failed replicas (see above); to repeat them sbatch it with --retry-failed')"
        exit 0
    elif ((status != 0 && status != 3 && status != 75)); then
        say "not requeued: gdm-status ended with code $status"
        exit "$status"
    elif [[ $stopped == TERM ]]; then
        say "cancelled with $after replicas done; sbatch the same script to continue"
        exit 75
    elif awk -v before="$work_before" -v after="$(work_over "$sweep")" 'BEGIN {exit !(after <= before)}'; then
        say "not requeued: this run finished no replica (code $code); is one replica longer than the time limit?"
        exit 1
    fi
    say "back into the queue with $after replicas done (code $code)"
    scontrol requeue "$(this_job)" || say "Slurm does not requeue it; sbatch the same script to continue"
    exit 75
}
