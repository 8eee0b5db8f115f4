#!/bin/sh
# A study as a Slurm array: every task is a shard, and one that was stopped goes on where it was when it is queued again.
# From a checkout on a disk that all nodes see:
#
#   DATA=/cohort OUT=/cohort/study sbatch --parsable build/study/examples/slurm.sh
#   OUT=/cohort/study sbatch --dependency=afterok:JOB --wrap 'go run ./build study merge "$OUT"'
#
#SBATCH --job-name=segfault-study
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --requeue
set -eu
exec go run ./build study -data "$DATA" -models "${MODELS:-all}" -out "$OUT" \
	-cores "$SLURM_CPUS_PER_TASK" -shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
