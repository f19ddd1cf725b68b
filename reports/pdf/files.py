"""What a document may load: the stylesheet and the fonts that come with the product, and nothing else."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# A name that no resolver knows: addresses below it are files of the package.
BASE = "https://documents.invalid/"
STYLE = "document.css"
FONTS = (
    "vendor/fonts/inter-latin-wght-normal.woff2",
    "vendor/fonts/inter-latin-ext-wght-normal.woff2",
)
_TYPES = {STYLE: "text/css", **dict.fromkeys(FONTS, "font/woff2")}


def packaged(name: str) -> Path:
    return Path(settings.BASE_DIR) / "static" / name


class PackagedFiles(URLFetcher):
    """Serves the packaged files by name. No network, no file: addresses, no data: addresses."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        name = parts.path.removeprefix("/")
        if f"{parts.scheme}://{parts.netloc}/" != BASE or name not in _TYPES:
            raise ValueError("documents load packaged files only")
        try:
            body = packaged(name).read_bytes()
        except OSError as problem:
            raise FatalURLFetchingError(f"{name} is missing from the installation") from problem
        return URLFetcherResponse(url, body, {"Content-Type": _TYPES[name]})
