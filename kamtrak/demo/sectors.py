"""The trades of the demo's clients: what is sold to them, who decides there and what goes wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sector:
    """The words of one trade. `pains` follow "after", `costs` begin a sentence."""

    site: str
    sites: str
    products: tuple[str, ...]
    modules: tuple[str, ...]
    sponsors: tuple[str, ...]
    pains: tuple[str, ...]
    costs: tuple[str, ...]


LOGISTICS = Sector(
    "depot",
    "depots",
    ("Visibility platform", "Yard telematics", "Cold-chain monitoring"),
    ("customs clearance", "dock scheduling", "carrier scorecards"),
    ("head of operations", "logistics director", "fleet manager"),
    ("two outages during the night shift", "late alerts on refrigerated loads"),
    ("Paper temperature logs", "Night-time call-outs", "Rented standby generators"),
)
FOOD = Sector(
    "plant",
    "plants",
    ("Cold-chain rollout", "Line monitoring", "Batch tracing"),
    ("allergen checks", "shelf-life forecasts", "recall drills"),
    ("plant director", "head of quality", "supply chain director"),
    ("a failed cold-store alarm in the summer", "gaps in the batch records before an audit"),
    ("Manual fridge rounds", "Write-offs after warm deliveries", "Weekend overtime"),
)
BANK = Sector(
    "branch",
    "branches",
    ("Branch hardware refresh", "Cash-point monitoring", "Energy controls"),
    ("cash forecasting", "visitor counting", "out-of-hours alerts"),
    ("head of property", "chief operating officer", "head of branch network"),
    ("cash points that stood empty over a bank holiday", "three missed service windows"),
    ("Courier runs for cassettes", "Duplicate data lines", "Evening guard rounds"),
)
RETAIL = Sector(
    "store",
    "stores",
    ("Store sensors", "Refrigeration monitoring", "Shelf-edge network"),
    ("queue alerts", "energy reports", "planogram checks"),
    ("head of store operations", "chief information officer", "regional director"),
    ("a price-label failure on a Saturday", "four refrigerator failures in one week"),
    ("Manual price labels", "Night deliveries", "Write-offs from failed freezers"),
)
HEALTH = Sector(
    "clinic",
    "clinics",
    ("Device tracking", "Vaccine fridge monitoring", "Theatre climate monitoring"),
    ("sterile-goods tracing", "nurse-call reports", "calibration records"),
    ("chief nursing officer", "head of estates", "procurement director"),
    ("a lost infusion pump and a formal complaint", "an alarm that reached nobody on a Sunday"),
    ("Rental of missing devices", "Paper fridge charts", "Emergency calibrations"),
)
HOTELS = Sector(
    "property",
    "properties",
    ("Energy dashboard", "Guest-room controls", "Leak detection"),
    ("minibar sensors", "pool monitoring", "housekeeping boards"),
    ("director of engineering", "chief operating officer", "cluster manager"),
    ("a weekend without room controls in high season", "two water leaks that went unreported"),
    ("Heating of empty rooms", "Laundry runs", "Weekend call-outs"),
)
INSURANCE = Sector(
    "office",
    "offices",
    ("Claims-fleet telematics", "Property risk sensors", "Visitor management"),
    ("driver scoring", "storm alerts", "loss-adjuster app"),
    ("head of claims", "underwriting director", "head of facilities"),
    ("wrong driver scores in a renewal round", "sensor data that came a day late"),
    ("External loss inspections", "Hire cars during repairs", "Paper claim files"),
)
ENERGY = Sector(
    "substation",
    "substations",
    ("Substation monitoring", "Meter data hub", "Crew dispatch"),
    ("transformer health", "vegetation alerts", "outage maps"),
    ("grid director", "head of maintenance", "network planning lead"),
    ("a storm night with the dispatch screens down", "false trips that cost a crew's weekend"),
    ("Separate maintenance visits", "Helicopter inspections", "Standby crews"),
)
AEROSPACE = Sector(
    "hangar",
    "hangars",
    ("Spare-parts tracking", "Tool-crib control", "Test-cell monitoring"),
    ("torque records", "shelf-life tracking", "foreign-object checks"),
    ("vice president of maintenance", "quality director", "head of materials"),
    ("a tool count that did not match for two days", "parts released without their papers"),
    ("Express freight for parts", "Repeated stock counts", "Expired sealants"),
)
TELECOM = Sector(
    "mast",
    "masts",
    ("Mast monitoring", "Power backup service", "Field-crew app"),
    ("battery forecasts", "intrusion alarms", "fuel tracking"),
    ("network director", "head of field service", "programme manager"),
    ("six dead batteries in one snowfall", "alarms that flooded the control room"),
    ("Second visits of field crews", "Diesel for standby power", "Helicopter lifts"),
)
PUBLIC = Sector(
    "municipal building",
    "municipal buildings",
    ("Building controls", "Road-weather stations", "Permit portal"),
    ("snow-plough routes", "room booking", "air-quality reports"),
    ("technical director", "head of procurement", "deputy mayor"),
    ("a school without heating on a Monday", "a portal that was down on election day"),
    ("Paper permits", "Night heating of empty halls", "Salt spread on dry roads"),
)
RAIL = Sector(
    "station",
    "stations",
    ("Platform sensors", "Point-heater monitoring", "Rolling-stock telematics"),
    ("lift alarms", "crowd counting", "bearing temperatures"),
    ("head of infrastructure", "fleet director", "head of stations"),
    ("frozen points during the morning peak", "lifts that stood for a week"),
    ("Track walks for inspection", "Replacement buses", "Hourly lift checks"),
)
DRINKS = Sector(
    "brewery",
    "breweries",
    ("Fermentation monitoring", "Keg tracking", "Line monitoring"),
    ("yeast records", "cleaning cycles", "draught quality"),
    ("head brewer", "operations director", "head of distribution"),
    ("a spoiled batch that no alarm had shown", "kegs missing at the start of summer"),
    ("Lost kegs", "Double cleaning runs", "Night-shift tank checks"),
)
SHIPPING = Sector(
    "terminal",
    "terminals",
    ("Reefer monitoring", "Berth planning", "Crane telemetry"),
    ("gate booking", "lashing checks", "fuel reports"),
    ("terminal director", "fleet superintendent", "head of port operations"),
    ("eleven reefers without power for a night", "a berth plan that contradicted the tide tables"),
    ("Demurrage on late boxes", "Manual reefer rounds", "Idle tugs"),
)
MINING = Sector(
    "mine",
    "mines",
    ("Haul-truck telematics", "Conveyor monitoring", "Dust monitoring"),
    ("tyre pressures", "blast-zone clearance", "water balance"),
    ("general manager", "maintenance superintendent", "head of safety"),
    ("a conveyor fire that started unseen", "trucks without positions for two shifts"),
    ("Unplanned conveyor stops", "Fly-in technicians", "Tyre write-offs"),
)
AIRLINE = Sector(
    "airport base",
    "airport bases",
    ("Ground-equipment tracking", "Catering cold chain", "Turnaround board"),
    ("de-icing records", "wheelchair tracking", "fuel-truck dispatch"),
    ("director of ground operations", "head of catering", "turnaround manager"),
    ("late departures blamed on missing equipment", "a board that froze in a storm"),
    ("Hired ground equipment", "Delay compensation", "Discarded meals"),
)
FACTORY = Sector(
    "factory",
    "factories",
    ("Predictive maintenance", "Energy metering", "Line monitoring"),
    ("vibration analysis", "compressed-air audits", "shift reports"),
    ("production director", "head of maintenance", "plant controller"),
    ("a bearing failure that no warning preceded", "a month of wrong energy figures"),
    ("Unplanned line stops", "Compressed-air leaks", "Saturday maintenance shifts"),
)
PHARMA = Sector(
    "laboratory",
    "laboratories",
    ("Cold-room monitoring", "Batch release records", "Stability-chamber service"),
    ("audit trails", "sample tracking", "humidity mapping"),
    ("head of quality assurance", "site director", "validation lead"),
    ("an audit finding about missing temperatures", "a chamber that drifted over a weekend"),
    ("Repeated validations", "Discarded samples", "Courier samples"),
)
BOOKS = Sector(
    "warehouse",
    "warehouses",
    ("Warehouse tracking", "Conveyor monitoring", "Energy metering"),
    ("returns desk", "pick-path planning", "pallet scales"),
    ("distribution director", "head of fulfilment", "operations manager"),
    ("a week of wrong pallets before the holidays", "returns that nobody could find"),
    ("Agency staff at peak", "Double handling of returns", "Express reprints"),
)
HOMES = Sector(
    "estate",
    "estates",
    ("Leak detection", "Heating controls", "Lift monitoring"),
    ("damp alerts", "meter reading", "fire-door checks"),
    ("asset director", "head of repairs", "resident services lead"),
    ("a cold week without heating controls", "damp reports that led to a court case"),
    ("Emergency plumbers", "Manual meter readings", "Repeated repair visits"),
)
SCHOOLS = Sector(
    "school",
    "schools",
    ("Air-quality monitoring", "Building controls", "Access control"),
    ("timetabled heating", "bus arrivals", "visitor badges"),
    ("facilities director", "superintendent", "head of safety"),
    ("doors that locked pupils out in the rain", "a broken boiler found by the caretaker"),
    ("Weekend heating", "Caretaker overtime", "Replacement keys"),
)
DATA = Sector(
    "data hall",
    "data halls",
    ("Cooling telemetry", "Power metering", "Rack access"),
    ("hot-aisle maps", "capacity forecasts", "generator tests"),
    ("head of critical facilities", "chief technology officer", "site manager"),
    ("a cooling alarm that came 20 minutes late", "a meter fault in the billing month"),
    ("Overcooling at night", "Hired chillers", "Manual rack audits"),
)
