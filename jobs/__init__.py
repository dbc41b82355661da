"""The rim for background work: outbox rows, carried by RQ, done here."""
