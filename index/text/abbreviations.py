"""How other languages than English use the full stop within a sentence."""

from __future__ import annotations

from collections.abc import Mapping


def _list_words(words: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {language: frozenset(text.split()) for language, text in words.items()}


# Abbreviations that hardly ever end a sentence, by language, in lower case. Of one that is written
# in parts ("z. B.") each part stands by itself.
ABBREVIATIONS = _list_words(
    {
        "de": """z d h u o ä v i bzw ca nr abs art bd bde s hr hrn fr frl dr prof dipl ing str
            mio mrd tsd vgl evtl ggf inkl zzgl bspw sog geb gest st jh jhd kap abb tab ziff mind
            tel z.b d.h u.a i.d.r o.ä e.v v.chr""",
        "es": """sr sra srta sres dr dra d dña ee núm pág págs art av avda cap fig ej p.ej tel
            aprox gral lic ing prof profa ud uds vd vds""",
        "fr": """m mm mme mmes mlle mlles dr pr me mgr ste av bd n art p pp ex chap fig env tél
            cf éd vol""",
        "it": """sig sigg sig.ra sig.na dott dott.ssa prof prof.ssa ing avv geom rag on sen art n
            pag pagg cap fig tel es p.es cfr dr""",
        "pt": "sr sra srs dr dra prof profa eng d av art n pág págs cap fig ex p.ex tel séc aprox",
        "nl": """bijv bv blz dhr mevr mw drs ir ing mr prof dr nr art fig jl ca evt incl excl o.a
            m.a.w d.w.z t.a.v tel""",
        "pl": """ul np dr prof mgr inż hab im św nr str pkt art ust rys tab tel godz al pl os woj
            tzw tj m.in ok ks płk""",
        "cs": """např tj tzv č čís str obr tab odst ul nám dr ing mgr prof doc sv tel tzn příp
            resp kap""",
        "sv": "t ex bl a d v s k kl nr st dr prof t.ex bl.a d.v.s s.k kap fig tab ca resp tel avd",
        "da": "f eks bl f.eks bl.a nr kl dvs ca dr prof hr kap fig stk tlf mio mia",
        "no": "f eks bl f.eks bl.a nr kl dvs ca dr prof kap fig tlf mill mrd",
        "ro": "dr prof ing nr str bd art alin cap fig pag d-l d-na dl dna sf ex tel aprox lit",
        "ru": "г гг ул пр просп д стр рис табл им т е п см ср гл проф акад тыс млн млрд тел обл",
        "uk": "м р вул просп ст рис табл ім див гл проф акад тис млн млрд тел обл буд кв",
        "el": "κ κα κος δρ καθ αρ σελ π χ τηλ οδ λ αγ εικ κεφ βλ",
        "tr": "dr prof doç av sn no s cad sok mah apt örn bkz yy hz alb gen tel",
        "vi": "tp ts ths gs pgs q p tx đ bs ks",
        "fi": "esim ns mm ks n v s ts puh klo nro kpl prof",
        "hu": "pl kb dr prof sz old u ún ill ui id ifj özv szt tel",
        "id": "dr prof jl no hlm tn ny kab kec",
    }
)
# Abbreviations of years and centuries: after a number they may end a sentence.
AFTER_NUMBERS = frozenset("г гг р".split())
# Languages in which a full stop makes a number an ordinal ("der 2. Weltkrieg"), each with words
# that begin sentences, before which it ends one.
ORDINALS = _list_words(
    {
        "de": """der die das den dem des ein eine einen einem es er sie wir ich ihr man in im am
            an auf aus bei mit nach von vor zu zum zur für über unter und aber doch auch dann so
            da wenn als ob wer was wie wo warum dies diese dieser dieses mehr alle damit danach
            außerdem""",
        "da": "den det de en et han hun vi jeg man i på til med fra for og men så der da hvis når",
        "no": "den det de en et han hun vi jeg man i på til med fra for og men så der da hvis når",
        "fi": "se hän he me minä ne tämä nämä kun jos ja mutta sitten myös",
        "cs": "ten ta to ti on ona my já v ve na s z do od po při a ale pak když pokud jak",
        "hu": "a az ez ő ők mi én és de ha amikor majd ezért",
        "tr": "bu şu o biz ben ve ama bir sonra eğer",
    }
)
