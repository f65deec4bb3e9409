#!/bin/bash
# Runs jobs/condensation.ini on a cluster. From the folder that holds results/, or is to hold it:
#     sbatch slurm/condensation.sh                     with gdm-sweep's options if you like, such as --replicas 64
#     sbatch slurm/condensation.sh my_job.ini          another job, of any experiment
#     sbatch --array=1-8 slurm/condensation.sh         eight seeds, each into a file of its own
# Copy and edit it; slurm/submit.sh JOB.ini chooses ranks, time and memory by itself.
# Stops in time before the limit, puts itself back into the queue and continues; small jobs then reduce and plot.

# How much. A sweep scales to any number of ranks; use whole nodes.
#SBATCH --ntasks=64
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=1G
# How long one run may take. Short runs start sooner, and the sweep goes on in the next.
#SBATCH --time=01:00:00
# Where, and on whose account, if your cluster asks for it (remove one #).
##SBATCH --partition=compute
##SBATCH --account=my_project

# Leave these: the warning before the limit, the permission to run again, one log for all runs.
#SBATCH --job-name=condensation
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x.%j.log

# The modules that the programs were built with, if your cluster uses modules:
# module load gcc openmpi hdf5-mpi boost fmt

# What starts the ranks: mpirun or srun, or a whole command such as 'srun --mpi=pmix_v4'.
export GDM_LAUNCH=${GDM_LAUNCH:-mpirun}

# Leave these: Slurm runs a copy of this script, and common.sh lies beside the original.
folder=$(dirname "$0")
[[ -f $folder/common.sh ]] ||
    folder=$(scontrol --oneliner show job "$SLURM_JOB_ID" | sed -E 's/ WorkDir=.*//; s/.* Command=//; s|/[^/]*\.sh( .*)?$||; q')
source "$folder/common.sh" || exit 2
run_sweep condensation "$@"
