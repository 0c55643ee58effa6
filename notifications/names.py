"""The first name to greet a buyer by, told from whatever they typed as their name.

A wrong first name is worse than none, so anything doubtful gives an empty string and the
letter opens with a plain "Hello,".
"""

import re
import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LONGEST = 20
_TITLES = _words(
    "dr prof mr mrs ms miss mx sir dame lady lord rev herr frau dipl-ing ing mag med mme mlle m "
    "mm sr sra srta sig signora signor hr fr drs ir"
)
_SUFFIXES = _words("jr sr ii iii iv phd md esq mba msc bsc")
_PARTICLES = _words("von van de der den del della di da du la le zu zum zur ter ten")
_COMPANY_WORDS = _words(
    "gmbh ag kg ug ohg gbr ek ev mbh ltd llc llp inc corp corporation co company limited plc "
    "sarl sas sa srl spa bv nv oy ab aps as kft sro doo pty pte shop store studio boutique "
    "gallery galerie atelier museum school schule verein church team hotel cafe"
)
# Chinese, Japanese and Korean names begin with the surname, and nobody is greeted by it alone.
_SURNAME_FIRST = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_JOINERS = "'’-.·"
_VOWELS = frozenset("aeiouyäöüáéíóúàèìòùâêîôûåøæœ")


def first_name(full_name: str) -> str:
    """Return the first name in *full_name*, or "" when it cannot be told.

    Titles and courtesy words are passed over, "Smith, John" is turned round, names written in
    capitals or small letters only get normal case. User names, companies, single letters and
    lone surnames ("Mr Smith") give "", as do names in scripts that put the surname first.
    """
    words = _turned_round(unicodedata.normalize("NFC", full_name)).split()
    plain = [_plain(word) for word in words]
    if not words or any(word in _COMPANY_WORDS for word in plain):
        return ""
    if _SURNAME_FIRST.search(full_name):
        return ""
    titles = 0
    while titles < len(words) and plain[titles] in _TITLES:
        titles += 1
    rest = words[titles:]
    if not rest or (titles and len(rest) == 1):
        return ""
    name = rest[0].strip('.,;:"“”„()')
    if len(name) < 2 or len(name) > _LONGEST or not _only_letters(name):
        return ""
    if rest[0].islower() and _plain(name) in _PARTICLES:
        return ""
    return _in_normal_case(name)


def _turned_round(full_name: str) -> str:
    """Put "Smith, John" and "Smith, John, Jr." into spoken order."""
    surname, comma, given = full_name.partition(",")
    if not comma:
        return full_name
    given = given.partition(",")[0]
    if not given.strip() or _plain(given.split()[0]) in _SUFFIXES:
        return surname
    return f"{given} {surname}"


def _plain(word: str) -> str:
    return word.lower().replace(".", "").strip(",;:()")


def _only_letters(name: str) -> bool:
    """True for letters with their marks, and a hyphen or apostrophe between them."""
    return name[0].isalpha() and all(
        char in _JOINERS or unicodedata.category(char)[0] in "LM" for char in name
    )


def _in_normal_case(name: str) -> str:
    shouted = name.isupper() and (len(name) > 2 or not _VOWELS.isdisjoint(name.lower()))
    if not shouted and not name.islower():
        return name
    return re.sub(r"[^\W\d_]+", lambda part: part.group().capitalize(), name)
