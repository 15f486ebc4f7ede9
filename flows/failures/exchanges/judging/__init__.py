"""What the counts say of each service: rules without a database, and the queries beside them."""
