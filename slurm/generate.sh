#!/bin/bash
# Writes the job scripts of all experiments from slurm/phase_diagram.sh: they differ in their name and in the two numbers below.
#     slurm/generate.sh             after a change of slurm/phase_diagram.sh (partition, account, modules), or of the table
#     slurm/generate.sh --check     writes nothing; tells which scripts differ, and then ends with code 1
set -euo pipefail

# Experiment, ranks and time of a run: those that its shipped job uses up, made a hundred times larger.
table='
condensation            64  01:00:00
entropy_rate            64  01:00:00
fluctuation_theorem     64  01:00:00
franz_parisi            32  00:30:00
phase_diagram           64  01:00:00
potential               16  00:30:00
rem                     16  00:30:00
sample_quality          64  01:00:00
speciation              16  00:10:00
speed_accuracy          64  01:00:00
spherical_condensation  16  00:30:00
trajectories            16  00:10:00
two_deltas              64  01:00:00
'

folder=$(cd "$(dirname "$0")" && pwd)
template=$folder/phase_diagram.sh

script_of() {
    sed -e "s/phase_diagram/$1/g" -e "s/^#SBATCH --ntasks=.*/#SBATCH --ntasks=$2/" -e "s/^#SBATCH --time=.*/#SBATCH --time=$3/" \
        "$template"
}

case ${1-} in
'' | --check) ;;
*)
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
different=0
while read -r experiment ranks time; do
    # The template itself may hold other numbers than the table, but it is the one file that is never written.
    [[ -n $experiment && $experiment != phase_diagram ]] || continue
    script=$folder/$experiment.sh
    if [[ ${1-} != --check ]]; then
        script_of "$experiment" "$ranks" "$time" >"$script"
    elif ! script_of "$experiment" "$ranks" "$time" | cmp --silent - "$script"; then
        echo "slurm/$experiment.sh is not what slurm/phase_diagram.sh makes of it: change that one, then run slurm/generate.sh" >&2
        different=1
    fi
done <<<"$table"
exit "$different"
