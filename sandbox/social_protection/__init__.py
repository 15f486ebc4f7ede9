"""Social protection: allowances, behind a security server of X-Road."""
