"""Work that takes longer than a page: done in a process of its own, its outcome in `job_runs`."""
