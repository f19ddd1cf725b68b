"""What must not happen on any page: console errors, content policy violations, failed requests."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

# A refused form answers 422: that is its contract, and Chromium reports it like a failure.
REFUSED = 422
LEFT = "net::ERR_ABORTED"  # the browser's own doing: a download, or a page that was left while it asked


class Watch:
    """Listens to all pages of a browser context."""

    def __init__(self, context: BrowserContext) -> None:
        self.problems: list[str] = []
        self.deliberate = {REFUSED}  # statuses of error that the test asks for
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)

    def _heard(self, message: ConsoleMessage) -> None:
        # Statuses are judged where they arrive; violations of the content policy are heard here.
        if message.type in ("error", "warning") and "the server responded with a status" not in message.text:
            self.problems.append(f"console at {message.page.url if message.page else '?'}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.deliberate:
            self.problems.append(f"{response.status} {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.problems.append(f"{request.failure}: {request.method} {request.url}")
