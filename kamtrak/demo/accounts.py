"""The client accounts of the demo, all of them invented."""

from dataclasses import dataclass

from kamtrak.demo import people, sectors
from kamtrak.demo.people import Person
from kamtrak.demo.sectors import Sector


@dataclass(frozen=True)
class Account:
    """A client: in which currency it pays, where it is, how large it is (1 is usual), who looks after it."""

    name: str
    sector: Sector
    currency: str
    places: tuple[str, ...]
    manager: Person
    size: float = 1.0
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Twin:
    """A second name under which an account was logged for a while, until the two were merged."""

    name: str
    survivor: str
    reason: str


_NORTH = ("Rotterdam", "Gothenburg", "Gdansk", "Hamburg")
_ITALY = ("Parma", "Verona", "Bari", "Turin")
_UK = ("Leeds", "Bristol", "Glasgow", "Norwich")
_JAPAN = ("Osaka", "Kobe", "Nagoya", "Sendai")
_CANADA = ("Montreal", "Halifax", "Winnipeg", "Calgary")
_AUSTRALIA = ("Perth", "Adelaide", "Brisbane", "Darwin")
_EAST = ("Boston", "Baltimore", "Albany", "Richmond")
_LAKES = ("Chicago", "Milwaukee", "Toledo", "Duluth")
_WEST = ("Portland", "Sacramento", "Boise", "Tucson")
_ALPS = ("Munich", "Graz", "Zurich", "Ulm")
_IBERIA = ("Lisbon", "Porto", "Vigo", "Seville")

DEMO_ACCOUNTS = (
    Account(
        "Nordhavn Logistics",
        sectors.LOGISTICS,
        "USD",
        _NORTH,
        people.MAREN,
        1.3,
        ("Nordhavn", "Nordhavn Logistics A/S"),
    ),
    Account("Aurelia Foods", sectors.FOOD, "EUR", _ITALY, people.MAREN, 1.4, ("Aurelia",)),
    Account("Halcyon Hotels", sectors.HOTELS, "EUR", _IBERIA, people.MAREN),
    Account("Fjellstad Kommune", sectors.PUBLIC, "EUR", ("Fjellstad", "Nordby", "Vik"), people.MAREN, 0.6),
    Account("Brightwater Energy", sectors.ENERGY, "EUR", _NORTH, people.MAREN, 1.1),
    Account("Kestrel Aerospace", sectors.AEROSPACE, "USD", _WEST, people.MAREN, 1.5, ("Kestrel",)),
    Account("Castellan Bank", sectors.BANK, "GBP", _UK, people.TOM, 1.3, ("Castellan Bank plc",)),
    Account("Tessera Insurance", sectors.INSURANCE, "GBP", _UK, people.TOM, 1.1),
    Account("Penrose Publishing", sectors.BOOKS, "GBP", _UK, people.TOM, 0.6),
    Account("Ironbridge Steelworks", sectors.FACTORY, "GBP", _UK, people.TOM, 1.2),
    Account("Thistledown Care Homes", sectors.HOMES, "GBP", _UK, people.TOM, 0.7),
    Account("Meridian Health", sectors.HEALTH, "USD", _EAST, people.INES, 1.6, ("Meridian Health Partners",)),
    Account("Lindenhof Klinikum", sectors.HEALTH, "EUR", _ALPS, people.INES, 0.9),
    Account("Vantmeer Chemicals", sectors.FACTORY, "EUR", _NORTH, people.INES, 1.3),
    Account("Montclar Cosmetics", sectors.FACTORY, "EUR", ("Lyon", "Grasse", "Lille"), people.INES),
    Account("Porto Azul Shipping", sectors.SHIPPING, "EUR", _IBERIA, people.INES, 1.1),
    Account("Zonnestraal Energie", sectors.ENERGY, "EUR", ("Utrecht", "Breda", "Zwolle"), people.INES, 0.8),
    Account(
        "Sakura Retail Group",
        sectors.RETAIL,
        "JPY",
        _JAPAN,
        people.YUKI,
        1.5,
        ("Sakura Retail", "さくらリテール"),
    ),
    Account("Orion Telecom", sectors.TELECOM, "JPY", _JAPAN, people.YUKI, 1.3),
    Account("Hoshizora Electronics", sectors.FACTORY, "JPY", _JAPAN, people.YUKI, 1.2),
    Account("Minato Marine", sectors.SHIPPING, "JPY", ("Yokohama", "Kobe", "Hakata"), people.YUKI, 0.9),
    Account("Kitayama Pharma", sectors.PHARMA, "JPY", ("Toyama", "Kyoto", "Sapporo"), people.YUKI, 1.0),
    Account("Pinecrest Grocers", sectors.RETAIL, "USD", _LAKES, people.MARCUS, 1.2),
    Account("Copperfield Rail", sectors.RAIL, "USD", _LAKES, people.MARCUS, 1.3),
    Account("Redwater Breweries", sectors.DRINKS, "USD", _WEST, people.MARCUS, 0.7),
    Account("Lakeshore Medical Supply", sectors.HEALTH, "USD", _LAKES, people.MARCUS, 0.8),
    Account("Silverlake Data Centers", sectors.DATA, "USD", _WEST, people.MARCUS, 1.6),
    Account("Laurentide Paper", sectors.FACTORY, "CAD", _CANADA, people.CHLOE, 1.1),
    Account("Maplegate Credit Union", sectors.BANK, "CAD", _CANADA, people.CHLOE, 0.8),
    Account("Saint-Ours Dairy", sectors.FOOD, "CAD", ("Sherbrooke", "Gatineau", "Moncton"), people.CHLOE),
    Account("Northfork Utilities", sectors.ENERGY, "CAD", _CANADA, people.CHLOE, 1.2),
    Account("Fundy Shellfish", sectors.FOOD, "CAD", ("Saint John", "Yarmouth", "Digby"), people.CHLOE, 0.5),
    Account("Bayline Ferries", sectors.SHIPPING, "USD", _EAST, people.CHLOE, 0.9),
    Account("Harborview School District", sectors.SCHOOLS, "USD", _EAST, people.CHLOE, 0.7),
    Account(
        "Cinder Peak Mining",
        sectors.MINING,
        "AUD",
        ("Kalgoorlie", "Port Hedland", "Mount Isa"),
        people.DANIEL,
        1.6,
        ("Cinder Peak", "CPM"),
    ),
    Account("Coral Bay Freightways", sectors.LOGISTICS, "AUD", _AUSTRALIA, people.DANIEL),
    Account("Bluewren Airlines", sectors.AIRLINE, "AUD", _AUSTRALIA, people.DANIEL, 1.3),
    Account(
        "Wattle Creek Wines", sectors.DRINKS, "AUD", ("Barossa", "Mildura", "Hobart"), people.DANIEL, 0.6
    ),
    Account("Redgum Homes", sectors.HOMES, "AUD", _AUSTRALIA, people.DANIEL, 0.8),
    Account("Prairie Gold Mills", sectors.FOOD, "USD", _LAKES, people.DANIEL, 0.9),
)

DEMO_TWIN = Twin(
    "Aurelia Food Group",
    "Aurelia Foods",
    "Same company and same contract party since its reorganisation.",
)

LARKFIELD_ACCOUNTS = (
    Account("Tyneside Cold Stores", sectors.LOGISTICS, "GBP", _UK, people.OLIVER, 1.2),
    Account("Gullane Distillers", sectors.DRINKS, "GBP", _UK, people.OLIVER, 0.8, ("Gullane",)),
    Account("Quayside Hotels", sectors.HOTELS, "GBP", _UK, people.OLIVER),
    Account("Marchmont Estates", sectors.HOMES, "GBP", _UK, people.TOM, 1.1),
    Account("Cathcart Rail Services", sectors.RAIL, "GBP", _UK, people.TOM, 1.3),
    Account("Vosges Laiterie", sectors.FOOD, "EUR", ("Nancy", "Metz", "Colmar"), people.TOM),
    Account("Brecon Water", sectors.ENERGY, "GBP", ("Swansea", "Newport", "Brecon"), people.SIAN, 1.2),
    Account("Celtica Insurance", sectors.INSURANCE, "GBP", ("Cardiff", "Wrexham", "Bath"), people.SIAN),
    Account("Ardmore Clinics", sectors.HEALTH, "EUR", ("Cork", "Galway", "Limerick"), people.SIAN, 1.1),
    Account("Liffey Data Halls", sectors.DATA, "EUR", ("Dublin", "Athlone"), people.SIAN, 1.4),
    Account("Strathmore Grid", sectors.ENERGY, "GBP", ("Perth", "Dundee", "Inverness"), people.CALLUM, 1.3),
    Account(
        "Hebridean Ferries", sectors.SHIPPING, "GBP", ("Oban", "Mallaig", "Ullapool"), people.CALLUM, 0.8
    ),
    Account("Pacific Ridge Stores", sectors.RETAIL, "USD", _WEST, people.CALLUM),
    Account("Al Noor Desalination", sectors.ENERGY, "USD", ("Kuwait City", "Shuwaikh"), people.CALLUM, 1.2),
)

LARKFIELD_TWIN = Twin(
    "Ardmore Clinic Group",
    "Ardmore Clinics",
    "Entered twice when the Irish accounts were taken over.",
)
