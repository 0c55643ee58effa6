"""The questions of the guided set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from notifications.wording import shipped_languages
from orders.models import Shop
from orders.models.shop import time_zones
from orders.shops import currency_of
from orders.words import ChannelKind

if TYPE_CHECKING:
    FormOfShop = forms.ModelForm[Shop]
else:  # Django's own is not generic
    FormOfShop = forms.ModelForm

# Regions of the CLDR in which nobody lives or sells.
NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


class PlaceSelect(forms.Select):
    """A choice whose options say what follows from them, for static/setup.js."""

    follows: dict[str, str] = {}
    says = ""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option, with `data-…` of what follows."""
        option = super().create_option(name, value, *args, **kwargs)
        if found := self.follows.get(str(value)):
            option["attrs"][f"data-{self.says}"] = found
        return option


def place_select(says: str, follows: dict[str, str]) -> PlaceSelect:
    """A PlaceSelect that says `follows` of each option."""
    select = PlaceSelect()
    select.says, select.follows = says, follows
    return select


class ShopForm(FormOfShop):
    """Name, place, money and language."""

    country = forms.ChoiceField(label=_("Where you ship from"))
    timezone = forms.ChoiceField(label=_("Time zone"))
    currency = forms.ChoiceField(label=_("Currency"))
    language = forms.ChoiceField(
        label=_("Language of your letters"),
        help_text=_("For buyers whose own language is not known."),
    )

    class Meta:
        model = Shop
        fields = ("name", "country", "timezone", "currency", "language")
        labels = {"name": _("Name of the shop")}
        widgets = {"name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "organization"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance if self.instance.pk else Shop(timezone="UTC")
        countries, zones = country_names(), zones_by_name()
        zones.setdefault(kept.timezone, "")
        money = {code: currency_of(code) for code in countries}
        self._offer("country", list(countries.items()), place_select("currency", money))
        names = [(name, name.replace("_", " ")) for name in sorted(zones)]
        self._offer("timezone", names, place_select("country", zones))
        self._offer("currency", currencies(kept.currency if self.instance.pk else ""))
        offered = set(shipped_languages())
        self._offer("language", [pair for pair in settings.LANGUAGES if pair[0] in offered])

    def _offer(
        self, name: str, choices: list[tuple[str, str]], widget: forms.Select | None = None
    ) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        if widget is not None:
            field.widget = widget
        field.choices = choices


class SenderForm(FormOfShop):
    """Who writes to the buyers, and how they pay."""

    url = forms.URLField(
        label=_("Your own web page, if you have one"), required=False, assume_scheme="https"
    )

    class Meta:
        model = Shop
        fields = ("sender_name", "sender_email", "signature", "how_to_pay", "url")
        labels = {
            "sender_name": _("Your name, as buyers see it"),
            "sender_email": _("Your e-mail address"),
            "signature": _("How you sign"),
            "how_to_pay": _("How buyers pay you"),
        }
        widgets = {
            "sender_name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
            "sender_email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "signature": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            "how_to_pay": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sender_email"].required = True


class ChannelsForm(forms.Form):
    """Where the shop sells; nothing is closed to the others."""

    channels = forms.MultipleChoiceField(
        label=_("I sell on"),
        choices=ChannelKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def country_names() -> dict[str, str]:
    """Every country by its code (ISO 3166-1), in the page's language and order."""
    locale = Locale.parse((get_language() or "en").replace("-", "_"))
    names = {
        code: str(name)
        for code, name in locale.territories.items()
        if len(code) == 2 and code not in NO_COUNTRIES
    }
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def zones_by_name() -> dict[str, str]:
    """Every inhabited time zone, and its country."""
    territories = get_global("zone_territories")
    there = time_zones()
    inhabited = {zone: str(code) for zone, code in territories.items() if zone in there}
    return {zone: code for zone, code in inhabited.items() if "/" in zone and code != "ZZ"} | {
        "UTC": ""
    }


def currencies(kept: str) -> list[tuple[str, str]]:
    """The currencies that people pay with today, by name, and the one that is `kept`."""
    locale = Locale.parse((get_language() or "en").replace("-", "_"))
    used = {
        code
        for country in get_global("territory_currencies")
        for code in get_territory_currencies(country)
    }
    names = {code: str(locale.currencies.get(code, code)) for code in used | {kept} if code}
    return [(code, f"{code} · {names[code]}") for code in sorted(names)]
