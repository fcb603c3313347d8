"""What a procedure costs here: the province's own fees, reductions, and the calculator over both."""
