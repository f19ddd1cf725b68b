"""Cost savings: what became cheaper, and who confirmed it."""

from kamtrak.demo.phrases.family import Family

_CONFIRMED = (
    "Confirmed by their {controller} in the {month} cost report.",
    "The {sponsor} confirmed the figure by e-mail in {month}.",
    "Net of the one-time cost of the change, which the {controller} deducted.",
    "Their {controller} took it into the budget for {nextyear}.",
    "Our own cost: confirmed by {finance} from the ledger.",
    "Shared with the client; only our half is counted here, confirmed by {finance}.",
)

_WORK = Family(
    heads=(
        "{Cost} ended at {n} {sites}",
        "{Cost} made unnecessary by remote monitoring",
        "{Cost} down by {pct} % in {place}",
        "Three maintenance visits made into one at {n} {sites}",
        "Paper forms replaced by the portal in {place}",
        "Training moved from {place} to the web",
        "Energy use down by {pct} % after new set points in {place}",
        "Repairs turned into exchange units for {n} {sites}",
        "Inspection interval stretched from three to six months",
        "On-site support replaced by remote diagnostics in {place}",
    ),
    groups=(
        (
            *_CONFIRMED,
            "Measured over {weeks} weeks against the same weeks of last year; confirmed by the {controller}.",
            "Counted from the work orders of {n} {sites}; the {sponsor} signed the summary.",
            "Checked by their {controller} after the first full quarter.",
            "An idea of their technicians that I turned into a contract change; confirmed by the {sponsor}.",
        ),
    ),
)

_TERMS = Family(
    heads=(
        "Courier contract renegotiated for {place}",
        "Spare-part stock pooled across {n} {sites}",
        "Unused licences handed back after the {month} count",
        "Two supplier contracts merged into one for {n} {sites}",
        "Freight bundled: one delivery a week to {place}",
        "One invoice a month instead of {n}",
        "Rental units in {place} bought out",
        "Data plans of {n} {sites} moved to the group tariff",
    ),
    groups=(
        (
            *_CONFIRMED,
            "Same volume, new terms: the difference between the two invoices is the saving, says their "
            "{controller}.",
            "I negotiated the terms with the supplier; purchasing confirmed the new price list in {month}.",
            "Three offers compared with the {controller}; the change cost nobody a day of downtime.",
        ),
    ),
)

FAMILIES = (_WORK, _TERMS)
