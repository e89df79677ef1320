"""The exercise that started it all, played on the local AWS: what is broken, why, and what makes it work."""
