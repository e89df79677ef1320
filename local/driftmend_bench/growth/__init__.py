"""What an event costs as stacks, groups, accounts and bursts grow: the deployed functions on generated answers of AWS. `make bench-growth`."""
