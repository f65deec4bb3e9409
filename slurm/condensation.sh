#!/bin/bash
# Runs jobs/condensation.ini on a cluster:   sbatch slurm/condensation.sh   (from the repository's top folder).
# Stops in time before the limit, puts itself back into the queue, continues where it stopped, and in the end reduces and
# plots. For another job, copy this file and change the lines below.

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

# What starts the ranks: Open MPI's mpirun (-q: no banner about exit codes), or where the site prefers it (srun --mpi=pmix).
launch=(mpirun -q)

source "${SLURM_SUBMIT_DIR:-.}/slurm/common.sh"
run_sweep jobs/condensation.ini results/condensation.h5
