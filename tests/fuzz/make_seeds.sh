#!/bin/sh
# Small files of every kind for storage-fuzz: make_seeds.sh FOLDER_OF_PROGRAMS FOLDER
set -e
bin=$1
mkdir -p "$2"
cd "$2"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
sweep() { "$bin/gdm-sweep" --quiet "$@" 2> sweep.log || { cat sweep.log; exit 1; }; }
echo 'experiment = phase_diagram' > phase_diagram.ini
echo 'experiment = generative_bath' > generative_bath.ini
echo 'experiment = condensation' > condensation.ini
small() { sweep phase_diagram.ini --mu 0.5,1 --sigma2 0.5,2 --t 'linspace(0,2,3)' --samples 16 --d 1 "$@"; }
small --replicas 3 --output plain.h5
small --replicas 2 --seed 2 --output seed2.h5
small --replicas 8 --max_replicas 16 --target_error 'clone_agreement 0.1' --refine sigma2 --refine_where phase \
    --refine_levels 1 --output adaptive.h5
sweep generative_bath.ini --replicas 2 --samples 128 --thermalisation 64 --lag 0.1 --theta 0.5,0.9 --output microstates.h5
sweep condensation.ini --replicas 2 --samples 4 --d 4,8 --alpha 1,2 --state planted,population --t 'linspace(0.5,1,3)' --output words.h5
printf 'mu,sigma2,d\n0.5,1,1\n1,2,4\n0.25,0.5,1\n' > points.csv
sweep phase_diagram.ini --points points.csv --t 'linspace(0,2,3)' --samples 16 --replicas 2 --output table.h5
# Stopped, so that it holds states of replicas under way.
"$bin/../tests/toy-sweep" --experiment toy_chain --p 0,1 --samples 100000 --microseconds 1000 --replicas 2 --keep_state yes \
    --time-limit 2 --quiet --output chain.h5 || [ $? -eq 75 ]
"$bin/gdm-merge" joined.h5 plain.h5 seed2.h5 --overwrite > /dev/null
"$bin/gdm-reduce" plain.h5 > /dev/null
/usr/bin/python3 -c 'import h5py, numpy
with h5py.File("digits.data.h5", "w") as file:
    file.create_dataset("x", data=numpy.arange(60.0).reshape(20, 3), chunks=(8, 3), compression="gzip")'
