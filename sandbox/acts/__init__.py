"""What the bodies that can be told to do something have in common: a ledger, faults, an address."""
