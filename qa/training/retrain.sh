#!/bin/sh
# The whole recipe of the models that ship, resumed where it stopped: make retrain DATA=FOLDER
set -eu
: "${DATA:?the folder of the training data}" "${PYTHON:=python3}" "${OUT:=build/reader}"
weights=qa/reader/weights

# Memory is kept in large pages, which halves the time of a step with glibc.
GLIBC_TUNABLES=glibc.malloc.hugetlb=1 MALLOC_MMAP_MAX_=0 MALLOC_TOP_PAD_=500000000 \
    MALLOC_TRIM_THRESHOLD_=8000000000 \
    "$PYTHON" -m qa.training.train --data "$DATA" --out "$OUT" --resume
cp "$OUT/reader.safetensors" "$OUT/card.json" "$weights/"
"$PYTHON" -m qa.training.calibrate --data "$DATA"
"$PYTHON" -m qa.training.calibrate --data "$DATA" --without-reranker \
    --out "$weights/calibration-without-reranker.json"
"$PYTHON" -m qa.training.follow_ups --data "$DATA"
