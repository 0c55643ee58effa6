"""Carriers and the pages on which a parcel can be followed: one table."""

from __future__ import annotations

import re
from urllib.parse import quote

# The pages are those that each carrier gives for linking, or forwards its own links to.
# `{code}` is the tracking number, percent-encoded.
TRACKING_PAGES: dict[str, str] = {
    "amazon": "https://track.amazon.com/tracking/{code}",
    "asendia": "https://tracking.asendia.com/tracking/{code}",
    "australiapost": "https://auspost.com.au/mypost/track/details/{code}",
    "bpost": "https://track.bpost.cloud/btr/web/#/search?itemCode={code}",
    "bring": "https://tracking.bring.com/tracking/{code}",
    "canadapost": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={code}",
    "chronopost": "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={code}",
    "colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code={code}",
    "correos": "https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={code}",
    "deutschepost": "https://www.deutschepost.de/de/s/sendungsverfolgung.html?piececode={code}",
    "dhl": "https://www.dhl.com/en/express/tracking.html?AWB={code}",
    "dhlde": "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={code}",
    "dpd": "https://tracking.dpd.de/status/en_US/parcel/{code}",
    "dpduk": "https://track.dpd.co.uk/search?reference={code}",
    "evri": "https://www.evri.com/track/parcel/{code}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={code}",
    "gls": "https://gls-group.com/track/{code}",
    "hermes": "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation/#{code}",
    "inpost": "https://inpost.pl/en/find-parcel?number={code}",
    "japanpost": "https://trackings.post.japanpost.jp/services/srv/search/direct?reqCodeNo1={code}&locale=en",
    "laposte": "https://www.laposte.fr/outils/suivre-vos-envois?code={code}",
    "nzpost": "https://www.nzpost.co.nz/tools/tracking/item/{code}",
    "ontrac": "https://www.ontrac.com/tracking/?number={code}",
    "parcelforce": "https://www.parcelforce.com/track-trace?trackNumber={code}",
    "poczta": "https://emonitoring.poczta-polska.pl/?numer={code}",
    "posteitaliane": "https://www.poste.it/cerca/index.html#/risultati-spedizioni/{code}",
    "postat": "https://www.post.at/sv/sendungsdetails?snr={code}",
    "postnl": "https://postnl.nl/tracktrace/?B={code}",
    "postnord": "https://tracking.postnord.com/en/tracking?id={code}",
    "purolator": "https://www.purolator.com/en/shipping/tracker?pin={code}",
    "royalmail": "https://www.royalmail.com/track-your-item#/tracking-results/{code}",
    "swisspost": "https://service.post.ch/ekp-web/ui/entry/search/{code}",
    "ups": "https://www.ups.com/track?tracknum={code}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={code}",
}

# Other names that exports and people use, folded as `folded` folds them.
ALIASES: dict[str, str] = {
    "auspost": "australiapost",
    "correosdeespana": "correos",
    "deutschepostag": "deutschepost",
    "dhlexpress": "dhl",
    "dhlpaket": "dhlde",
    "dhlgermany": "dhlde",
    "dhldeutschland": "dhlde",
    "dpdgermany": "dpd",
    "federalexpress": "fedex",
    "fedexdefault": "fedex",
    "glsgermany": "gls",
    "hermesgermany": "hermes",
    "hermesuk": "evri",
    "myhermes": "evri",
    "oesterreichischepost": "postat",
    "austrianpost": "postat",
    "osterreichischepost": "postat",
    "pocztapolska": "poczta",
    "poste": "posteitaliane",
    "royalmailgroup": "royalmail",
    "schweizerischepost": "swisspost",
    "swisspostparcel": "swisspost",
    "unitedparcelservice": "ups",
    "upsdap": "ups",
    "unitedstatespostalservice": "usps",
    "uspostalservice": "usps",
}


def tracking_url(carrier: str, code: str) -> str:
    """The page on which the parcel can be followed; empty when the carrier is not known.

    A wrong carrier's link is worse than none, so nothing is guessed from the number here.
    """
    page = TRACKING_PAGES.get(known_as(carrier))
    return page.format(code=quote(code.strip(), safe="")) if page and code.strip() else ""


def known_as(carrier: str) -> str:
    """The carrier's name in our tables, whatever people and exports call it."""
    name = folded(carrier)
    return ALIASES.get(name, name)


def folded(carrier: str) -> str:
    """“Royal Mail” and “ROYAL_MAIL” are one; so are “DHL Paket” and “DHLPaket”."""
    return re.sub(r"[^a-z0-9]", "", carrier.casefold())
