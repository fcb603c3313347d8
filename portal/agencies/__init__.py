"""Agencies: who answers for what, and who stands above them."""
