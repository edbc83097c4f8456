"""How close a compiled encoder must be to its model, and the files beside its network."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from index.arrays import Floats
from index.models.cache import FORMAT
from index.models.encoder import MANIFEST, NUMBERS, TOKENIZER, Encoder, Manifest, OnnxEncoder
from index.models.onnx_session import processor
from index.models.quantise import Inputs

# The name of the output of a network that makes vectors of texts.
OUTPUT = "text_vector"
# The least cosines between the vectors of a compiled network and those of the model.
MEAN_COSINE = 0.99
LOWEST_COSINE = 0.97

_SENTENCES = (
    "Rain.",
    "When did the ferry stop running?",
    "Who signed the lease, and what did they pay for the first year?",
    "The museum opens at nine and closes at half past five, except on Mondays.",
    "how do i descale the boiler without voiding the warranty",
    "In 1983 the committee voted 14 to 9 against a second reactor on the eastern shore.",
    "Salt draws water out of the cabbage; bacteria do the rest within ten days at 18 °C.",
    "def area(width: float, height: float) -> float:\n    return width * height",
    "WARNING: disconnect the mains before removing the rear panel (see figure 4-2).",
    "- two litres of water\n- 40 g of sea salt\n- a clean glass jar with a lid",
    "Her grandmother had never said a word about the brother who stayed behind.",
    "Die Fähre nach der Insel fährt im Winter nur an zwei Tagen in der Woche.",
    "Le contrat prend fin de plein droit au terme de la cinquième année.",
    "La cosecha de aceitunas empezó tres semanas antes de lo habitual.",
    "Мост был закрыт на ремонт до конца октября.",
    "島の醤油蔵は四百年の歴史がある。",
    "Revenue fell 3.2% to $41.7m, while net debt/EBITDA rose from 1.9x to 2.4x.",
    "https://example.org/downloads/v2.1/manual.pdf",
    "Tardigrades survive years without water by curling into a dry, glassy tun.",
    "“Not today,” said the pilot, and walked back to the hangar without another look at the sky.",
    "The appellant's second ground, that notice was never served, fails for want of evidence.",
    "Mitochondria carry their own DNA, inherited in most animals from the mother alone.",
    "Turn left at the chapel, follow the stream for two miles and cross at the stepping stones.",
)
# The last is longer than most models read: model and network must cut it at the same token.
SAMPLE = (*_SENTENCES, " ".join(_SENTENCES))


def encode_sample(encoder: Encoder) -> Floats:
    """The vectors of the sample, as passages and then as questions: (2 × texts, dimension)."""
    return np.concatenate([encoder.encode_passages(SAMPLE), encoder.encode_questions(SAMPLE)])


class FidelityCheck:
    """Whether a compiled network's vectors are close enough to the model's.

    Attributes:
        manifest: with the cosines of the network that was checked last.
    """

    def __init__(self, manifest: Manifest, folder: Path, reference: Floats) -> None:
        """A check of one model.

        Args:
            manifest: what is known so far.
            folder: holds the tokenizer.
            reference: the result of `encode_sample` for the model itself.
        """
        self.manifest = manifest
        self._folder = folder
        self._reference = reference

    def __call__(self, graph: Path) -> bool:
        """Check a network. What is raised if it cannot be run says nothing of the model."""
        vectors = encode_sample(OnnxEncoder("", self.manifest, graph, self._folder / TOKENIZER))
        cosines = (vectors * self._reference).sum(axis=1)
        mean, lowest = float(cosines.mean()), float(cosines.min())
        self.manifest = replace(self.manifest, cosine_mean=mean, cosine_lowest=lowest)
        return mean >= MEAN_COSINE and lowest >= LOWEST_COSINE


def write_tokenizer(tokenizer: Tokenizer, folder: Path, max_tokens: int) -> list[Inputs]:
    """Write a tokenizer; returns the tokens of the sample, cut as the encoder cuts texts.

    Args:
        tokenizer: cuts no text short, and pads none.
    """
    tokenizer.save(str(folder / TOKENIZER))
    # The model takes no more tokens.
    tokenizer.enable_truncation(max_tokens)
    return [{NUMBERS: np.array([tokenizer.encode(text).ids])} for text in SAMPLE]


def write_manifest(manifest: Manifest, quantisation: str, digest: str, folder: Path) -> None:
    """Write what is known of a compiled model, with the fingerprint of its vectors.

    Args:
        digest: identifies the model's content.
    """
    identity = f"{digest}\nformat {FORMAT}\n{quantisation}\n{processor()}"
    fingerprint = hashlib.sha256(identity.encode()).hexdigest()[:32]
    complete = replace(manifest, quantisation=quantisation, fingerprint=fingerprint)
    complete.write(folder / MANIFEST)
