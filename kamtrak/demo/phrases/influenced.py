"""Influenced revenue: the account manager's part, and who closed it."""

from kamtrak.demo.phrases.family import Family

FAMILIES = (
    Family(
        heads=(
            "Group tender with the new-business team",
            "Reference visit in {place} that opened the group tender",
            "{Product} at a sister company, introduced by me",
            "Roadmap workshops ahead of the {nextyear} framework",
            "Introduced a partner for {module} to the {sponsor}",
            "{Product} pilot in {place} handed to new business",
            "Joint planning with the {place} team",
            "Board presentation for the {nextyear} investment round",
            "Requirements shaped for the {place} programme",
            "{Product} at the parent company: reference and contacts",
            "Security review passed for the enterprise deal",
            "Executive sponsor brought in for the {product} tender",
            "Cross-sell of {module} through the services team",
            "Data room and site tours for the {place} bid",
            "Framework extended to {n} {sites} of an affiliate",
            "Renewal strategy agreed in {place}, signed by the regional team",
        ),
        groups=(
            (
                "My part: decision makers mapped and the {sponsor} won as a sponsor. Closed by {closer}.",
                "I prepared the figures and the reference call; {closer} negotiated and signed.",
                "The lead came from my review with the {sponsor}; {closer} carried it from offer to order.",
                "I wrote the chapters on service and transition, {pct} points of the score. "
                "Closed by {closer}.",
                "Two workshops in {place}, run by me, fixed the scope; {closer} closed {weeks} weeks later.",
                "I kept the {sponsor} on our side while the tender was open; {closer} closed.",
                "I demonstrated it on the data of {n} {sites} that I look after. Signed with {closer}.",
                "I opened the door to the affiliate’s {sponsor}; offer and signature by {closer}.",
                "A reference call that I arranged in {other} was named in the award letter. "
                "Closed by {closer}.",
                "My share was agreed with both managers; closed by {closer}.",
                "I answered the technical questionnaire and hosted the audit; {closer} signed.",
                "The {sponsor} asked for me in the steering group; {closer} owned the commercial side.",
            ),
        ),
    ),
)
