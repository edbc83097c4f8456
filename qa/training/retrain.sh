#!/bin/sh
# Make all trained weights again, resumed where it stopped: make retrain DATA=FOLDER
set -eu
: "${DATA:?the folder of the training data}" "${PYTHON:=python3}" "${OUT:=build/reader}"
weights=qa/reader/weights

# Memory is kept in large pages, which halves the time of a step with glibc.
train() {
    GLIBC_TUNABLES=glibc.malloc.hugetlb=1 MALLOC_MMAP_MAX_=0 MALLOC_TOP_PAD_=500000000 \
        MALLOC_TRIM_THRESHOLD_=8000000000 \
        "$PYTHON" -m qa.training.train --data "$DATA" --resume "$@"
}
# What the later trainings learn from: each question with another choice of passages.
write_questions() {
    [ -f "$OUT/$1.jsonl.gz" ] || "$PYTHON" -m qa.training.written_questions --seed "$1" \
        --index "$OUT/index" --documents "$OUT/documents" --questions qa/training/data/questions.jsonl --out "$OUT/$1.jsonl.gz"
}

[ -d "$OUT/documents" ] || qa/training/data/fetch_manuals.sh "$OUT/documents"
# First, since the passages that the reader learns from are those that a search finds.
[ -f "$OUT/questions/card.json" ] || "$PYTHON" -m qa.training.question_encoder \
    --documents "$OUT/documents" --questions qa/training/data/questions.jsonl --out "$OUT/questions"
cp "$OUT/questions/questions.safetensors" "$OUT/questions/card.json" index/models/question_weights/

train --out "$OUT/first"
write_questions 1
write_questions 2
train --out "$OUT/second" --recipe qa/training/recipes/second.toml --start "$OUT/first" \
    --written "$OUT/1.jsonl.gz" "$OUT/2.jsonl.gz"
"$PYTHON" -m qa.training.join --blend "$OUT/first" "$OUT/second" --out "$OUT/blend"
write_questions 3
train --out "$OUT/third" --recipe qa/training/recipes/third.toml --start "$OUT/blend" \
    --written "$OUT/3.jsonl.gz"
"$PYTHON" -m qa.training.join --blend "$OUT/blend" "$OUT/third" --out "$OUT/whole"
train --out "$OUT/fourth" --recipe qa/training/recipes/fourth.toml --start "$OUT/whole"
"$PYTHON" -m qa.training.join "$OUT/whole" "$OUT/fourth" --out "$OUT"
cp "$OUT/reader.safetensors" "$OUT/card.json" "$weights/"
"$PYTHON" -m qa.training.follow_ups --data "$DATA"
