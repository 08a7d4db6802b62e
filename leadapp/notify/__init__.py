"""Messages out: the outbox leases, sends and records; each transport is one file."""
