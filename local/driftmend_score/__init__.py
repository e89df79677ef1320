"""The scoring sheet: case files played on the local AWS, and what became of each."""
