"""One call of an API: understood, judged, answered, and what every part of the local AWS asks of it."""
