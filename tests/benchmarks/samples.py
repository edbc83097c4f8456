"""How often the sentence shown holds the answer: sample questions, and an article of your own.

python tests/benchmarks/samples.py [--reader sentence]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from index import Index, Retriever
from qa import Assistant, sample_folder, sample_questions
from qa.answering.calibration import SENTENCE_BASELINE
from qa.reader.baseline import SentenceReader
from qa.squad import exact_match, f1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", choices=("best", "sentence"), default="best")
    parser.add_argument("--show", action="store_true", help="print every miss")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as scratch,
        Index.open(Path(scratch, "samples.index"), create=True) as index,
    ):
        index.add([sample_folder()])
        retriever = Retriever(index)
        if arguments.reader == "sentence":
            assistant = Assistant(
                retriever, reader=SentenceReader(index.encoder), calibration=SENTENCE_BASELINE
            )
        else:
            assistant = Assistant(retriever)
        held = exact = overlap = answered = abstained = passages = 0.0
        answerable = unanswerable = 0
        for sample in sample_questions():
            reply = assistant.ask(sample.question, sample.history)
            if not sample.answers:
                unanswerable += 1
                abstained += not reply.answered
                if arguments.show and reply.answered:
                    print(
                        f"ANSWERED {sample.question} → {reply.answers[0].text!r} "
                        f"{reply.answers[0].confidence:.2f}"
                    )
                continue
            answerable += 1
            best = reply.answers[0]
            wanted = all if sample.match == "all" else any
            right = wanted(answer in best.sentence_text for answer in sample.answers)
            held += right
            passages += wanted(
                answer in " ".join(h.passage.text for h in reply.hits) for answer in sample.answers
            )
            answered += reply.answered
            exact += exact_match(best.text, sample.answers)
            overlap += f1(best.text, sample.answers)
            if arguments.show and not right:
                print(f"MISSED {reply.resolved_question} → {best.text!r}; wanted {sample.answers}")
        print(
            f"answerable {answerable}: passages hold it {passages / answerable:.3f}, "
            f"sentence holds it {held / answerable:.3f}, "
            f"span exact {exact / answerable:.3f}, F1 {overlap / answerable:.3f}, "
            f"answered {answered / answerable:.3f}"
        )
        print(f"unanswerable {unanswerable}: abstained {abstained / unanswerable:.3f}")


if __name__ == "__main__":
    main()
