"""Amounts to px, the gridlines at round steps, and amounts in three digits for the eye."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
NICE = tuple(Decimal(step) for step in ("1", "1.5", "2", "2.5", "3", "4", "5", "6", "7.5", "8", "10"))
GRIDLINES = 4
TOP = 24.0  # px above the highest gridline: its label and the figure over a full column
FOOT = 34.0  # px below the base line: two lines of labels
UNITS = tuple((Decimal(10) ** power, name) for power, name in ((12, "tn"), (9, "bn"), (6, "m"), (3, "k")))


def short(value: Decimal) -> str:
    """An amount for an axis, three digits where it can: `681 k`, `1.09 m`, `2.5 k`, `−40`, `1,000 tn`."""
    size = abs(value)
    sign = "−" if value < 0 else ""
    for unit, name in UNITS:
        scaled = _three_digits(size / unit)
        if scaled >= 1:
            digits = f"{scaled:,f}" if name != "k" or scaled < 10 else f"{scaled:,.0f}"
            return f"{sign}{_without_zero_k(digits, name)} {name}"
    return f"{sign}{_trimmed(_three_digits(size))}"


def _three_digits(value: Decimal) -> Decimal:
    """Rounded half up to three digits, never before the point: 1.085 → 1.09, 1234.5 → 1235."""
    places = 2 if value < Decimal("9.995") else 1 if value < Decimal("99.95") else 0
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _without_zero_k(digits: str, name: str) -> str:
    """Thousands drop an empty fraction (`3 k`); larger units keep it (`1.20 m`)."""
    return _trimmed(Decimal(digits.replace(",", ""))) if name == "k" else digits


def _trimmed(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Gridline:
    """A line across the drawing and the label that stands above it."""

    y: str
    label: str
    label_y: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Amounts to px: `highest` lies at `top`, `lowest` at `base`; steps are round numbers."""

    lowest: Decimal
    highest: Decimal
    step: Decimal
    top: float
    base: float

    def y(self, value: Decimal) -> float:
        """Where the amount lies, in px from the top of the drawing."""
        span = self.highest - self.lowest
        return self.base - float((value - self.lowest) / span) * (self.base - self.top)

    @property
    def gridlines(self) -> tuple[Gridline, ...]:
        """One per step, but none at zero (the base line) and none where there is nothing to measure."""
        if not self.step:
            return ()
        count = int((self.highest - self.lowest) / self.step)
        values = [self.lowest + self.step * n for n in range(count + 1)]
        return tuple(
            Gridline(px(self.y(v), crisp=True), short(v), px(self.y(v) - 3.5)) for v in values if v != 0
        )


def scale(lowest: Decimal, highest: Decimal, *, top: float, base: float) -> Scale:
    """A scale that shows zero, both ends and about four round steps (see NICE)."""
    lowest, highest = min(lowest, ZERO), max(highest, ZERO)
    if lowest == highest:
        return Scale(ZERO, Decimal(1), ZERO, top, base)
    wanted = (highest - lowest) / GRIDLINES
    power = Decimal(1).scaleb(wanted.adjusted())
    step = next(nice * power for nice in NICE if nice * power >= wanted)
    up = (highest / step).to_integral_value(ROUND_CEILING)
    down = (-lowest / step).to_integral_value(ROUND_CEILING)
    return Scale(-down * step, up * step, step, top, base)


def px(value: float, *, crisp: bool = False) -> str:
    """One decimal; `crisp` lines sit on half a pixel, so that they stay one pixel wide."""
    return f"{int(value) + 0.5:.1f}" if crisp else f"{value:.1f}"


def percent(value: float) -> str:
    return f"{value:.2f}%"
