"""What a good batch looks like: one Great Expectations suite per dataset, each rule with a code."""
