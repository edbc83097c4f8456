"""Full stops that end no sentence in other languages than English: abbreviations, ordinals, dates.

What is common in a language stands in its tables. Classes of words are told by their form: what has
no vowel is abbreviated, and so is a single letter of an alphabet without capitals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping


def _list_words(words: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {language: frozenset(text.split()) for language, text in words.items()}


# Abbreviations that hardly ever end a sentence: in lower case, or with the capital that tells one
# from another word. Of one that is written in parts ("z. B.") each part stands by itself.
_ABBREVIATIONS = _list_words(
    {
        "de": """z d h u o ä v i bzw ca nr abs bd bde s hr hrn fr frl dr prof dipl ing str
            mio mrd tsd vgl evtl ggf ggfs inkl zzgl bspw sog geb gest st jh jhd kap abb tab ziff
            mind tel z.b d.h u.a i.d.r o.ä e.v v.chr zt z.zt gem bzgl betr lt allg ausschl einschl
            exkl fa bhf hbf whg hausnr rd dt engl frz lat urspr eigtl Mag Bez Pl Zi verh gesch nördl
            südl östl westl tägl monatl jährl anm aufl hrsg bsp pos vorm nachm durchschn Mz Ges""",
        "es": """sr sra srta sres dr dra d dña ee núm núms pág págs art av avda cap fig ej p.ej tel
            tfno teléf aprox gral lic ing prof profa ud uds vd vds arq dpto depto dcha izq izqda
            apdo admón cía ctra urb edif esc pza máx mín hab mons vol ed""",
        "fr": """m mm mme mmes mlle mlles dr pr me mgr ste av bd n art p pp ex chap fig env tél
            cf éd vol al bât apt esc réf rte chem pl cie éts suppl trad coll hab resp""",
        "it": """sig sigg sig.ra sig.na dott dott.ssa prof prof.ssa ing avv geom rag on sen art artt
            n pag pagg cap fig tel es p.es cfr dr dr.ssa arch gen col egr spett gent sez tab vol
            lett prot loc fraz p.zza c.so v.le l.go f.lli rif""",
        "pt": """sr sra srs dr dra prof profa eng d av art n pág págs cap fig ex p.ex tel séc aprox
            exa exmo exma ilmo ilma arq trav lg pç apto ap bl fl fls cód esq dto ref núm tlm Pe cel
            vol ed máx mín""",
        "nl": """bijv bv blz dhr mevr mw drs ir ing mr prof dr nr art fig jl ca evt incl excl o.a
            m.a.w d.w.z t.a.v tel afd afb alg betr bijl burg fa hfst i.v.m i.p.v nrs pag
            postb resp tab vgl vnl zgn n.a.v t.o.v m.b.t d.m.v""",
        "pl": """ul np dr prof mgr inż hab im św nr str pkt art ust rys tab tel godz al pl os woj
            tzw tj m.in ok ks płk p pp pn lek med arch bp gen kpt mjr red wyd zob lok ark poz zał ew
            par skr pok r w""",
        "cs": """např tj tzv č čís str obr tab odst ul nám dr ing mgr prof doc sv tel tzn příp
            resp kap tř nábř mj popř event mil mld tis p pí odd zák vyhl bc mudr judr phdr rndr gen
            plk kpt č.p č.j čp roč vyd okr př""",
        "sv": """t ex bl a d v s k kl nr st dr prof t.ex bl.a d.v.s s.k kap fig tab ca resp tel avd
            tfn inkl exkl jfr jf f.d forts avs sid ing kv p.g.a dvs fr mom ung""",
        "da": """f eks bl f.eks bl.a nr kl dvs ca dr prof hr fr kap fig tlf mio mia jf jfr ang
            inkl ekskl evt pr adr alm cand dir fhv gl hhv ing mht pga p.g.a sml vedr s""",
        "no": """f eks bl f.eks bl.a nr kl dvs ca dr prof kap fig tlf mill mrd jf jfr ang inkl ekskl
            evt ev pr adr alm avd dir ing mht pga pkt ref resp vedr s""",
        "ro": """dr prof ing nr str bd art alin cap fig pag d-l d-na dl dna sf ex tel aprox lit bl
            sc ap et jud mun com șos sos bdul int pct conf lect asist univ gen col cpt sec cca
            vol ed obs resp dvs""",
        "ru": """г гг ул пр просп д стр рис табл им т е п см ср гл проф акад тыс млн млрд тел обл
            дер пос респ кв корп оф эт пер наб бул бульв пл факс моб доб макс изд ред сост ст пп
            разд прил илл инж зав зам нач ген полк св напр прим т.н тов гр ок прибл доц""",
        "uk": """м р вул просп ст рис табл ім див гл проф акад тис млн млрд тел обл буд кв рр смт
            пров бульв бул пл корп оф стор пп розд дод мал ред вид напр наприкл св зав заст нач ген
            доц орієнт прибл бл пор інж""",
        "bg": """гр ул бул бл вх ет ап кв ж.к пл обл общ тел моб стр чл ал пар вж напр т.е т.нар инж
            арх проф доц акад св ген полк ст хил млн млрд изд ред прибл ок отг макс вкл г гг с""",
        "el": """κ κα κος δρ καθ αρ σελ π χ τηλ οδ λ αγ εικ κεφ βλ λεωφ πλ ταχ κιν δηλ πρβλ αριθ
            παρ άρθ περ εδ κ.κ μτφρ εκδ επιμ χιλ εκατ ν τόμ""",
        "tr": """dr prof doç av sn no s cad sok mah apt örn bkz yy hz alb gen tel m.ö m.s t.c mim
            müh cd blv bul mh sk faks yrd öğr gör uzm op ecz çev haz yay krş ort
            müd san tic koop""",
        "vi": """tp ts ths gs pgs q p tx đ bs ks tt cn kts ls nxb tr sđt đt h v.d""",
        "fi": """esim ns mm ks n v s ts puh klo nro kpl prof os gsm alk vrt ao ent synt vv krs rak
            as toim suom sis milj mrd tuh""",
        "hu": """pl kb dr prof sz old u ún ill ui id ifj özv szt tel em fsz ép hrsz krt ltp vö ld
            évf köt szerk ford ált bp ker mob ún""",
        "id": """dr prof jl no hlm tn ny kab kec bpk sdr sdri rp kel gg ds tgl telp hj ir drs dra
            ust alm yth hal ed jend kol kapt lt prov perum komp a.n u.p d.a s.d""",
        "hi": """डॉ डा प्रो श्री श्रीमती सुश्री कु पं स्व मो रु रू क्र नं मि इं इंजी एड पृ जि
            उ.प्र म.प्र वि.सं ई.पू ए बी सी डी एफ एच जे के एल एम एन पी क्यू आर एस टी यू वी
            डब्ल्यू एक्स वाई""",
        "ar": "د أ أ.د م ص ب ت ص.ب ج.م",
        "he": "טל מס עמ רח שד",
        "bn": "ড ডা ডাঃ মো মোঃ নং",
    }
)
# Abbreviations that do not end a sentence before a number or a label ("3", "IV", "B"); after a
# number they are units, and may.
_BEFORE_NUMBERS = _list_words(
    {
        "de": "Mo Di Mi Do Fr Sa So max min Art Rn Az Top Raum Kl",
        "es": "s ss c p pp tab col t",
        "fr": "s tab ann lot no nos",
        "it": "s sec c p pp int all max min",
        "pt": "s p pp tab min",
        "nl": "p s kl",
        "pl": "s t ust lit zob",
        "cs": "s t st sk",
        "sv": "p kr mån tis ons tors fre lör sön",
        "da": "kr stk man tirs ons tors fre lør søn",
        "no": "kr stk man tirs ons tors fre lør søn",
        "ro": "p",
        "ru": "мин ч кн вып",
        "uk": "с ч кн вип рис мін макс хв",
        "bg": "мин т",
        "el": "σ τ",
        "tr": "c d md fık kat",
        "fi": "ma ti ke to pe la su luku mom",
        "id": "ps",
    }
)
# Short months, before a year or the number of a day.
_MONTHS = frozenset(
    """jan janv ian feb febr fev févr feb mär mrt mar apr avr abr ápr mai jun jún jul júl juil jui
    aug aoû ago agt ağu sep sept set szept okt oct ott out nov noi kas dec dez des déc dic ene ark
    янв февр фев апр авг сент септ окт нояб ноем дек Ιαν Φεβ Απρ Αυγ Σεπτ Οκτ Νοε Δεκ""".split()
)
# Ends of compounds ("Bahnhofstr.", "Kontonr.").
_SUFFIXES = dict.fromkeys(("de", "nl", "sv", "da", "no"), ("str", "nr"))
# Abbreviations of years, centuries, units and times: after a number they may end a sentence.
_AFTER_NUMBERS = frozenset("г гг р рр r w в вв см м т đ h m g ص م".split())
# A sentence is more than this: "W maju 2020 r.", "В XIX в."
_ADVERBIAL = re.compile(
    r"\W*[^\W\d_]{1,6} (?:[^\W\d_]{3,12} )?(?:\d{3,4}|[IVXХІ]{1,5})\s?\w{1,2}\Z"
)
# "ff." goes on before the short name of a law ("§ 4 ff. BGB").
_AND_FOLLOWING = frozenset("f ff".split())
_LAW = re.compile(r"[^\W\d_]{0,4}[A-ZÄÖÜ][^\W\d_]{0,4}[A-ZÄÖÜ]")
# Words without vowels that may end a sentence: units, particles, and what is spoken by letters.
_WHOLE_WORDS = frozenset(
    "kg km mg ml mm cm dm hl m g l h t st std stk kr sms pc tv wc dvd btw mwst bv hm pst psst "
    "кг км мг мл мм см м л т грн смс тв ж б".split()
)
_VOWELS = frozenset("aeiouyøæœıаеёиоуыэюяєіїъѣαεηιουω")
# Languages with words that have no vowel ("smrt", "prst").
_SYLLABIC = frozenset(("cs",))
_LONGEST_WITHOUT_VOWEL = 4

# Languages in which a full stop makes a number an ordinal, before words with a capital, too ("der
# 2. Weltkrieg"), each with words that begin sentences, before which it ends one.
_ORDINALS = _list_words(
    {
        "de": """der die das den dem des ein eine einen einem es er sie wir ich ihr man in im am
            an auf aus bei mit nach von vor zu zum zur für über unter und aber doch auch dann so
            da wenn als ob wer was wie wo warum dies diese dieser dieses mehr alle damit danach
            außerdem""",
        "tr": "bu şu o biz ben ve ama bir sonra eğer",
    }
)
# An ordinal is not a year, nor another number that sentences often end with ("9–12").
_ORDINAL = re.compile(r"(?<![\d.,:])(?<!\d[–-])\d{1,2}\Z")
# Numbers of pages, streets and the like are not ordinals.
_NUMBERED = re.compile(
    r"(?:\b(?:nr|str|č|s|kap|abb|tab|ziff|abs|tel|fig|sok|cad|no|sn|sz|old|pag|bl|odst|obr|nro|klo|kl"
    r"|stk|lk)\.?\s|(?:str|nr)\.?\s|§\s?)\d{1,2}\Z",
    re.IGNORECASE,
)
# Numbers of a day, a month and a year that stand apart: "31. 12. 2025", "2026. 4. 14."
_DAY_BEFORE = re.compile(r"(?<![\d.,:])(?:0?[1-9]|[12]\d|3[01])\Z")
_MONTH_AND_YEAR = re.compile(r"(?:0?[1-9]|1[0-2]|[IVX]{1,4})\.\s?(?:\d{4}|\d\d)(?!\d)")
_DAY_AND_MONTH_BEFORE = re.compile(r"(?<![\d.,:])\d{1,2}\.\s?(?:\d{1,2}|[IVX]{1,4})\Z")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
# Languages whose dates begin with the year.
_YEAR_FIRST = frozenset("hu ja ko lt zh".split())
_YEAR_BEFORE = re.compile(r"(?<![\d.,:])(?:19|20)\d\d(?:\.\s?\d{1,2})?\Z")
_MONTH_OR_DAY = re.compile(r"(?:0?[1-9]|[12]\d|3[01])(?:\.|\s?\()")
_KOREAN_DATE_BEFORE = re.compile(r"(?<!\d)\d{1,2}\.\s?\d{1,2}\Z")
_KOREAN_DAY = re.compile(r"[월화수목금토일]요일|오전|오후|\(|\d{1,2}(?::|시)")

_LAST_WORD = re.compile(
    r"(?P<number>(?:\d|\b[IVXLCХІ]{1,7})\s?)?(?<![^\W\d_])"
    r"(?P<word>[^\W\d_][^\s\d()\[\]{}\"'’“”‘«„»›‹,;:/–—-]*)\Z"
)
_OPENING = '"“‘„‚«»‹›([ '
# What may stand before an abbreviation.
_AROUND = (*_OPENING, "\u00a0", "\u202f", "\n", "\t", "¿", "¡", "/", ",", ":", ";", "–", "—")
# "A" and the like may be words.
_LABEL = re.compile(
    r"[(+#]{0,2}(?:\d|[§№]|(?:[IVXLC]{2,7}|[B-DF-HJ-NP-TV-XZ]|[AEIOUY](?! [^\W\d_]))(?![\w'’]))"
)
_NUMBER = re.compile(r"[(+#]{0,2}[\d§№]")
_NEXT_WORD = re.compile(r"[\"'“‘(\[]?([^\W\d_]+)")
# Arabic and Hebrew have no capitals.
_CASELESS_LETTER = re.compile("[\u05d0-\u05ea\u0620-\u064a\u0671-\u06d3]\u0640?")
# Thai and Lao have no full stop but that of abbreviations. A sentence may end with a time of the
# day, unless it goes on with a word such as "to" or "and".
_UNSTOPPED = re.compile("[\u0e01-\u0edf]")
_THAI_TIME = re.compile(r"\d\s?น\Z")
_THAI_GOES_ON = re.compile("ถึง|และ|ของ|เพราะ|หรือ|จะ|ให้|แต่|โดย|ใน|วัน|[^\u0e01-\u0edf]")


def is_abbreviated_in(language: str, before: str, following: str, is_all: bool) -> bool:
    """Whether a full stop ends no sentence, as an abbreviation, an ordinal or part of a date.

    Args:
        language: another one than English.
        before: the last characters before the full stop.
        following: what follows the white space after it; not empty.
        is_all: whether `before` is all of the sentence.
    """
    if _UNSTOPPED.match(before[-1:]):
        return not _THAI_TIME.search(before) or _THAI_GOES_ON.match(following) is not None
    if _is_in_date(language, before, following):
        return True
    if language in _ORDINALS and _ORDINAL.search(before) and not _NUMBER.match(following):
        next_word = _NEXT_WORD.match(following)
        return (
            next_word is not None
            and next_word[1].lower() not in _ORDINALS[language]
            and not _NUMBERED.search(before)
        )
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    word, is_counted = last["word"], last["number"] is not None
    if is_counted and word in _AFTER_NUMBERS:
        return is_all and _ADVERBIAL.match(before) is not None
    if _is_listed(word, _ABBREVIATIONS.get(language)):
        return True
    if word in _AND_FOLLOWING and _LAW.match(following):
        return True
    if not is_counted and _CASELESS_LETTER.fullmatch(word):
        return True
    if word.lower().endswith(_SUFFIXES.get(language, ())) and _LABEL.match(following):
        return True
    if _is_listed(word, _MONTHS) and _YEAR.match(following):
        return True
    # Not "auto's" and not "6.b".
    if is_counted or before[: last.start("word")][-1:] not in ("", *_AROUND):
        return False
    is_number_next = _NUMBER.match(following) is not None
    if _LABEL.match(following) and _is_listed(word, _BEFORE_NUMBERS.get(language)):
        return True
    if is_number_next and ("." in word or _is_listed(word, _MONTHS)):
        return True
    is_next = is_number_next or following.lstrip(_OPENING)[:1].isupper()
    return is_next and language not in _SYLLABIC and _has_no_vowel(word)


def _is_listed(word: str, words: frozenset[str] | None) -> bool:
    return words is not None and (word in words or word.lower() in words)


def _is_in_date(language: str, before: str, following: str) -> bool:
    """Whether a full stop stands between the numbers of a date."""
    if not (before[-1:].isdigit() or before[-1:] in ("I", "V", "X")):
        return False
    return bool(
        (_DAY_BEFORE.search(before) and _MONTH_AND_YEAR.match(following))
        or (_DAY_AND_MONTH_BEFORE.search(before) and _YEAR.match(following))
        or (
            language in _YEAR_FIRST
            and (
                (_YEAR_BEFORE.search(before) and _MONTH_OR_DAY.match(following))
                or (_KOREAN_DATE_BEFORE.search(before) and _KOREAN_DAY.match(following))
            )
        )
    )


def _has_no_vowel(word: str) -> bool:
    """Whether a word of an alphabet with capitals is short, in lower case, and has no vowel."""
    if len(word) > _LONGEST_WITHOUT_VOWEL or not word[-1].islower() or not word.isalpha():
        return False
    letters = unicodedata.normalize("NFD", word.lower())
    is_lower = word[1:].islower() if len(word) > 1 else word.islower()
    return is_lower and letters not in _WHOLE_WORDS and _VOWELS.isdisjoint(letters)
