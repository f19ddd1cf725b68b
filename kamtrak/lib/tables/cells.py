"""A cell whose meaning is not open: the workbook itself says that it is a number."""


class NumberCell(str):
    """A number of a workbook, written plainly (`-1234.5`): no decimal mark has to be decided for it."""

    __slots__ = ()
