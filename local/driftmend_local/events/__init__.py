"""Events from calls and schedules to whoever listens."""
