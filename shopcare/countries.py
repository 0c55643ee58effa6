"""The countries to choose from, by name in the page's language."""

from __future__ import annotations

from django.utils.translation import get_language

from orders.showing import locale_of

# Groups of countries and made-up places in the CLDR's list of territories.
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "XK", "ZZ", "QO"})


def countries(home: str) -> list[tuple[str, str]]:
    """Every country by its name in the page's language, `home` first if it is one."""
    names = locale_of(get_language() or "en", home).territories
    found = {
        code: name
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    }
    own = [(home, found.pop(home, home))] if home else []
    return own + sorted(found.items(), key=lambda pair: pair[1].casefold())
