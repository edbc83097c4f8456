"""The small word classes of English that `conversation` tells words apart by.

Closed classes are complete enough for questions. The open ones (verbs,
adjectives, nouns that need an "of") hold the most frequent members only: a word
missing here is taken for a noun, which is what most words in questions are.
"""

from __future__ import annotations

QUESTION_WORDS = frozenset("who whom whose which what when where why how".split())

BE = frozenset("is are was were am be been being isn't aren't wasn't weren't".split())
DO = frozenset("do does did don't doesn't didn't".split())
AUXILIARIES = (
    BE
    | DO
    | frozenset(
        """have has had haven't hasn't hadn't can could will would shall should may might must
        can't cannot couldn't won't wouldn't shouldn't mustn't""".split()
    )
)

SPEAKERS = frozenset(
    """i me my mine we us our ours you your yours someone somebody anyone anybody everyone
    everybody people""".split()
)
# Pronouns that stand for a person, a thing or several, whatever their form.
PERSON = frozenset("he him his she her hers".split())
THING = frozenset("it its".split())
SEVERAL = frozenset("they them their theirs".split())
POSSESSIVE = frozenset("his her its their".split())
DEMONSTRATIVES = frozenset("this that these those".split())

DETERMINERS = frozenset(
    "the a an each every some any no all both another either neither such my your our".split()
)
PREPOSITIONS = frozenset(
    """of in on at to for from with without by about between among against during before after
    since until till within over under above below into onto through throughout across along
    around near behind beside besides besides beyond inside outside towards toward upon via per
    despite like as than versus vs up down out off""".split()
)
CONJUNCTIONS = frozenset(
    "and or but nor so if because while although though whereas unless then".split()
)
ADVERBS = frozenset(
    """not also too ever never always still really just only even again already yet now today
    here there often usually sometimes very much many more less least else ago instead together
    away back long far soon later once twice so exactly actually else please ok okay well""".split()
)

TIMES = frozenset(
    """second minute hour day night week weekend month year decade century morning afternoon
    evening noon midnight spring summer autumn fall winter season time today tomorrow yesterday
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday christmas easter period moment
    past future world earth way thing lot kind sort""".split()
)

# Adjectives seen as predicates ("is the museum free?") and superlatives.
ADJECTIVES = frozenset(
    """good bad better worse best worst safe unsafe dangerous important necessary possible
    impossible likely free legal illegal ethical different similar same true false worth
    available open closed expensive cheap hard easy easier harder difficult simple big small
    large long short old new young famous popular common rare typical main major key other
    effective efficient secure reliable useful used related responsible treatable harmful
    healthy toxic contagious endangered married alive dead allowed required ready able sure
    real own unique special significant interesting wrong positive negative first last next final most more hot cold warm cool fast slow high low deep wide
    tall early late full empty ok okay several various few whole entire certain""".split()
)

# Verbs whose subject thinks or speaks: "they" is then somebody.
MENTAL = frozenset(
    """decide think say want believe agree know hope discuss argue claim meet vote plan prefer
    ask tell promise recommend suggest feel remember""".split()
)

_REGULAR = """accept achieve act add affect agree allow announce answer appear apply argue arrive
ask attack attend avoid bake believe belong boil brew call cancel carry cause celebrate change
charge check chart choose claim clean climb close collaborate collapse collect compare complete
compose consider contain continue convert cook cool cost count cover crash create cure damage
decide define deliver depend descale describe design develop die differ direct disappear discover
discuss download earn elect employ enable encounter end enjoy enter establish evolve exist expand
expect explain fail fill finish fix follow form found function generate graduate grind handle
happen hate heat help hire hope improve include increase influence inspire install introduce
invent involve join keep kill last launch lay learn like list listen live look love make marry
matter measure mix move name need notice occur offer open operate oppose order originate own pass
pay perform persuade plan play play prefer prepare press prevent produce promise protect prove
provide publish push rain receive recommend record reduce refer relate release remain remember
remove replace report require reside resign retire return save seem serve share sign solve sound
spread start stay stop store study succeed suffer suggest supply support surprise survey survive
taste test touch tour train travel treat try turn use visit vote wait walk want wash watch weigh
win wish work"""
_IRREGULAR = """born begin began begun become became break broke broken bring brought build built
buy bought catch caught choose chose chosen come came cut do done draw drew drawn drink drank
drunk drive drove driven eat ate eaten fall fell fallen feel felt fight fought find found fly flew
flown forget forgot freeze froze frozen get got gotten give gave given go went gone grow grew
grown hang hung have hold held hurt keep kept know knew known lay laid lead led leave left lend
lent let lie lay lose lost make made mean meant meet met pay paid put read ride rode rise rose
run ran say said see saw seen sell sold send sent set shine show shown shut sing sang sung sit sat
sleep slept speak spoke spoken spend spent spread stand stood steal stole stolen swim take took
taken teach taught tell told think thought throw threw understand understood wear wore win won
write wrote written"""
COMMANDS = frozenset("tell describe explain compare list name give show find define".split())


def _inflected(verb: str) -> set[str]:
    stem = verb[:-1] if verb.endswith("e") else verb
    singular = verb[:-1] + "ies" if verb[-2:] in {"ry", "dy", "ly"} else verb + "s"
    past = verb[:-1] + "ied" if singular.endswith("ies") else stem + "ed"
    if verb.endswith(("s", "sh", "ch", "x", "z")) or verb == "go":
        singular = verb + "es"
    return {verb, singular, past, stem + "ing"}


VERBS = frozenset().union(
    *(_inflected(verb) for verb in _REGULAR.split()), *(_inflected(v) for v in _IRREGULAR.split())
)
IRREGULAR_FORMS = frozenset(_IRREGULAR.split())

# Nouns that say little without the thing they belong to: "the symptoms" (of what?).
RELATIONAL = frozenset(
    """advantage aim aspect author background basis beginning benefit capacity category cause
    challenge character characteristic component con consequence conclusion contribution cost creation criticism
    danger date development difference discovery disadvantage drawback effect element evidence example
    factor feature finding founding function future goal history impact implication importance influence
    ingredient invention level limitation maker meaning member method name nature number objective origin
    owner part population price principle pro problem property purpose reason reception relation
    relationship result risk role rule sign significance similarity size source stage step
    structure symptom theme title treatment type use uses value variation variety version
    weakness weight""".split()
)

# Nouns for people; an ending tells little ("leader", "cancer").
PEOPLE = frozenset(
    """person man woman boy girl child king queen prince princess emperor president chair chairman
    chairwoman minister mayor governor senator ambassador founder author writer poet painter artist
    singer musician actor actress composer architect designer engineer scientist inventor explorer
    discoverer doctor nurse surgeon professor teacher student researcher captain commander general
    officer soldier pilot driver sailor leader manager director editor owner husband wife mother
    father son daughter brother sister friend chief boss spokesman spokeswoman judge lawyer guide
    cook player coach winner champion successor predecessor delegate member survivor""".split()
)
