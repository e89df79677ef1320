"""Ten thousand stacks on paper: what the measured figures and AWS's published limits come to. `make scale` writes docs/scale.md."""
