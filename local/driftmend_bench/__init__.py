"""`make bench`: what ships, measured beside what others would write, over HTTPS and in one run."""
