"""Invented buyers, goods and words, from many countries and in many scripts."""

from typing import NamedTuple


class Person(NamedTuple):
    """Somebody who does not exist, at an address that could."""

    name: str
    language: str
    street: str
    city: str
    postcode: str
    country: str
    region: str = ""


PEOPLE = (
    Person("Zoë Ørsted", "en", "Nygade", "Aarhus", "8000", "DK"),
    Person("Annika Großmann-Weiß", "de", "Venloer Straße", "Köln", "50667", "DE"),
    Person("Jürgen Müller", "de", "Torstraße", "Berlin", "10115", "DE"),
    Person("Sepp Hinterhuber", "de-AT", "Getreidegasse", "Salzburg", "5020", "AT"),
    Person("Ruth Ammann", "de-CH", "Niederdorfstrasse", "Zürich", "8001", "CH"),
    Person("Émilie Lefèvre", "fr", "Rue de la République", "Lyon", "69001", "FR"),
    Person("Nuria Ibáñez Peña", "es", "Calle Mayor", "Madrid", "28013", "ES", "Madrid"),
    Person("João Gonçalves", "pt", "Rua das Flores", "Porto", "4000-123", "PT"),
    Person("Giulia D’Angelo", "it", "Via Zamboni", "Bologna", "40121", "IT", "BO"),
    Person("Łukasz Żółć", "pl", "ul. Długa", "Kraków", "31-011", "PL"),
    Person("Kateřina Dvořáková", "cs", "Masarykova", "Brno", "602 00", "CZ"),
    Person("Þórdís Jónsdóttir", "is", "Laugavegur", "Reykjavík", "101", "IS"),
    Person("Siobhán O’Neill", "en-IE", "Shop Street", "Galway", "H91 E2K3", "IE"),
    Person("Αλεξάνδρα Παπαδοπούλου", "el", "Ερμού", "Αθήνα", "105 57", "GR"),
    Person("Олена Шевченко", "uk", "вул. Хрещатик", "Київ", "01001", "UA"),
    Person("נועה כהן", "he", "דיזנגוף", "תל אביב", "6100000", "IL"),
    Person("ليلى حداد", "ar", "شارع الشيخ زايد", "دبي", "", "AE", "دبي"),
    Person("प्रिया शर्मा", "hi", "MI Road", "जयपुर", "302001", "IN", "Rajasthan"),
    Person("佐藤 さくら", "ja", "下京区 四条通", "京都市", "600-8001", "JP", "京都府"),
    Person("김서연", "ko", "중구 세종대로", "서울", "04524", "KR", "서울특별시"),
    Person("李明", "zh", "南京东路", "上海市", "200000", "CN", "上海市"),
    Person("Nguyễn Thị Hương", "vi", "Phố Hàng Gai", "Hà Nội", "100000", "VN", "Hà Nội"),
    Person("Amina Okafor", "en", "Broad Street", "Lagos", "101001", "NG", "Lagos"),
    Person("Mary-Jane O’Brien-Whitcombe", "en", "NW Davis Street", "Portland", "97205", "US", "OR"),
    Person("Bob", "en", "Congress Avenue", "Austin", "78701", "US", "TX"),
    Person(
        "Mx. Robin Featherstonehaugh", "en-GB", "Great Pulteney Street", "Bath", "BA1 1AA", "GB"
    ),
    Person("Kiri Te Aroha", "en-NZ", "Cuba Street", "Wellington", "6011", "NZ"),
    Person("Matilda Murphy", "en-AU", "Salamanca Place", "Hobart", "7000", "AU", "TAS"),
    Person("Chloé Tremblay", "fr-CA", "rue Saint-Paul", "Montréal", "H2Y 1C6", "CA", "QC"),
)

GOODS = (
    ("Lucky bead", "LB-1", "4.50"),
    ("Lampwork glass bead “Midnight Sea”, 14 mm, hand-polished", "LB-14-SEA", "7.20"),
    ("Macramé plant hanger, natural cotton, 110 cm", "MAC-110", "24.00"),
    ("Stoneware mug, speckled white", "MUG-SW", "28.00"),
    ("Silver ring with moonstone, size 54", "RING-54", "64.00"),
    ("Postcard “Hare in the Snow”", "PC-HARE", "2.00"),
    (
        "Personalised Baby Blanket, Merino Wool, Hand-Knitted, New-Born Gift, Christening, Name "
        "Blanket, Neutral Nursery Décor, Made to Order in Two Weeks",
        "BLANKET-P",
        "119.00",
    ),
    ("Beeswax candle, pair", "WAX-2", "12.90"),
    ("Linocut “Old Harbour”, 30 × 40 cm, edition of 50", "LINO-HARB", "45.00"),
    ("Seed paper hearts (10)", "SEED-10", "6.50"),
)

WORDS = (
    "Hi! Could you send it to my office instead?",
    "I will pay on Friday, sorry for the wait.",
    "Is it possible to get the bead in green?",
    "Ist das auch als Geschenk verpackbar?",
)
