"""An independent, plain and slow statement of rules 5 and 6, written from the rules alone.

It imports nothing of the product: its whole worth is that it cannot share a mistake with it. Everything
exact is a `Fraction`, everything rounded or printed a `Decimal`, and a blank is None: never 0.

Where the rules leave room, this is how they are read here (a difference with the product on one of these
points is a question about the rule before it is a bug):

1.  Tiers are read cell by cell: revenue; then quantity; then price; then product. Text that cannot be read
    is a row error only in a cell that this reading comes to (5.3). So with revenue and quantity blank, a
    price "TBD" is a warning on a row that cannot be derived.
2.  Tiers 2 and 3, a row that waits for its catalog entry, and one that no tier derives "fell past" their
    mapped blank columns (5.2).
3.  Tier 1 disagrees with quantity × price when the two differ after rounding to the row's currency, signs
    as in the file, before taxes and before a refund is turned (5.6).
4.  A row has one currency (5.7): of its column; else of the code or symbol in the amount at hand; else of
    the heading of that column; else of a code or symbol in another amount of the row (revenue, price, then
    the rest); else of the file.
5.  An unknown code is a row error also in tier 3, where the figure does not need it, but not on a row that
    is declared "not revenue", which needs nothing but its date and type (5.7, 5.13). Column and symbol in
    conflict are an error of the amount, whose cell is shown with it.
6.  A refund that is positive is turned as a figure, after the tiers; a positive quantity or Transaction
    Profit of a turned row is turned for its profit too (5.13). An Original ID that names no known sale: own
    date, and a warning. A blank type is a sale; a value that nobody declared is a row error.
7.  Tax and revenue are both taken from the exact gross figure and each rounded once, so that on a tie the
    two can exceed the gross by one minor unit (5.9). A gross figure of 0 holds no tax, whatever is absent.
8.  Profit is decided apart from revenue: a row whose revenue is unknown may have a profit (Transaction
    Profit), and one with revenue may lack it (5.8). A matched term that needs an unknown revenue is
    unknown; it falls no further. Where nothing derives the revenue and there is no quantity either, nothing
    in the catalog would give a profit: it is absent, and nothing is asked for.
9.  A row without a rate keeps its amount in its own currency, but is unknown and in no total, also not in
    the subtotal of its currency (6.6).
10. The entry in force is the newest one that has begun; if it lacks the value, older ones are not asked
    (5.10).
11. An own rate's end date is the last day that it holds. Own legs cross through EUR with own legs,
    published with published (6.4, 6.7). Published legs are of one day, the newest within the limit on which
    both were published: a rate that there was. Own legs may have begun on different days; the older is shown.
12. `reached` is the newest day of any published rate; with an own rate a day is provisional until it has
    ended.
13. Edits by hand are whole rows as saved, not single changed cells (5.18). An import that meets an edit
    which it may overwrite counts as an update even if it repeats what was imported before.
14. Counts of an import: created, updated, unchanged (also "seen before"), skipped (an edit by hand that may
    not be overwritten); bad rows stand apart (5.14). A blank Unique ID is a row error.
15. "Replaces between two dates" includes both dates and looks at the date that counts now (5.14).
16. A date must have the stated order of its column, also one that starts with the year; years have four
    digits (5.16). A column whose readable values fit no single order, or no single decimal mark, is asked.
17. Thousands come in threes, with one kind of separator; anything else is unreadable.
18. Where profit is measured its cells are needed too: an unreadable one that the reading comes to is a
    row error (5.3, 5.8).
"""
