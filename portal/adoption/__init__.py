"""Adoption statistics: indicators, what was reported of them, and what pages may say of it."""
