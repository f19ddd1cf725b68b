"""Achievements as people tell them: situation, action, result; one set per revenue type, some of none."""

from dataclasses import dataclass

from contributions.rules import RevenueType


@dataclass(frozen=True)
class Tales:
    """Titles, situations, actions and results that can be told in any combination."""

    titles: tuple[str, ...]
    situations: tuple[str, ...]
    actions: tuple[str, ...]
    results: tuple[str, ...]
    skills: tuple[str, ...]


TALES = {
    RevenueType.DIRECT: Tales(
        titles=(
            "Grew {client} from one pilot to {n} {sites}",
            "Opened the {place} programme at {client}",
            "A whole region of {client}, without a tender",
            "Rebuilt the account plan of {client}",
        ),
        situations=(
            "{client} had used us in a single place for {years} years and saw us as a supplier of parts.",
            "The {sponsor} of {client} wanted to modernise {n} {sites} and had no budget before {nextmonth}.",
            "{client} bought the same service from three suppliers, and nobody there had the whole picture.",
            "Our share at {client} had been flat for two years, although their own network grew.",
        ),
        actions=(
            "I found out who decides on what, met {n} people within {weeks} weeks and wrote an account plan "
            "together with the {sponsor}.",
            "I calculated the business case with their {controller}, set up a day at a reference in {other} "
            "and split the offer into {k} phases.",
            "I ran a workshop in {place}, turned the findings into a specification and led the offer from "
            "the first draft to the signature.",
            "I had the first {site} measured for {weeks} weeks and presented the figures to the board, "
            "together with the people who worked there.",
        ),
        results=(
            "Signed for {amount}. Three of the four targets of the plan were reached within the year.",
            "The order came to {amount}, and the next phase stands in their budget.",
            "{amount} without a tender. The business case counts on {months} months until it has paid back.",
            "{client} signed for {amount}; the {sponsor} has spoken at our customer day since.",
        ),
        skills=("Account planning", "Value selling", "Negotiation", "Business case", "Solution design"),
    ),
    RevenueType.INFLUENCED: Tales(
        titles=(
            "Opened the door for new business at {client}",
            "Made {client} a reference that sells",
            "One plan for {client} across four teams",
            "Steered the {place} tender from the inside",
        ),
        situations=(
            "New business had tried for two years to reach the parent company of {client}.",
            "A tender that began at {client} was about to be written around a competitor’s product.",
            "Four of our teams talked to {client}, each with an offer of its own.",
            "The {sponsor} of {client} liked the product, but nobody beyond {place} knew it.",
        ),
        actions=(
            "I introduced the {sponsor} to our board, prepared a day in {place} and wrote the chapters on "
            "service and transition.",
            "I brought product, channel and new business to one table and had one offer made of four.",
            "I collected {years} years of figures from {n} {sites}, and the {sponsor} presented them in our "
            "stead.",
            "I answered {n} rounds of questions, hosted the audit and kept the {sponsor} informed each week.",
        ),
        results=(
            "The deal was closed by {closer}; my share was agreed before the offer went out. It is worth "
            "{amount} as a whole.",
            "{closer} signed for {amount}, and the award letter names the reference.",
            "{amount} in a deal that would not have been offered to us. Closed by {closer}.",
            "Signed with {closer} for {amount}; the pattern was used for two more tenders.",
        ),
        skills=("Stakeholder mapping", "Team selling", "Presenting", "Tender work", "Cross-selling"),
    ),
    RevenueType.SAVINGS: Tales(
        titles=(
            "Took cost out of the service for {client}",
            "Fewer visits, the same service at {client}",
            "A leaner contract for {client}",
            "Cleared up {years} years of side agreements with {client}",
        ),
        situations=(
            "{client} paid for visits that nobody needed, and we lost money on every one of them.",
            "The {sponsor} of {client} had to save {pct} % within a year and asked all suppliers for ideas.",
            "Spare parts for {n} {sites} of {client} lay in four places, and the right one was never near.",
            "Every {site} of {client} had terms of its own; the invoices took two people a week each month.",
        ),
        actions=(
            "I went through the work orders of {months} months with their technicians and proposed what "
            "could go.",
            "I compared the contracts line by line with the {controller} and negotiated one for all {sites}.",
            "I tried remote diagnostics at {k} {sites} for {weeks} weeks and had the result counted by their "
            "{controller}.",
            "I brought our planners and theirs together in {place}; the new schedule was drawn up in a day.",
        ),
        results=(
            "{amount} saved, confirmed by their {controller}.",
            "The saving of {amount} stands in their budget, and the contract was prolonged.",
            "{amount} less cost, and {pct} % fewer interruptions on site.",
            "Confirmed at {amount}; the same change is now made for another client.",
        ),
        skills=("Process improvement", "Contract analysis", "Negotiation", "Cost control", "Facilitation"),
    ),
    RevenueType.RETENTION: Tales(
        titles=(
            "Turned {client} from notice to renewal",
            "Won back the trust of {client}",
            "Calmed the escalation at {client}",
            "Kept {client} through a change at the top",
        ),
        situations=(
            "After {pain}, {client} had a notice on the table. {amount} were at stake.",
            "{client} had put our contract out to tender, and the {sponsor} no longer answered calls. "
            "{amount} were at stake.",
            "The satisfaction score of {client} had fallen to {k} of 10 within a year; the renewal, worth "
            "{amount}, was due in {months} weeks.",
            "A new {sponsor} at {client} favoured a competitor from earlier years. {amount} were up for "
            "renewal.",
        ),
        actions=(
            "I asked for one month, listed the open points with the people on site and reported each Friday "
            "what had been done. Our service lead came along to {place} twice.",
            "I brought the figures of {years} years to one table with the {sponsor}: failures, response "
            "times, invoices. Then I agreed a plan with dates and names, and kept to it.",
            "I went to {place} and listened before offering anything. Out of {n} complaints we made {k} "
            "promises with dates, and I checked each of them myself.",
            "I put together a small team from service, finance and product, and wrote a recovery plan of one "
            "page that the {sponsor} could show to the board.",
        ),
        results=(
            "The renewal was signed: {amount} kept.",
            "The notice was withdrawn, and the contract of {amount} continues.",
            "{client} stayed, with {amount}, and has served as a reference since.",
            "{amount} kept. The plan became the pattern for two other accounts.",
        ),
        skills=("Escalation handling", "Negotiation", "Service recovery", "Listening", "Executive briefing"),
    ),
}

# Of no client: told once each, by one person.
LIFE = (
    (
        "Brought two new colleagues up to speed",
        "Two account managers joined in the same month, without a handover of their accounts.",
        "I shared my account plans, took both along to a review each and answered questions every Thursday.",
        "Both logged their first deals within eight weeks.",
        ("Mentoring", "Account planning"),
    ),
    (
        "Wrote the guide to quarterly reviews",
        "Each of us prepared client reviews in another way, mostly in the night before.",
        "I collected the best eight, made one outline of them and tried it with three clients.",
        "The whole team uses it; preparing a review takes two hours instead of six.",
        ("Facilitation", "Writing"),
    ),
    (
        "Spoke at the regional customer day",
        "Clients met our product people once a year and heard slides.",
        "I had two clients tell their own figures and led the discussion with 120 guests.",
        "Four requests for a site visit on the same day.",
        ("Presenting", "Networking"),
    ),
    (
        "Negotiation training passed with distinction",
        "Larger renewals go through procurement departments with trained negotiators.",
        "I took the twelve-week course beside my work and brought each exercise to a real case.",
        "Certified; the method was used in five renewals since.",
        ("Negotiation",),
    ),
    (
        "Cleaned up the contact list of the region",
        "A third of the contacts on record had left their firms.",
        "I checked 640 entries in six weeks, with the help of the service desk.",
        "Returned mail fell from 31 % to 4 %, and escalations reach the right person.",
        ("Data care", "Persistence"),
    ),
    (
        "Started the lost-deal reviews",
        "Nobody knew why we had lost, beyond the price.",
        "I called nine former prospects, asked without defending, and wrote down what they said.",
        "Two weaknesses of the offer were repaired; one of the nine has come back.",
        ("Listening", "Process improvement"),
    ),
    (
        "Covered a colleague’s accounts for three months",
        "A colleague fell ill in the middle of the renewal season.",
        "I took over six accounts beside my own and agreed with each client what could wait.",
        "All six renewals were signed in time.",
        ("Planning", "Teamwork"),
    ),
    (
        "Learned to read energy figures",
        "Clients asked for savings in kilowatt-hours, and we answered in euros.",
        "I spent ten evenings with our engineers and wrote a page that explains the conversion.",
        "The page is attached to every offer for energy controls.",
        ("Energy management", "Writing"),
    ),
    (
        "Organised the service day in spring",
        "Technicians and account managers met only when something was broken.",
        "I planned a day with joint visits to three clients and a review in the evening.",
        "Eleven ideas for fewer call-outs, four of them in use.",
        ("Teamwork", "Facilitation"),
    ),
    (
        "Set up the account-plan library",
        "Plans lay on private drives and were lost when somebody left.",
        "I agreed one form with all account managers and moved 38 plans in a month.",
        "New colleagues find a plan for every account on their first day.",
        ("Account planning", "Knowledge sharing"),
    ),
    (
        "Took our terms through a plain-language review",
        "Clients called about the same three clauses again and again.",
        "I rewrote them with the legal department and tested them with four clients.",
        "Questions about the clauses have fallen to one or two a month.",
        ("Writing", "Contract analysis"),
    ),
)
