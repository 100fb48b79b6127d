"""The demo: loads a company, builds its books, lets time pass, and does both again."""
