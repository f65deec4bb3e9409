#!/bin/bash
# slurm/submit.sh JOB.ini [options]: submits any job file, with ranks, time and memory chosen from what a dry run measures.
#
# Options that sbatch knows go to sbatch (--partition, --time, -n, --array=1-8, ...) and win over what is chosen here; all others
# are keys and options of gdm-sweep (--replicas 64, --mu 'linspace(0, 1, 11)', --retry-failed, --output FILE).
#     --dry-run     shows what would be submitted, and submits nothing
#     --help        shows this
# The script that runs is slurm/EXPERIMENT.sh where there is one for the job's experiment, otherwise slurm/phase_diagram.sh, with its
# partition, account and modules.
set -euo pipefail

# A run of a quarter of an hour starts soon and wastes little; beyond four hours it is cut into several.
wanted_seconds=900
longest_run=$((4 * 3600))

refuse() {
    printf 'submit.sh: %s\n' "$*" >&2
    exit 2
}

scripts=$(cd "$(dirname "$0")" && pwd)
command -v gdm-sweep >/dev/null || PATH=$scripts/../build/release/bin:$scripts/../../../bin:$PATH

clock() { printf '%02d:%02d:00' $(($1 / 3600)) $(($1 % 3600 / 60)); }

# Seconds of a time as Slurm writes it, [days-]hours:minutes:seconds or minutes:seconds; ten years if it is none.
seconds_of() {
    awk -F '[-:]' -v text="$1" 'BEGIN {
        if (text !~ /^[0-9:-]+$/) {print 315360000; exit}
        days = 0; if (split(text, halves, "-") == 2) {days = halves[1]; text = halves[2]}
        n = split(text, part, ":"); for (i = 1; i <= n; ++i) seconds = 60 * seconds + part[i]
        print 86400 * days + seconds}'
}

# given NAMES: the value of an option of sbatch that was given, by one of its names.
given() {
    local i name
    for ((i = 0; i < ${#for_sbatch[@]}; ++i)); do
        for name in "$@"; do
            case ${for_sbatch[i]} in
            "$name") echo "${for_sbatch[i + 1]-}" ;;
            "$name"=*) echo "${for_sbatch[i]#*=}" ;;
            "$name"*) [[ $name == --* ]] || echo "${for_sbatch[i]#"$name"}" ;;
            esac
        done
    done | tail -n 1
}

# Which of the options are sbatch's: those that its help names, and whether they take a value.
sort_options() {
    local help name
    help=$(sbatch --help) || refuse "sbatch does not work here (see above)"
    while (($#)); do
        name=${1%%=*}
        if [[ $name == --output || $name == --quiet || ! $name =~ ^-[A-Za-z-] ]]; then
            for_sweep+=("$1")
        elif [[ $name == --dry-run ]]; then
            only_show=yes
        elif [[ $name != --* ]]; then
            for_sbatch+=("$1")
            if ((${#1} == 2)) && grep -qE -- "^ *$1, --[a-z-]+=" <<<"$help"; then
                for_sbatch+=("${2-}")
                shift || true
            fi
        elif grep -qE -- "(^| )$name([ =[]|\$)" <<<"$help"; then
            for_sbatch+=("$1")
            if [[ $1 != *=* ]] && grep -qE -- "(^| )$name=" <<<"$help"; then
                for_sbatch+=("${2-}")
                shift || true
            fi
        else
            for_sweep+=("$1")
        fi
        shift || break
    done
}

# Nodes, CPUs of a node, and time limit of the partition that the job will go to.
ask_cluster() {
    partition=$(given -p --partition)
    [[ -n $partition ]] || partition=${SBATCH_PARTITION-}
    [[ -n $partition ]] || partition=$(sed -n 's/^#SBATCH --partition=\([^ ]*\).*/\1/p' "$script")
    local lines
    lines=$(sinfo --noheader --format='%P %D %c %l' ${partition:+--partition="$partition"} | sed 's/\([0-9]\)+/\1/g')
    [[ -n $lines ]] || refuse "there is no partition '$partition' here; sinfo lists them"
    [[ -n $partition ]] || lines=$(grep -F '* ' <<<"$lines") || refuse "no partition is the default here; name one with --partition"
    partition=${lines%%[* ]*}
    cpus=$(awk '{n += $2 * $3} END {print n}' <<<"$lines")
    cpus_per_node=$(awk '!n || $3 < n {n = $3} END {print n}' <<<"$lines")
    partition_limit=$(seconds_of "$(awk '{print $4; exit}' <<<"$lines")")
}

choose_ranks() {
    local nodes per_node
    ranks=$(given -n --ntasks)
    nodes=$(given -N --nodes)
    per_node=$(given --ntasks-per-node)
    if [[ -n $ranks || -n $nodes || -n $per_node ]]; then
        [[ -n $ranks ]] || ranks=$((${nodes:-1} * ${per_node:-cpus_per_node}))
        why_ranks="as you asked"
        [[ $ranks =~ ^[1-9][0-9]*$ ]] || refuse "--ntasks $ranks: takes a whole number from 1"
        chosen+=(--ntasks="$ranks")
        return
    fi
    # Four replicas a rank, so that the last ones do not leave most ranks idle.
    ranks=$(awk -v work="$core_seconds" -v wanted=$wanted_seconds -v replicas="$replicas" -v cpus="$cpus" 'BEGIN {
        n = work / wanted; if (n > replicas / 4) n = replicas / 4; if (n > cpus) n = cpus
        n = n == int(n) ? n : int(n) + 1; print n < 1 ? 1 : n}')
    why_ranks="about $((wanted_seconds / 60)) minutes for each, at least 4 replicas, at most the $cpus CPUs of partition $partition"
    if ((ranks > cpus_per_node)); then
        ranks=$(((ranks + cpus_per_node - 1) / cpus_per_node * cpus_per_node))
        why_ranks+="; whole nodes of $cpus_per_node"
    fi
    chosen+=(--ntasks="$ranks")
}

choose_time() {
    local one_replica estimate
    estimate=$(awk -v work="$core_seconds" -v ranks="$ranks" 'BEGIN {print int(work / ranks + 1)}')
    # Three minutes to start, to be warned and to stop; whole tens of minutes.
    one_replica=$(awk -v longest="$longest_seconds" 'BEGIN {print int(2 * longest + 180)}')
    run=$(given -t --time)
    if [[ -n $run ]]; then
        why_time="as you asked; the whole work takes about $(clock $((estimate + 59)))"
        return
    fi
    ((one_replica <= partition_limit)) ||
        refuse "one replica takes about $((one_replica / 2 / 60)) minutes, too long for the limit of partition $partition;" \
            "choose another --partition, or fewer samples a replica"
    run=$((estimate * 3 / 2 + one_replica))
    runs=1
    local limit=$longest_run
    ((limit >= one_replica)) || limit=$one_replica
    ((limit <= partition_limit)) || limit=$partition_limit
    ((run <= limit)) || runs=$(((run + limit - 1) / limit)) run=$limit
    run=$(((run + 599) / 600 * 600))
    ((run <= partition_limit)) || run=$partition_limit
    run=$(clock "$run")
    why_time="half as much again as the estimated $(clock $((estimate + 59))), and 3 minutes to start and stop"
    ((runs == 1)) || why_time+="; goes on in about $runs such runs"
    chosen+=(--time="$run")
}

choose_memory() {
    local mib
    memory=$(given --mem-per-cpu --mem)
    if [[ -n $memory ]]; then
        why_memory="as you asked"
        return
    fi
    mib=$(awk -v rank="$rank_bytes" -v node="$node_bytes" -v ranks="$ranks" -v cpus="$cpus_per_node" 'BEGIN {
        need = (1.5 * rank + node / (ranks < cpus ? ranks : cpus)) / 1048576 + 256; print int(need + 255)}')
    memory=$((mib <= 1024 ? 1 : (mib + 1023) / 1024))G
    why_memory="one rank of the dry run used $((rank_bytes / 1048576)) MiB"
    ((node_bytes == 0)) || why_memory+=", and a node shares $((node_bytes / 1048576)) MiB of data"
    chosen+=(--mem-per-cpu="$memory")
}

case ${1-} in
-h | --help)
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
'' | -*) refuse "the job file comes first: slurm/submit.sh JOB.ini [options]; see --help" ;;
esac
job=$1
shift
[[ -f $job ]] || refuse "$job: no such job file"
command -v sbatch >/dev/null || refuse "no sbatch here: submit on a login node of a cluster with Slurm"
command -v gdm-sweep >/dev/null || refuse "no gdm-sweep on PATH, nor beside $scripts: build or install it, or load its modules"

for_sbatch=() for_sweep=() chosen=() only_show=no
sort_options "$@"
plan=$(gdm-sweep "$job" "${for_sweep[@]}" --dry-run) || exit # it has said why
replicas=0 core_seconds=0 longest_seconds=0 rank_bytes=0 node_bytes=0
while read -r assignment; do
    [[ $assignment =~ ^(replicas|core_seconds|longest_seconds|rank_bytes|node_bytes)=[0-9.e+-]+$ ]] && declare "$assignment"
done < <(sed -n 's/^for scripts *//p' <<<"$plan" | tr ' ' '\n')
field() { sed -n "s/^$1  *//p" <<<"$plan"; }
experiment=$(field experiment)
script=$scripts/$experiment.sh
[[ -f $script ]] || script=$scripts/phase_diagram.sh
ask_cluster
choose_ranks
choose_time
choose_memory
name=$(basename "$job" .ini)
chosen+=(--job-name="$name")
[[ -z $(given -a --array) ]] || chosen+=(--output=%x.%A_%a.log)

cat <<TEXT
job        $job ($experiment): $replicas replicas, $(field core-hours | sed 's/ .*//') core-hours, the longest replica $(field longest | sed 's/ a replica.*//')
ranks      $ranks: $why_ranks
time       $run: $why_time
memory     $memory a rank: $why_memory
output     $(field output), $(field 'file size')
TEXT
command=(sbatch --parsable "${chosen[@]}" "${for_sbatch[@]}" "$script" "$job" "${for_sweep[@]}")
if [[ $only_show == yes ]]; then
    printf 'would run '
    printf ' %q' "${command[@]}"
    echo
else
    number=$("${command[@]}") || exit
    echo "submitted  job ${number%%;*} (slurm/$(basename "$script")); squeue --me shows it"
fi
