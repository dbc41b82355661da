"""The rim towards the queue: what must happen afterwards."""
