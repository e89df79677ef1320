"""Lambda: functions in real JVMs, and whatever calls them."""
