"""How the database got to where it is, one revision after the other. `db.migrate` runs them."""
