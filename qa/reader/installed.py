"""Which reader answers: the trained one where its weights are, else the sentence baseline."""

from __future__ import annotations

from index import Index
from qa.calibration import SENTENCE_BASELINE, Calibration
from qa.reader.reading import Reader
from qa.reader.sentence import SentenceReader


def installed_reader(index: Index) -> tuple[Reader, Calibration]:
    """The best reader there is for an index, with its calibration."""
    return SentenceReader(index.encoder), SENTENCE_BASELINE
