"""Weight and contrast of the design layer, measured."""

import re
from pathlib import Path

import brotli
import django_htmx
import pytest
from django.conf import settings

STATIC: Path = settings.BASE_DIR / "static"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
CSS = (STATIC / "kamtrak.css").read_text()
BUDGET = 130 * 1024
A_LARGE_PAGE = 30 * 1024  # compressed; a list of 50 contributions has about 8 KB


def tokens(theme: int) -> dict[str, str]:
    """Colour tokens of the light (0) or dark (1) theme: name → "#rrggbb"."""
    pairs = re.findall(r"--k-([\w-]+):\s*light-dark\((#\w{6}),\s*(#\w{6})\)", CSS)
    return {name: (light, dark)[theme] for name, light, dark in pairs}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_first_load_weighs_at_most_130_kb():
    packed = [STATIC / "kamtrak.css", STATIC / "vendor/tabler.css", STATIC / "kamtrak.js", HTMX]
    weight = sum(len(brotli.compress(path.read_bytes())) for path in packed)
    weight += (STATIC / "vendor/fonts/inter-latin-wght-normal.woff2").stat().st_size
    assert weight + A_LARGE_PAGE <= BUDGET


def test_our_script_stays_small():
    assert (STATIC / "kamtrak.js").stat().st_size <= 8 * 1024


GROUNDS = ["canvas", "surface", "raised", "sunken"]
TEXT_ON_GROUND = [
    (text, ground)
    for text in ["ink", "ink-2", "ink-3", "accent", "bad", "warn", "good"]
    for ground in GROUNDS
]
TEXT_ON_TINT = [
    ("accent", "accent-soft"),
    ("ink", "accent-soft"),
    ("bad", "bad-soft"),
    ("warn", "warn-soft"),
    ("ink", "bad-soft"),
    ("ink", "warn-soft"),
    ("on-accent", "accent-fill"),
    ("on-accent", "accent-fill-hover"),
    ("surface", "ink"),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND + TEXT_ON_TINT)
def test_text_reads_on_its_ground(theme, text, ground):
    colours = tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("mark", ["control", "c1", "c2", "c3", "c4"])
def test_borders_of_fields_and_columns_of_charts_stand_out(theme, mark):
    colours = tokens(theme)
    assert contrast(colours[mark], colours["surface"]) >= 3


def test_the_colours_of_the_pdf_are_those_of_the_light_page():
    printed = (settings.BASE_DIR / "templates/components/chart_columns_print.html").read_text()
    for token, css in [
        ("c1", "k-s1"),
        ("c2", "k-s2"),
        ("c3", "k-s3"),
        ("c4", "k-s4"),
        ("sunken", "k-sel-bg"),
    ]:
        assert f".{css}{{fill:{tokens(0)[token]}}}" in printed


def test_no_colour_is_written_outside_the_tokens():
    rules = CSS[CSS.index("/* ---------- Base") :]
    allowed = {"#fff", "#ccc"}  # behind a QR code; hairlines on paper
    loose = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"light-dark\([^)]*\)\)?", "", rules))) - allowed
    assert loose == set()
