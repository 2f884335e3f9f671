#!/bin/sh
# The miniature on one rented GPU: renders on all cores, learns, checkpoints, packs and evaluates.
#
#   sh benchmarks/miniature_gpu.sh WORK [MINUTES of learning in all] [MINUTES a call]
#
# Ends with 0 when everything is done, and with 3 when this call's minutes are over: give the same command again and it
# goes on from its last checkpoint. WORK has to be kept between the calls. Where no call is limited:
#
#   until sh benchmarks/miniature_gpu.sh WORK; do [ $? -eq 3 ] || exit 1; done
#
# Further options of `python -m miniature all` may follow, such as --prediction epsilon, or --train-steps 30000, which
# takes so many steps instead of those that fit into the minutes.
set -eu

work=$(realpath -m "${1:?"a work folder, such as /data/miniature"}")
minutes=${2:-20}
call=${3:-9}
shift $(($# < 3 ? $# : 3))

cd "$(dirname "$0")/.."
export OMP_NUM_THREADS=1
export TORCHINDUCTOR_CACHE_DIR="$work/compiled"  # a second call finds what the first compiled
exec python -m miniature all "$work" --device cuda --minutes "$minutes" --call-minutes "$call" \
    --sheet-minutes 2 "$@"
