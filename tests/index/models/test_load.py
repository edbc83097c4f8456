"""Models are compiled once, faithfully, and a damaged cache repairs itself.

The models here are tiny and random; `test_encoder` has the default one.
"""

import json
import os
import shutil
import socket
import subprocess
import sys

import numpy as np
import pytest

from index import Index, ModelError, Retriever
from index.models import load, load_encoder
from index.models.cache import ModelSource
from index.models.load import read_fingerprint
from tests.support import ROOT

pytestmark = pytest.mark.slow

WORDS = ["the", "a", "rain", "museum", "opens", "at", "nine", "who", "closed", "bridge", "ferry"]
TEXTS = ["the museum opens at nine", "rain", "who closed the bridge ?", "a stone ferry " * 9]


def make_model(folder, *, pooling="mean", prompts=None, seed=0, **settings):
    """A sentence-transformers model in a folder: a layer of BERT, 32 wide, random."""
    import torch
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers import models as kinds
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"?:ABC", *WORDS, "##d"]
    ids = {word: number for number, word in enumerate(vocabulary)}
    tokenizer = Tokenizer(kinds.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    ).save_pretrained(folder)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.3,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    described = {
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": "sentence_transformers.models.Pooling",
            },
        ],
        "sentence_bert_config.json": {"max_seq_length": 24, "do_lower_case": False} | settings,
        "1_Pooling/config.json": {
            "word_embedding_dimension": 32,
            "pooling_mode_mean_tokens": pooling == "mean",
            "pooling_mode_cls_token": pooling == "cls",
            "pooling_mode_max_tokens": pooling == "max",
        },
        "config_sentence_transformers.json": {"prompts": prompts or {}},
    }
    for name, content in described.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def original(folder):
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def cosines(vectors, folder, texts):
    expected = original(folder).encode(texts, normalize_embeddings=True, show_progress_bar=False)
    return (vectors * expected).sum(axis=1)


class Stages(list):
    """A progress callback that remembers."""

    def __call__(self, stage, done):
        self.append((stage, done))


class Begun(Exception):
    """A model is compiled, which takes seconds."""


def stop(stage, done):
    """A progress callback that ends it at once."""
    raise Begun


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


# Prints the stages, the fingerprint and a vector.
LOAD = """
import json, sys
from index.models import load_encoder
stages = []
encoder = load_encoder(sys.argv[1], progress=lambda *stage: stages.append(stage))
print(json.dumps([stages, encoder.fingerprint, encoder.encode_passages(["rain"])[0].tolist()]))
"""


@pytest.fixture(scope="module")
def loaded_at_once(tiny, tmp_path_factory):
    """A cache into which two processes load the tiny model, and what each of them printed."""
    folder = tmp_path_factory.mktemp("cache")
    both = [
        subprocess.Popen(
            [sys.executable, "-c", LOAD, str(tiny)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"QUOTEBACK_CACHE": str(folder)},
        )
        for _ in range(2)
    ]
    return folder, [process.communicate() for process in both]


@pytest.fixture(scope="module")
def compiled_once(loaded_at_once):
    """That cache, and what compiling told."""
    folder, printed = loaded_at_once
    stages = max((json.loads(output)[0] for output, _ in printed), key=len)
    return folder, [tuple(stage) for stage in stages]


@pytest.fixture
def cache(compiled_once, tmp_path, monkeypatch):
    """A copy of that cache, to be spoilt."""
    copy = tmp_path / "cache"
    shutil.copytree(compiled_once[0], copy)
    monkeypatch.setenv("QUOTEBACK_CACHE", str(copy))
    return copy


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def compiled_folder(cache):
    (folder,) = (path for path in (cache / "models").iterdir() if path.is_dir())
    return folder


# Faithful to the original.


@pytest.mark.usefixtures("empty_cache")
def test_prompts_pooling_and_lower_casing_are_the_models_own(tmp_path):
    prompts = {"query": "B : ", "passage": "C A : "}
    folder = make_model(tmp_path / "m", pooling="cls", prompts=prompts, do_lower_case=True)
    encoder = load_encoder(str(folder))
    for prompt, encode, texts in (
        ("b : ", encoder.encode_questions, [text.upper() for text in TEXTS]),
        ("c a : ", encoder.encode_passages, TEXTS),
    ):
        right = cosines(encode(texts), folder, [prompt + text for text in TEXTS])
        assert right.min() > 0.97
        assert (right > cosines(encode(texts), folder, TEXTS)).all()
    assert encoder.count_tokens(TEXTS) == [5, 1, 5, 27]
    # The model reads 24, three of which the prompt before every passage takes.
    assert encoder.max_tokens == 21


@pytest.mark.usefixtures("cache")
def test_mean_pooling(tiny):
    encoder = load_encoder(str(tiny))
    assert cosines(encoder.encode_passages(TEXTS), tiny, TEXTS).min() > 0.97
    assert encoder.max_tokens == 24
    assert encoder.dimension == 32


@pytest.mark.usefixtures("empty_cache")
def test_maximum_pooling(tmp_path):
    folder = make_model(tmp_path / "m", pooling="max")
    encoder = load_encoder(str(folder))
    assert cosines(encoder.encode_passages(TEXTS), folder, TEXTS).min() > 0.97


@pytest.mark.usefixtures("empty_cache")
def test_what_cannot_be_exported_runs_as_it_is(tmp_path):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer, pre_tokenizers
    from tokenizers import models as kinds

    words = Tokenizer(kinds.WordLevel({"[UNK]": 0, "rain": 1, "museum": 2}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    folder = tmp_path / "static"
    SentenceTransformer(modules=[StaticEmbedding(words, embedding_dim=8)]).save(str(folder))
    encoder = load_encoder(str(folder))
    np.testing.assert_allclose(cosines(encoder.encode_passages(TEXTS), folder, TEXTS), 1, atol=1e-5)
    assert encoder.count_tokens(["rain museum", ""]) == [2, 0]
    assert encoder.encode_questions([]).shape == (0, 8)
    stages = Stages()
    again = load_encoder(str(folder), progress=stages)
    assert stages == []
    assert again.fingerprint == encoder.fingerprint


# Compiled once.


def test_an_error_while_a_model_is_checked_is_not_taken_for_the_model_s_own(
    tiny, empty_cache, monkeypatch
):
    """It may be too little memory: what was compiled then must not be kept for good."""
    from index.models import fidelity

    def fail(*_):
        raise RuntimeError("Failed to allocate memory\nand more")

    with monkeypatch.context() as patch:
        patch.setattr(fidelity, "OnnxEncoder", fail)
        with pytest.raises(ModelError, match=r"cannot be compiled: Failed to allocate memory$"):
            load_encoder(str(tiny))
    assert not list(empty_cache.glob("models/*/SHA256SUMS"))

    # The next time it is compiled from the beginning.
    with pytest.raises(Begun):
        load_encoder(str(tiny), progress=stop)


def test_compiling_tells_how_far_it_is(tiny, compiled_once):
    _, stages = compiled_once
    assert [done for _, done in stages] == sorted(done for _, done in stages)
    assert stages[0] == (f"Loading {tiny}", 0.0)
    assert stages[-1][1] == 1.0
    assert {stage.split()[0] for stage, _ in stages} >= {"Exporting", "Quantising", "Checking"}


@pytest.mark.usefixtures("cache")
def test_a_compiled_model_is_found_again(tiny):
    stages = Stages()
    assert load_encoder(str(tiny), progress=stages).name == str(tiny)
    assert stages == []


@pytest.mark.usefixtures("cache")
def test_a_copy_of_a_model_is_the_same_model(tiny, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(tiny, copy)
    stages = Stages()
    encoder = load_encoder(str(copy), progress=stages)
    assert stages == []
    assert encoder.fingerprint == load_encoder(str(tiny)).fingerprint


@pytest.mark.usefixtures("cache")
def test_a_hub_model_in_the_local_cache_needs_no_network(tiny, tmp_path, monkeypatch):
    repository = tmp_path / "hub" / "models--someone--tiny"
    shutil.copytree(tiny, repository / "snapshots" / "0123abcd")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0123abcd", encoding="utf-8")
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path / "hub"))
    encoder = load_encoder("someone/tiny", by_person=False)
    assert encoder.name == "someone/tiny"
    assert encoder.fingerprint == load_encoder(str(tiny)).fingerprint


def test_without_a_network_a_model_that_is_not_here_is_one_plain_line(monkeypatch, tmp_path):
    def look_up(*_arguments, **_options):
        try:
            raise socket.gaierror(-2, "Name or service not known")
        except OSError as error:
            raise RuntimeError(str(error)) from error

    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path / "hub"))
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", look_up)
    with pytest.raises(ModelError, match=r"cannot be downloaded \(the hub cannot be reached\): "):
        load_encoder("someone/nosuchmodel")


# What can go wrong with the cache.


def test_a_damaged_network_is_compiled_anew(tiny, cache):
    before = load_encoder(str(tiny))
    network = compiled_folder(cache) / "model.onnx"
    os.truncate(network, network.stat().st_size // 2)
    stages = Stages()
    encoder = load_encoder(str(tiny), progress=stages)
    assert stages
    assert (encoder.encode_passages(TEXTS) == before.encode_passages(TEXTS)).all()
    assert encoder.fingerprint == read_fingerprint(str(tiny)) == before.fingerprint
    assert load_encoder(str(tiny), progress=(again := Stages())).fingerprint == encoder.fingerprint
    assert again == []


@pytest.mark.parametrize("damage", [{"fingerprint": None}, {"quantisation": None}, {"more": 1}])
def test_a_damaged_manifest_is_not_believed(damage, tiny, cache):
    manifest = compiled_folder(cache) / "manifest.json"
    fields = json.loads(manifest.read_text()) | damage
    manifest.write_text(json.dumps({name: fields[name] for name in fields if fields[name]}))
    assert read_fingerprint(str(tiny)) is None
    # It is compiled anew, as it is if the network is damaged.
    with pytest.raises(Begun):
        load_encoder(str(tiny), progress=stop)


def test_two_processes_at_once_compile_once_and_in_silence(loaded_at_once):
    folder, printed = loaded_at_once
    assert [errors for _, errors in printed] == ["", ""]
    assert [len(output.splitlines()) for output, _ in printed] == [1, 1]
    (stages, *first), (other_stages, *second) = (json.loads(output) for output, _ in printed)
    assert first == second
    assert bool(stages) != bool(other_stages)
    assert len([path for path in (folder / "models").iterdir() if path.is_dir()]) == 1


# Models that cannot be had.


@pytest.mark.parametrize("by_person", [False, True])
@pytest.mark.parametrize(
    "name", ["nobody/no-such-model", "no-such-model", "not a name!", "./missing", "/missing/model"]
)
@pytest.mark.usefixtures("empty_cache")
def test_an_unknown_model_is_an_error_of_one_line(name, by_person):
    with pytest.raises(ModelError) as error:
        load_encoder(name, by_person=by_person)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.usefixtures("empty_cache")
def test_a_folder_without_a_model_is_an_error(tmp_path):
    with pytest.raises(ModelError, match="holds no model"):
        load_encoder(str(tmp_path))


@pytest.mark.usefixtures("empty_cache")
def test_a_broken_model_is_an_error_of_one_line(tiny, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(tiny, broken)
    os.truncate(broken / "model.safetensors", 1000)
    with pytest.raises(ModelError, match="cannot be loaded") as error:
        load_encoder(str(broken))
    assert "\n" not in str(error.value)


@pytest.mark.usefixtures("empty_cache")
def test_code_in_a_model_is_never_run(tiny, tmp_path):
    folder = tmp_path / "coded"
    shutil.copytree(tiny, folder)
    (folder / "custom.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", encoding="utf-8")
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    modules[0]["type"] = "custom.Module"
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    with pytest.raises(ModelError):
        load_encoder(str(folder))
    assert not (tmp_path / "ran").exists()


def test_a_model_in_a_home_folder_that_is_not_there_is_one_clear_line():
    for read in (load_encoder, load.full_name):
        with pytest.raises(ModelError, match=r"^There is no folder ~no-such-person/tiny\.$"):
            read("~no-such-person/tiny")


# What an index alone names.


def touched(*_arguments):
    pytest.fail("a folder was looked at that nobody had named")


@pytest.mark.parametrize(
    "name", ["{tiny}", "{tiny}/", "./tiny", "tiny/../tiny", "~/tiny", "/", "\0"]
)
@pytest.mark.usefixtures("empty_cache")
def test_a_folder_that_only_an_index_names_is_not_even_looked_at(name, tiny, monkeypatch):
    monkeypatch.chdir(tiny.parent)
    monkeypatch.setenv("HOME", str(tiny.parent))
    monkeypatch.setattr(ModelSource, "of", touched)
    monkeypatch.setattr(load, "_holds_model", touched)
    for read in (load_encoder, read_fingerprint):
        with pytest.raises(ModelError, match="that you have not named on this machine") as error:
            read(name.format(tiny=tiny), by_person=False)
        assert "\n" not in str(error.value)
        assert len(str(error.value)) < 1_000


@pytest.mark.usefixtures("cache")
def test_a_name_on_the_hub_never_stands_for_a_folder_here(tiny, tmp_path, monkeypatch):
    shutil.copytree(tiny, tmp_path / "someone" / "tiny")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path / "hub"))
    with pytest.raises(ModelError, match="is not on this machine"):
        load_encoder("someone/tiny", by_person=False)
    with pytest.raises(ModelError, match=r"write \./someone/tiny for the folder$"):
        load_encoder("someone/tiny")
    assert load_encoder("./someone/tiny").name == str(tmp_path / "someone" / "tiny")


def test_a_folder_that_a_person_has_named_is_remembered_until_it_is_changed(tiny, cache, tmp_path):
    mine = tmp_path / "mine"
    shutil.copytree(tiny, mine)
    fingerprint = load_encoder(str(mine)).fingerprint
    assert load_encoder(str(mine), by_person=False).fingerprint == fingerprint
    assert read_fingerprint(str(mine), by_person=False) == fingerprint
    (mine / "config_sentence_transformers.json").write_text('{"prompts": {"query": "A :"}}')
    with pytest.raises(ModelError, match="or that was changed since"):
        load_encoder(str(mine), by_person=False)
    assert load_encoder(str(mine)).fingerprint != fingerprint
    load_encoder(str(mine), by_person=False)


def test_an_index_made_with_a_folder_asks_for_its_name_once_on_another_machine(
    tiny, cache, tmp_path
):
    place = tmp_path / "an.index"
    with Index.open(place, create=True, model=str(tiny)) as index:
        index.add_texts([("a", "the museum opens at nine")])
    with Index.open(place) as index:
        assert Retriever(index).search("museum")
    # There, nobody has named it yet.
    shutil.rmtree(cache / "folders")
    with Index.open(place) as index:
        assert [document.path for document in index.documents()] == ["a"]
        with pytest.raises(ModelError, match=f"quoteback ask --model {tiny}"):
            Retriever(index).search("museum")
    with Index.open(place, model=str(tiny)) as index:
        assert Retriever(index).search("museum")
    with Index.open(place) as index:
        assert Retriever(index).search("museum")


@pytest.mark.usefixtures("empty_cache")
def test_the_default_model_is_compiled_without_torch(empty_cache):
    code = (
        "import sys; from index.models import load_encoder\n"
        "encoder = load_encoder()\n"
        "assert encoder.encode_passages(['rain']).shape == (1, 384)\n"
        "assert not {'torch', 'transformers', 'sentence_transformers', 'sklearn'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    # The model, and its question encoder.
    assert len(list(empty_cache.glob("models/*/SHA256SUMS"))) == 2


def test_the_default_model_is_refused_with_other_weights(tiny, monkeypatch):
    monkeypatch.setattr(load, "default_model_folder", lambda: tiny)
    with pytest.raises(ModelError, match="reinstall quoteback"):
        load_encoder()


@pytest.mark.usefixtures("empty_cache")
def test_a_missing_default_model_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(load.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match="is missing: reinstall quoteback"):
        load_encoder()
