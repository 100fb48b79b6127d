"""Operations on the books: invoices, payments, matches, VAT, closing of years."""
