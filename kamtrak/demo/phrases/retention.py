"""Retention value: why the account was at risk, and what kept it. One family per kind of risk."""

from kamtrak.demo.phrases.family import Family

_KEPT = (
    "Price held in exchange for a term of {years} years.",
    "Our managing director and theirs agreed the terms that I had prepared.",
    "Kept by putting training for {m} {sites} into the renewal.",
    "The comparison that I asked for showed {weeks} weeks of downtime for a change of supplier.",
)

_SERVICE = Family(
    heads=(
        "Notice withdrawn after the recovery plan",
        "Escalation closed, {years}-year renewal signed",
        "At-risk renewal kept after the service review",
        "Recovery plan for {place} accepted; notice withdrawn",
        "Service credits agreed, contract continued",
        "Renewal signed two months early, after an escalation",
        "Termination clause removed at the {month} review",
        "{Product} kept at {n} {sites} after an escalation",
    ),
    groups=(
        (
            "At risk after {pain}.",
            "At risk: the notice was already written, over {pain}.",
            "At risk since their last satisfaction score, {k} of 10.",
            "At risk because the promised start of {module} was {weeks} weeks late.",
            "At risk: {m} of {n} {sites} had already asked another supplier for an offer.",
            "At risk after late answers to {n} tickets in one month.",
        ),
        (
            *_KEPT,
            "Kept by a plan with weekly calls, which the {sponsor} signed off in {month}.",
            "Kept with a named engineer in {place} and response times in the contract.",
            "I went through every open ticket with the {sponsor}; the last was closed in {weeks} weeks.",
            "The {sponsor} agreed once our service lead had shown the cause and the fix in person.",
        ),
    ),
)

_PRICE = Family(
    heads=(
        "Renewal kept after the pricing review",
        "Tender stopped: {product} stays for {years} years",
        "Scope cut avoided at {n} {sites}",
        "Support level kept after the budget freeze",
        "{Product} kept against a cheaper offer",
        "Renewal at risk, extended to {nextmonth}",
    ),
    groups=(
        (
            "At risk: a competitor had offered {pct} % less for the same scope.",
            "At risk since their budget for {year} had been cut by {pct} %.",
            "At risk after three wrong invoices and a disputed credit note.",
            "At risk: usage had fallen by {pct} % over two quarters.",
            "At risk because procurement had put every supplier out to tender.",
        ),
        (
            *_KEPT,
            "Moved to the smaller plan for one year, with the old price back after it.",
            "I found them a saving of the same size elsewhere in the contract.",
            "A joint review of the figures showed {pct} % fewer failures than before us.",
            "Two visits to {place} and a corrected run of invoices settled it.",
        ),
    ),
)

_CHANGE = Family(
    heads=(
        "{Place} contract kept through the change of owner",
        "Migration to a competitor called off in {place}",
        "Contract for {n} {sites} kept through the merger",
        "{Product} kept against an in-house alternative",
        "Contract continued under the new {sponsor}",
    ),
    groups=(
        (
            "At risk because head office wanted one supplier for the whole group.",
            "At risk because our contact of six years had left and nobody knew the contract.",
            "At risk: the new owner uses another system everywhere else.",
            "At risk since their own developers had shown a first version.",
            "At risk: the new {sponsor} had worked with a competitor for years.",
        ),
        (
            *_KEPT,
            "I introduced us anew, with the figures of {years} years, within a week of the change.",
            "A workshop in {place} showed what would have to be rebuilt; the {sponsor} decided for us.",
            "Kept as the second source, with a review in {nextmonth}.",
        ),
    ),
)

FAMILIES = (_SERVICE, _SERVICE, _PRICE, _CHANGE)
