"""How the tables of a ledger came about, step by step; run by Alembic."""
