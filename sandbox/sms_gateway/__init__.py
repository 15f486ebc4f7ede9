"""The SMS gateway: REST, idempotent by key."""
