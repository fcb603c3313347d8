"""Legal documents: what fees, reductions, records and guides rest on, and whether each still holds."""
