"""The columns of eBay's orders report in its US, UK and German layouts.

Source: eBay's own reports differ by country and year; the names were gathered from public
parsers of such reports. Names are compared without case, spaces and signs.
"""

from __future__ import annotations

from typing import NamedTuple

COLUMNS: dict[str, tuple[str, ...]] = {
    "record": (
        "Sales Record Number",
        "Sales Record #",
        "Verkaufsprotokollnummer",
        "Verkaufsprotokoll-Nr.",
    ),
    "number": ("Order Number", "Order ID", "Bestellnummer", "Bestell-Nr."),
    "username": (
        "Buyer Username",
        "User ID",
        "User Id",
        "Nutzername des Käufers",
        "Käufer Nutzername",
        "Mitgliedsname",
        "Mitgliedsname des Käufers",
    ),
    "buyer_name": (
        "Buyer Name",
        "Buyer Full Name",
        "Buyer Fullname",
        "Name des Käufers",
        "Vollständiger Name des Käufers",
    ),
    "email": (
        "Buyer Email",
        "E-Mail des Käufers",
        "E-Mail-Adresse des Käufers",
        "Käufer E-Mail",
    ),
    "note": ("Buyer Note", "Nachricht des Käufers", "Notiz des Käufers", "Anmerkung des Käufers"),
    "ship_name": (
        "Ship To Name",
        "Post To Name",
        "Versand an Name",
        "Name des Empfängers",
        "Versand an - Name",
    ),
    "ship_street1": (
        "Ship To Address 1",
        "Post To Address 1",
        "Versand an Adresse 1",
        "Adresse 1 des Empfängers",
        "Versandadresse 1",
        "Versand nach - Adresse 1",
    ),
    "ship_street2": (
        "Ship To Address 2",
        "Post To Address 2",
        "Versand an Adresse 2",
        "Adresse 2 des Empfängers",
        "Versandadresse 2",
        "Versand nach - Adresse 2",
    ),
    "ship_city": (
        "Ship To City",
        "Post To City",
        "Versand an Ort",
        "Versand nach - Ort",
        "Versandziel - Ort",
        "Versand an Stadt",
        "Ort des Empfängers",
        "Versand nach Ort",
    ),
    "ship_region": (
        "Ship To State",
        "Post To State",
        "Post To County",
        "Versand an Bundesland",
        "Versand nach - Bundesland",
        "Versandziel - Bundesland",
        "Versand nach - Staat",
        "Bundesland des Empfängers",
        "Versand nach - Bundesland/Provinz",
    ),
    "ship_zip": (
        "Ship To Zip",
        "Post To Postcode",
        "Post To Postal Code",
        "Post To Zip",
        "Versand an PLZ",
        "Versand an Postleitzahl",
        "Versand nach - PLZ",
        "Versandziel - PLZ",
        "PLZ des Empfängers",
        "Postleitzahl des Empfängers",
    ),
    "ship_country": (
        "Ship To Country",
        "Post To Country",
        "Versand an Land",
        "Versand nach - Land",
        "Versandziel - Land",
        "Land des Empfängers",
    ),
    "buyer_street1": (
        "Buyer Address 1",
        "Adresse 1 des Käufers",
        "Käuferadresse 1",
        "Straße des Käufers",
    ),
    "buyer_street2": ("Buyer Address 2", "Adresse 2 des Käufers", "Käuferadresse 2"),
    "buyer_city": (
        "Buyer City",
        "Buyer Town/City",
        "Ort des Käufers",
        "Wohnort des Käufers",
        "Stadt des Käufers",
    ),
    "buyer_region": (
        "Buyer State",
        "Buyer County",
        "Bundesland des Käufers",
        "Staat des Käufers",
        "Bundesland/Provinz des Käufers",
    ),
    "buyer_zip": (
        "Buyer Zip",
        "Buyer Postcode",
        "Buyer Postal Code",
        "PLZ des Käufers",
        "Postleitzahl des Käufers",
    ),
    "buyer_country": ("Buyer Country", "Land des Käufers"),
    "item": ("Item Number", "Item ID", "Artikelnummer", "Artikelnr.", "Artikel-Nr."),
    "title": ("Item Title", "Angebotstitel", "Artikelbezeichnung", "Artikeltitel", "Titel"),
    "sku": (
        "Custom Label",
        "Custom Label (SKU)",
        "Bestandseinheit",
        "Bestandseinheit (SKU)",
        "Benutzerdefinierter SKU",
        "Benutzerdefiniertes Etikett",
        "Eigene Artikelnummer",
        "SKU",
    ),
    "quantity": ("Quantity", "Anzahl", "Stückzahl", "Menge"),
    "sold_for": ("Sold For", "Sale Price", "Verkauft für", "Verkaufspreis"),
    "shipping": (
        "Shipping And Handling",
        "Postage And Handling",
        "Postage And Packaging",
        "Delivery",
        "Verpackung und Versand",
        "Versand und Verpackung",
        "Versandkosten",
    ),
    "seller_tax": (
        "Seller Collected Tax",
        "Vom Verkäufer eingezogene Steuer",
        "Vom Verkäufer eingezogene Steuern",
        "Sales Tax",
    ),
    "ebay_tax": (
        "eBay Collected Tax",
        "Von eBay eingezogene Steuer",
        "Von eBay eingezogene Steuern",
    ),
    "ebay_charges": ("eBay Collected Charges", "Von eBay eingezogene Gebühren"),
    "tax_included": (
        "eBay Collected Tax and Fees Included in Total",
        "Von eBay eingezogene Steuern und Gebühren im Gesamtbetrag enthalten",
        "eBay eingezogene Steuer und Gebühren im Gesamtpreis enthalten",
    ),
    "total": ("Total Price", "Gesamtpreis", "Gesamtbetrag", "Gesamtsumme", "Order Total"),
    "method": ("Payment Method", "Zahlungsmethode", "Zahlungsart"),
    "sale_date": ("Sale Date", "Verkaufsdatum", "Verkauft am", "Kaufdatum", "Verkauft am - Datum"),
    "paid_on": (
        "Paid On Date",
        "Bezahlt am",
        "Zahlungsdatum",
        "Bezahldatum",
        "Bezahlt am - Datum",
    ),
    "ship_by": (
        "Ship By Date",
        "Post By Date",
        "Dispatch By Date",
        "Versenden bis",
        "Versand bis",
        "Versenden bis - Datum",
        "Verschicken bis - Datum",
        "Verschicken bis",
    ),
    "shipped_on": (
        "Shipped On Date",
        "Posted On Date",
        "Dispatched On Date",
        "Versandt am",
        "Versanddatum",
        "Verschickt am - Datum",
        "Verschickt am",
        "Versendet am",
        "Versandt am - Datum",
    ),
    "service": (
        "Shipping Service",
        "Postage Service",
        "Delivery Service",
        "Versandservice",
        "Versandart",
    ),
    "tracking": (
        "Tracking Number",
        "Sendungsnummer",
        "Sendungsverfolgungsnummer",
        "Sendungsverfolgung",
        "Trackingnummer",
    ),
    "transaction": (
        "Transaction ID",
        "Transaktions-ID",
        "Transaktionsnummer",
        "Transaktionskennung",
    ),
    "variation": (
        "Variation Details",
        "Variantendetails",
        "Variationsdetails",
        "Details zur Variante",
    ),
    "currency": ("Currency", "Transaction Currency", "Währung", "Transaktionswährung"),
    "state": ("Order Status", "Status", "Bestellstatus"),
    "refunded": ("Refunded Amount", "Refund Amount", "Rückerstattung", "Erstattungsbetrag"),
}
MONEY = ("total", "sold_for", "shipping")
DATES = ("sale_date", "paid_on")


class Cells(NamedTuple):
    """One row; the fields are the keys of COLUMNS."""

    record: str
    number: str
    username: str
    buyer_name: str
    email: str
    note: str
    ship_name: str
    ship_street1: str
    ship_street2: str
    ship_city: str
    ship_region: str
    ship_zip: str
    ship_country: str
    buyer_street1: str
    buyer_street2: str
    buyer_city: str
    buyer_region: str
    buyer_zip: str
    buyer_country: str
    item: str
    title: str
    sku: str
    quantity: str
    sold_for: str
    shipping: str
    seller_tax: str
    ebay_tax: str
    ebay_charges: str
    tax_included: str
    total: str
    method: str
    sale_date: str
    paid_on: str
    ship_by: str
    shipped_on: str
    service: str
    tracking: str
    transaction: str
    variation: str
    currency: str
    state: str
    refunded: str
