"""What headers of exports say in English, German, French and Spanish, as plain words (see `words_of`).

The first phrase of a field is its plainest name: where two columns would do, the earlier phrase wins.
"""

from transactions.rules.fields import Field

PHRASES: dict[Field, str] = {
    Field.UNIQUE_ID: """
        unique id, transaction id, transaction number, transaction no, line id, order line id, row
        id, order id, order number, order no, invoice id, invoice number, invoice no, document
        number, document no, receipt no, receipt number, sale id, record id, external id, reference
        number, uuid, guid, id, buchungsnummer, belegnummer, beleg nr, belegnr, rechnungsnummer,
        rechnungsnr, rechnung nr, auftragsnummer, auftragsnr, bestellnummer, vorgangsnummer, id
        transaction, numero de transaction, numero de facture, n facture, no facture, numero
        facture, numero de commande, id transaccion, numero de transaccion, numero de factura, num
        factura, numero factura, numero de pedido, pedido no
    """,
    Field.ORIGINAL_ID: """
        original id, original transaction id, original transaction, original order id, original
        order, original order number, original invoice, original invoice no, original invoice
        number, refund of, refunded order, refunded invoice, credited invoice, parent transaction
        id, related invoice, originalrechnung, ursprungsrechnung, ursprungsbeleg,
        ursprungsbelegnummer, originalbeleg, storno zu, gutschrift zu, facture d origine, facture
        origine, commande d origine, factura original, factura rectificada, pedido original
    """,
    Field.DATE: """
        transaction date, sale date, sales date, date of sale, order date, invoice date, booking
        date, posting date, document date, close date, closed date, date, transaction time, order
        time, timestamp, created at, created, transaktionsdatum, verkaufsdatum, rechnungsdatum,
        belegdatum, buchungsdatum, auftragsdatum, bestelldatum, buchungstag, datum, date de
        transaction, date de vente, date de facture, date facture, date de facturation, date de
        commande, date commande, fecha de transaccion, fecha de venta, fecha venta, fecha de
        factura, fecha factura, fecha de pedido, fecha pedido, fecha
    """,
    Field.CLIENT: """
        client, client name, customer, customer name, account, account name, company, company name,
        buyer, buyer name, sold to, bill to, bill to name, end customer, client account, client id,
        customer id, customer no, customer number, customer code, account id, account number, kunde,
        kundenname, auftraggeber, firma, kundennummer, kundennr, kunden nr, debitor,
        debitorennummer, nom du client, nom client, raison sociale, societe, code client, numero
        client, cliente, nombre del cliente, nombre cliente, razon social, empresa, codigo cliente,
        codigo de cliente
    """,
    Field.OWNER: """
        owner, account manager, key account manager, kam, account owner, opportunity owner, deal
        owner, sales rep, sales representative, salesperson, sales person, sales agent, seller, sold
        by, rep, agent, verkaufer, vertriebsmitarbeiter, vertreter, betreuer, kundenbetreuer,
        bearbeiter, sachbearbeiter, vendeur, commercial, charge de compte, representant, vendedor,
        comercial, gestor, responsable, agente
    """,
    Field.PRODUCT: """
        product or service, product, service, sku, product code, product id, product number, product
        no, item code, item number, item no, item id, item, stock code, article number, article,
        part number, part no, material, product name, item name, artikelnummer, artikelnr, artikel
        nr, artikel, produkt, produktnummer, produktcode, materialnummer, leistung, reference
        produit, reference article, ref article, code article, code produit, produit, articulo,
        producto, codigo de producto, codigo producto, codigo articulo, servicio
    """,
    Field.QUANTITY: """
        order quantity, quantity, qty, order qty, quantity ordered, quantity sold, units sold,
        units, pieces, pcs, number of units, menge, anzahl, stuckzahl, stuck, bestellmenge,
        quantite, qte, quantite commandee, nombre d unites, unites, cantidad, cant, unidades, uds
    """,
    Field.PRICE_SOLD: """
        price sold, unit price sold, sales price, sale price, selling price, sold price, unit price,
        price per unit, price each, price unit, net price, price, verkaufspreis, vk preis, vk,
        einzelpreis, stuckpreis, preis pro stuck, nettopreis, preis, prix de vente, prix unitaire,
        pu ht, prix unitaire ht, prix, revenue per unit, unit revenue, precio de venta, precio
        venta, precio unitario, precio por unidad, precio
    """,
    Field.UNIT_COST: """
        unit cost, cost per unit, cost price, purchase price, buying price, cost each, unit cost
        price, landed cost, einkaufspreis, ek preis, ek, stuckkosten, selbstkosten, einstandspreis,
        herstellkosten, prix d achat, prix de revient, cout unitaire, pa ht, precio de coste, precio
        de costo, precio de compra, coste unitario, costo unitario
    """,
    Field.UNIT_PROFIT: """
        unit profit, profit per unit, unit margin, margin per unit, contribution per unit, gewinn
        pro stuck, stuckgewinn, deckungsbeitrag pro stuck, marge unitaire, profit unitaire, margen
        unitario, beneficio unitario
    """,
    Field.UNIT_TAX: """
        unit tax, tax per unit, vat per unit, steuer pro stuck, taxe unitaire, tva unitaire,
        impuesto unitario, iva unitario
    """,
    Field.REVENUE: """
        transaction revenue, revenue, net revenue, sales revenue, turnover, sales, net sales, sales
        amount, net amount, line total, line amount, total amount, order total, order value, invoice
        amount, invoice total, deal value, transaction amount, transaction value, amount, net total,
        total, subtotal, value, umsatz, nettoumsatz, umsatzerlos, erlos, nettobetrag,
        rechnungsbetrag, gesamtbetrag, gesamtpreis, gesamt, summe, nettowert, betrag, chiffre d
        affaires, chiffre affaires, ca ht, ca, revenu, montant ht, montant net, montant total, total
        ht, montant, ventes, ingresos, ventas, facturacion, importe neto, importe total, importe,
        base imponible, gross amount, gross revenue, gross sales, gross total, bruttobetrag,
        bruttoumsatz, brutto, montant ttc, montant brut, total ttc, importe bruto
    """,
    Field.PROFIT: """
        transaction profit, profit, gross profit, net profit, margin, gross margin, margin amount,
        earnings, contribution margin, gewinn, rohgewinn, ertrag, deckungsbeitrag, db, rohertrag,
        marge, marge brute, benefice, beneficio, margen, margen bruto, ganancia
    """,
    Field.TAX: """
        tax amount, taxes, tax, vat amount, vat, sales tax, gst, steuerbetrag, mwst betrag, mwst,
        ust, umsatzsteuer, mehrwertsteuer, steuer, montant tva, tva, taxe, montant taxe, importe
        iva, iva, impuesto, impuestos, cuota iva
    """,
    Field.TAX_PERCENT: """
        tax rate, tax percent, tax percentage, vat rate, vat percent, gst rate, steuersatz, mwst
        satz, ust satz, taux tva, taux de tva, taux taxe, tipo iva, tipo de iva, tasa iva,
        porcentaje iva
    """,
    Field.SCORE: """
        score, points, score points, punkte, punktzahl, score total, points total, puntos,
        puntuacion
    """,
    Field.CURRENCY: """
        currency, currency code, transaction currency, order currency, document currency, ccy, curr,
        wahrung, wahrungscode, belegwahrung, devise, monnaie, code devise, moneda, divisa, codigo
        moneda
    """,
    Field.TYPE: """
        transaction type, type, order type, document type, invoice type, sale type, record type,
        kind, category, transaktionstyp, vorgangsart, belegart, buchungsart, belegtyp, typ, art,
        type de transaction, type de document, type de piece, tipo de transaccion, tipo de
        documento, tipo
    """,
    Field.DESCRIPTION: """
        description, item description, product description, details, comment, comments, notes, note,
        memo, remarks, beschreibung, bezeichnung, artikelbezeichnung, produktbezeichnung,
        buchungstext, text, bemerkung, kommentar, libelle, designation, commentaire, remarque,
        descripcion, concepto, detalle, observaciones, comentario
    """,
}
# Headers that look like a field and are another thing: mapping them would give wrong figures.
NOT_MEANT: dict[str, str] = {
    "that is not the price that was paid": """
        list price, catalog price, catalogue price, recommended price, rrp, msrp, retail price,
        listenpreis, uvp, prix catalogue, prix public, precio de lista, precio de catalogo, precio
        lista
    """,
    "that may be the cost of one unit or of all": """
        cost, costs, total cost, cogs, cost of sales, kosten, gesamtkosten, wareneinsatz, cout, cout
        total, couts, coste, costo, coste total, costo total
    """,
    "that is a percentage, not an amount": """
        margin percent, margin rate, profit percent, profit margin percent, marge percent, taux de
        marge, margen percent, gross margin percent
    """,
    "that is not the day of the sale": """
        due date, delivery date, ship date, shipping date, shipped date, payment date, paid date,
        birth date, date of birth, expiry date, updated at, modified, modified date, last modified,
        falligkeitsdatum, lieferdatum, zahlungsdatum, geburtsdatum, date d echeance, date echeance,
        date de livraison, date de paiement, fecha de vencimiento, fecha vencimiento, fecha de
        entrega, fecha de pago
    """,
    "a discount is no revenue": """
        discount, discount amount, rabatt, remise, descuento
    """,
    "rates are the workspace's own": """
        exchange rate, fx rate, rate, wechselkurs, kurs, taux de change, tipo de cambio
    """,
}
# What a header says of the tax in its amounts, and how it calls the tax.
WITH_TAX = "gross, brutto, ttc, inkl, incl, including, inclusive, brut, bruto, incluido, incluidos"
WITHOUT_TAX = "net, netto, ht, exkl, excl, excluding, exclusive, neto, hors, sin, ohne, zzgl"
TAXES = "tax, taxes, vat, gst, mwst, ust, steuer, tva, taxe, iva, impuestos"
# Single words that name their field also behind others: "Online revenue", but not "Payment type".
STRONG = """
    date, datum, fecha, quantity, qty, menge, quantite, cantidad, revenue, umsatz, profit, gewinn, currency,
    wahrung, devise, moneda, product, produkt, produit, producto, sku, customer, client, kunde, cliente
"""
# How values of a transaction type begin.
TYPES = """
    sale, sales, refund, return, returns, credit, invoice, verkauf, gutschrift, storno, retoure, rechnung,
    vente, avoir, retour, remboursement, facture, venta, devolucion, abono, factura
"""
