"""Direct revenue: what the client bought, and what the account manager did to close it."""

from kamtrak.demo.phrases.family import Family

_HOW = (
    "I proposed it at the quarterly review and took it to signature with the {sponsor}.",
    "The {sponsor} signed after a day at our {other} reference, which I had set up.",
    "Won against two other bidders on response times; no discount beyond the list.",
    "Three rounds with procurement; payment terms came down from 60 to 30 days in the same contract.",
    "Part of the account plan for {year}; the {sponsor} released the budget in {month}.",
    "The business case that I wrote with their {controller} pays back in {months} months.",
    "Came out of the incident review: the {sponsor} asked for it after {pain}.",
    "Closed without a tender, as a call-off from the frame contract that I renegotiated.",
    "Signed by the {sponsor} and the procurement committee in one sitting.",
    "The earlier offer had been refused on price; split into {k} phases it fitted their budget.",
    "Offer out on a Monday, signed on the Friday: the {sponsor} and I had written the specification.",
    "I brought our service lead to {place} twice; the {sponsor} signed on the second visit.",
)

_ORDER = Family(
    heads=(
        "{Product}, {wave} wave of {n} {sites}",
        "{Product} for {n} more {sites} around {place}",
        "{Product} in {place}: pilot turned into a {years}-year order",
        "{Product} with {module} for the {place} {site}",
        "Replacement of {age}-year-old equipment at {n} {sites}",
        "{Product} extended from {place} to {other}",
        "{Product}, installation included, at {n} {sites}",
        "New {site} in {place}: {product} and commissioning",
        "{Product}: one order for {place} and {other}",
        "{Product}, phase {k} of the {place} programme",
        "Frame agreement for spare parts, {place} and {other}",
    ),
    groups=(
        (
            *_HOW,
            "Bought instead of a competitor’s trial, after a comparison on their own data.",
            "The order covers delivery, installation and {years} years of service.",
            "I ran the requirement workshops in {place} and wrote the offer; delivery starts in {nextmonth}.",
        ),
    ),
)

_SERVICE = Family(
    heads=(
        "{Module} added at {n} {sites}",
        "{Module} switched on across the {place} region",
        "{Product}: service level raised from silver to gold",
        "{Product}, uplift of {pct} % at renewal",
        "Licences topped up for {n} {sites}",
        "Managed service taken over for {n} {sites}",
        "On-call support booked for the {season} peak",
        "{Product}: data licence for the {place} planning team",
        "Training and {module} for {n} {sites}",
    ),
    groups=(
        (
            *_HOW,
            "Found in the usage report: {m} of {n} {sites} ran over their plan, and the {sponsor} preferred "
            "the larger one to a surcharge.",
            "Asked for by the people on site, once the first {m} {sites} had shown {pct} % fewer call-outs.",
            "Offered as a {k}-month trial; the {sponsor} kept it after the first report.",
        ),
    ),
)

FAMILIES = (_ORDER, _ORDER, _SERVICE)
