from index import Cancelled as Cancelled
from qa.answering.answers import (
    Answer as Answer,
    ConsideredPassage as ConsideredPassage,
    Reply as Reply,
)
from qa.answering.calibration import Calibration as Calibration
from qa.assistant import Assistant as Assistant
from qa.citations import (
    Citation as Citation,
    cite_answer as cite_answer,
    cite_hit as cite_hit,
    cite_match as cite_match,
    escape_markdown as escape_markdown,
    format_citations as format_citations,
    link_to_place as link_to_place,
)
from qa.defaults import (
    CITATION_FORMATS as CITATION_FORMATS,
    DEFAULT_EVALUATION_SETTING as DEFAULT_EVALUATION_SETTING,
    DOCUMENTS_RANKED as DOCUMENTS_RANKED,
    EVALUATION_SETTINGS as EVALUATION_SETTINGS,
    FEWEST_WORDS as FEWEST_WORDS,
    PASSAGES_READ as PASSAGES_READ,
    RANKING_MODES as RANKING_MODES,
    EvaluationSetting as EvaluationSetting,
    RankingMode as RankingMode,
)
from qa.display import (
    counted as counted,
    visible as visible,
)
from qa.passage_text import ModelPassage as ModelPassage
from qa.quotations.checking import (
    CheckedQuotation as CheckedQuotation,
    Match as Match,
    check_quotations as check_quotations,
)
from qa.quotations.finding import Quotation as Quotation, find_quotations as find_quotations
from qa.reader.reading import Reader as Reader, Reading as Reading, ScoredSpan as ScoredSpan
from qa.records import (
    encode_answer as encode_answer,
    encode_check as encode_check,
    encode_cost as encode_cost,
    encode_document as encode_document,
    encode_hit as encode_hit,
    encode_promise as encode_promise,
    encode_quotation as encode_quotation,
    encode_reply as encode_reply,
    encode_report as encode_report,
    encode_search as encode_search,
    encode_status as encode_status,
)
from qa.samples import sample_folder as sample_folder, sample_questions as sample_questions
from qa.version import VERSION as VERSION
