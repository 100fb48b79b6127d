"""What is done in the books: invoices, payments, matches, VAT, closing of years."""
