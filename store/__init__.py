"""What is kept: tables, the feed stamp, the outbox."""
