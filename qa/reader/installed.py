"""Which reader answers: the trained one where its weights are, else the sentence baseline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index import Index, ModelError, Progress
from qa.calibration import SENTENCE_BASELINE, Calibration
from qa.reader.baseline import SentenceReader
from qa.reader.reading import Reader

WEIGHTS = Path(__file__).parent / "weights"
CALIBRATION = "calibration.json"


@dataclass(frozen=True, slots=True)
class Installed:
    """A reader with its calibration, and a line to tell where it is not the trained one."""

    reader: Reader
    calibration: Calibration
    notice: str | None = None


def installed_reader(index: Index, progress: Callable[[Progress], None] | None = None) -> Installed:
    """The best reader there is for an index.

    The sentence baseline steps in where the trained reader's files are missing or are
    not the ones it was shipped with.
    """
    from qa.reader.compiled import load_reader

    def show(stage: str, done: float) -> None:
        if progress is not None:
            progress(Progress(stage, round(100 * done), 100))

    try:
        calibration = Calibration.load(WEIGHTS / CALIBRATION)
        return Installed(load_reader(WEIGHTS, progress=show), calibration)
    except FileNotFoundError:
        problem = "the trained reader is missing: reinstall quoteback"
    except ValueError:
        problem = "the trained reader's calibration is damaged: reinstall quoteback"
    except (ModelError, OSError) as error:
        problem = str(error)
    notice = f"{problem}. Whole sentences are quoted instead."
    return Installed(SentenceReader(index.encoder), SENTENCE_BASELINE, notice)
