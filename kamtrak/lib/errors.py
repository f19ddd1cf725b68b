"""What a service answers when it will not do what it was asked."""


class Refused(Exception):
    """A request that the rules do not allow; the message is for the person who asked.

    `field` names the input that has to change, where there is one.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field = message, field


class Stale(Refused):
    """Somebody else changed the same thing meanwhile; nothing was written."""
