"""The business register: companies, licences, tax registrations; REST."""
