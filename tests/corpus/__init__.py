"""Files as people's systems export them, each with the answers a person gives and what must come of it,
typed by hand.

Every case lives in one workspace (`case.WORKSPACE`): US dollars, own rates only (1 EUR = 1.10, 1 GBP =
1.25, 1 JPY = 0.0067 USD since 2020), `$ € £ ¥` as symbols, product W at 19.99 since 2020, taxes stay in,
time in Berlin. `build.write_all(folder)` writes the files; test_corpus proves the expectations against the
oracle.

Where the rules leave room, this is what is expected here (`may_refuse` marks cases where refusing the file
is as good):

1.  A line without any filled cell is no row. A line of a text file with fewer cells than the header, or one
    with more *filled* cells, is a bad row ("ragged"): it may have been cut off, and nobody can say which cell
    belongs where. A workbook leaves blank cells out, so there a short row is sound.
2.  A quote that never closes swallows the rest of the file: the file is refused with the line, or the row is
    a bad one and the others are read; a good import may not come of it silently.
3.  A file without data rows is refused ("no rows"), one without anything too ("empty").
4.  A bare number in a workbook's date column is its day number, in the workbook's own system (1900 or 1904).
5.  A formula counts as the value stored with it; without one it is blank.
6.  What a file is, its content says, not its name.
7.  A workbook with several sheets that hold cells is asked which one; an empty sheet beside it is not worth
    asking.
8.  `Expected.good` counts every row without an error, also those whose revenue is unknown.
9.  A client's name over 200 characters, or a description over 5,000, is a bad row ("too long").
"""
