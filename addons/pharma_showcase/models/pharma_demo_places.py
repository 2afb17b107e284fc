# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where the demo's doctors have their practices: the communes of Brussels."""

import math
import unicodedata

#: (territory, commune, postal code, latitude, longitude of about its middle, streets)
COMMUNES = (
    ("North", "Schaerbeek", "1030", 50.8672, 4.3737, ("Avenue Rogier",)),
    ("North", "Jette", "1090", 50.8803, 4.3260, ("Rue Léon Theodor",)),
    ("North", "Evere", "1140", 50.8716, 4.4034, ("Avenue Henri Conscience",)),
    ("North", "Laeken", "1020", 50.8841, 4.3496, ("Rue Marie-Christine",)),
    ("West", "Anderlecht", "1070", 50.8380, 4.3129, ("Rue Wayez",)),
    ("West", "Molenbeek", "1080", 50.8546, 4.3228, ("Chaussée de Gand",)),
    ("West", "Koekelberg", "1081", 50.8629, 4.3273, ("Avenue de Jette",)),
    ("West", "Forest", "1190", 50.8112, 4.3182, ("Chaussée de Neerstalle",)),
    ("South", "Uccle", "1180", 50.8018, 4.3372, ("Chaussée d'Alsemberg",)),
    ("South", "Ixelles", "1050", 50.8223, 4.3816, ("Chaussée de Boondael",)),
    ("South", "Saint-Gilles", "1060", 50.8262, 4.3457, ("Chaussée de Waterloo",)),
    ("South", "Watermael-Boitsfort", "1170", 50.7994, 4.4155, ("Rue Middelbourg",)),
    ("East", "Etterbeek", "1040", 50.8361, 4.3886, ("Avenue de la Chasse",)),
    (
        "East",
        "Woluwe-Saint-Lambert",
        "1200",
        50.8467,
        4.4298,
        ("Avenue Georges Henri",),
    ),
    ("East", "Woluwe-Saint-Pierre", "1150", 50.8298, 4.4438, ("Avenue Orban",)),
    ("East", "Auderghem", "1160", 50.8167, 4.4269, ("Chaussée de Wavre",)),
)

#: Sunflower: points that fill a disc evenly. Kilometres to the outermost one.
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
RADIUS = 0.9

KM_PER_DEGREE = 111.195

FIRST_NAMES = (
    "Anne", "Bart", "Céline", "David", "Elke", "Frédéric", "Greet", "Hassan",
    "Inès", "Johan", "Karin", "Laurent", "Mieke", "Nadia", "Olivier", "Petra",
    "Quentin", "Rachida", "Steven", "Thérèse",
)  # fmt: skip
LAST_NAMES = (
    "Aerts", "Bogaert", "Collignon", "De Smet", "El Amrani", "Fontaine", "Goossens",
    "Hendrickx", "Janssens", "Kaya", "Lemaire", "Mertens", "Nguyen", "Ozturk",
    "Pauwels", "Remy", "Stevens", "Thys", "Vandamme", "Wouters",
)  # fmt: skip


def spread(latitude, longitude, number, count):
    """Return the place of one of so many points around a middle, evenly spread."""
    distance = RADIUS * math.sqrt((number + 0.5) / count)
    angle = number * GOLDEN_ANGLE
    shrink = math.cos(math.radians(latitude))
    return (
        round(latitude + distance * math.sin(angle) / KM_PER_DEGREE, 6),
        round(longitude + distance * math.cos(angle) / KM_PER_DEGREE / shrink, 6),
    )


def to_ascii(text):
    """Return a text without its accents, for addresses."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def name_doctor(number):
    """Return a first and a last name; no two of the first 400 are the same."""
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    step = number // len(FIRST_NAMES)
    last = LAST_NAMES[(number * 7 + step) % len(LAST_NAMES)]
    return f"{first} {last}"
