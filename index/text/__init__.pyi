from index.text.codes import find_codes as find_codes
from index.text.language import (
    LANGUAGE_WEIGHTS as LANGUAGE_WEIGHTS,
    PASSAGE_LEAD as PASSAGE_LEAD,
    count_letters as count_letters,
    detect_language as detect_language,
    find_question_language as find_question_language,
    list_pieces as list_pieces,
    split_words as split_words,
)
from index.text.patterns import (
    BAR as BAR,
    DONE_TASK as DONE_TASK,
    DRAWN_BULLETS as DRAWN_BULLETS,
    INVISIBLE as INVISIBLE,
    ITEM_MARKER as ITEM_MARKER,
    MONTH as MONTH,
    MOST_INDENT as MOST_INDENT,
    NUMBER_WORDS as NUMBER_WORDS,
    OPEN_TASK as OPEN_TASK,
    SECTION_NUMBER as SECTION_NUMBER,
    UNSPACED as UNSPACED,
    calendar_words as calendar_words,
    indent_by as indent_by,
    put_bar as put_bar,
    spell_out_calendar_name as spell_out_calendar_name,
)
from index.text.sentences import split_sentences as split_sentences
