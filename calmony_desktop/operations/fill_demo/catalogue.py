"""What the demo company sells: subscriptions, single orders, and their prices per currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from calmony_desktop.billing.money import exponent
from calmony_desktop.billing.periods import Interval


@dataclass(frozen=True, slots=True)
class Plan:
    """A subscription. ``euro_cents`` is its price per unit and interval, without VAT."""

    key: str
    name: str
    euro_cents: int
    interval: Interval = Interval.MONTH
    interval_count: int = 1
    quantities: tuple[int, ...] = (1,)


@dataclass(frozen=True, slots=True)
class Item:
    """Something sold once. Printed matter bears the reduced rate of VAT (``is_reduced``)."""

    name: str
    euro_cents: int
    quantities: tuple[int, ...] = (1,)
    is_reduced: bool = False


BASIC: Final = Plan("basic", "Workshop Basic", 29_00)
PRO: Final = Plan("pro", "Workshop Pro", 59_00, quantities=(1, 1, 1, 1, 2, 3))
TEAM: Final = Plan("team", "Workshop Team", 149_00)
SEATS: Final = Plan("seats", "Workshop Team seats", 24_00, quantities=(4, 5, 6, 8, 10, 12))
LIBRARY: Final = Plan("library", "Technical data library", 19_00)
FLEET: Final = Plan("fleet", "Fleet diagnostics", 12_00, quantities=(5, 8, 12, 15, 20, 40))
PRO_YEARLY: Final = Plan("pro-yearly", "Workshop Pro, yearly", 590_00, Interval.YEAR)
PARTS_CATALOGUE: Final = Plan("parts", "Parts catalogue add-on", 240_00, Interval.YEAR)
SOFTWARE: Final = Plan("software", "Diagnostic software licence", 480_00, Interval.YEAR)
TOOL_RENTAL: Final = Plan("rental", "Weekly tool rental", 35_00, Interval.WEEK)
LIFT_RENTAL: Final = Plan("lift", "Mobile lift rental", 62_00, Interval.WEEK)
INSPECTION: Final = Plan("inspection", "Quarterly inspection", 180_00, Interval.MONTH, 3)
WHEELS: Final = Plan("wheels", "Seasonal wheel storage", 75_00, Interval.MONTH, 6, (1, 2, 4, 6))

MONTHLY: Final = (BASIC, BASIC, PRO, PRO, PRO, TEAM, FLEET, LIBRARY)
YEARLY: Final = (PARTS_CATALOGUE, SOFTWARE, PRO_YEARLY)
PLANS: Final = (
    BASIC, PRO, TEAM, SEATS, LIBRARY, FLEET, PRO_YEARLY, PARTS_CATALOGUE, SOFTWARE, TOOL_RENTAL,
    LIFT_RENTAL, INSPECTION, WHEELS,
)  # fmt: skip

#: ``{year}`` is the year of the order.
HANDBOOK: Final = Item("Printed service handbook, {year} edition", 24_30, (1, 1, 2, 3), True)
CALIBRATION: Final = Item("Torque wrench calibration", 59_00, (1, 2, 4))
DELIVERY: Final = Item("Delivery", 9_90)
ITEMS: Final = (
    HANDBOOK,
    CALIBRATION,
    Item("Wiring diagram atlas, volume 2", 38_50, is_reduced=True),
    Item("Training day at your workshop", 690_00),
    Item("Online training, high-voltage systems", 145_00, (1, 2, 3)),
    Item("OBD interface cable set", 84_90, (1, 1, 2)),
    Item("Timing tool kit", 119_00),
    Item("Brake service kit, front axle", 46_75, (1, 2, 4)),
    Item("Diagnostic tablet, refurbished", 410_00, (1, 1, 2)),
    Item("Replacement battery for diagnostic tablet", 52_40),
    Item("Emission tester calibration", 128_00),
    Item("Data migration from previous system", 240_00),
)

#: What a euro is worth (in thousandths) and to how many minor units a price is rounded.
_RATES: Final = {
    "EUR": (1_000, 1),
    "AED": (4_040, 100), "ARS": (1_150_000, 10_000), "AUD": (1_660, 50), "BDT": (131_000, 1_000),
    "BRL": (6_050, 50), "CAD": (1_500, 50), "CHF": (960, 50), "CLP": (1_040_000, 100),
    "CNY": (7_900, 100), "COP": (4_500_000, 10_000), "CZK": (25_200, 1_000), "DKK": (7_460, 100),
    "EGP": (53_000, 500), "ETB": (138_000, 500), "FJD": (2_480, 50), "GBP": (860, 50),
    "GEL": (3_000, 50), "GHS": (17_000, 100), "HKD": (8_600, 100), "HUF": (395_000, 10_000),
    "IDR": (17_900_000, 100_000), "ILS": (4_050, 100), "INR": (94_000, 1_000),
    "ISK": (150_000, 10_000), "JMD": (172_000, 1_000), "JOD": (780, 250), "JPY": (160_000, 100),
    "KES": (143_000, 1_000), "KRW": (1_480_000, 1_000), "KWD": (338, 250), "KZT": (560_000, 10_000),
    "MAD": (10_800, 100), "MXN": (20_300, 100), "NGN": (1_720_000, 10_000), "NOK": (11_700, 100),
    "NZD": (1_810, 50), "PEN": (4_110, 50), "PHP": (63_000, 500), "PLN": (4_300, 50),
    "RON": (4_980, 50), "RSD": (117_000, 1_000), "SAR": (4_120, 100), "SEK": (11_300, 500),
    "SGD": (1_460, 50), "THB": (37_500, 500), "TND": (3_380, 250), "TRY": (41_500, 500),
    "TWD": (35_200, 1_000), "TZS": (2_950_000, 50_000), "UAH": (45_600, 500), "USD": (1_100, 50),
    "UYU": (46_000, 500), "VND": (28_000_000, 10_000), "VUV": (131_000, 100), "XOF": (656_000, 100),
    "ZAR": (20_200, 100),
}  # fmt: skip


def price(euro_cents: int, currency: str) -> int:
    """A price of the list in ``currency``, in its minor units, rounded as a shop would."""
    thousandths, step = _RATES[currency]
    exact: int = euro_cents * thousandths * 10 ** exponent(currency)
    return (exact + 50_000 * step) // (100_000 * step) * step
