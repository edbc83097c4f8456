from index.models.cache import (
    ModelSource as ModelSource,
    compiled_folder as compiled_folder,
    hash_file as hash_file,
    load_compiled as load_compiled,
)
from index.models.encoder import (
    PIECES as PIECES,
    VECTORS as VECTORS,
    load_tokenizer as load_tokenizer,
    share_tokenizer as share_tokenizer,
)
from index.models.graph_building import GraphBuilder as GraphBuilder
from index.models.languages_weights import (
    QUESTION_PROMPT as QUESTION_PROMPT,
    LanguagesWeights as LanguagesWeights,
    load_common_vector as load_common_vector,
    open_languages_weights as open_languages_weights,
)
from index.models.load import (
    check_languages_weights as check_languages_weights,
    default_model_folder as default_model_folder,
    has_languages_model as has_languages_model,
    languages_weights_file as languages_weights_file,
    load_encoder as load_encoder,
    reads_all_languages as reads_all_languages,
)
from index.models.onnx_session import OnnxGraph as OnnxGraph
from index.models.quantise import (
    quantise_graph as quantise_graph,
    silence_libraries as silence_libraries,
)
from index.models.shipped_model import (
    CARD as CARD,
    LANGUAGES_QUESTION_WEIGHTS as LANGUAGES_QUESTION_WEIGHTS,
    QUESTION_WEIGHTS as QUESTION_WEIGHTS,
    QUESTION_WEIGHTS_FILE as QUESTION_WEIGHTS_FILE,
    SCALE as SCALE,
    ZERO_POINT as ZERO_POINT,
    ShippedModel as ShippedModel,
    Weights as Weights,
    load_weights as load_weights,
)
from index.models.token_tables import (
    PieceTable as PieceTable,
    Tokens as Tokens,
    WordTable as WordTable,
    write_pieces as write_pieces,
)
