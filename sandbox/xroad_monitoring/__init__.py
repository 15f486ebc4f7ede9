"""A security server that is asked for its operational monitoring data (X-Road, PR-OPMON)."""
