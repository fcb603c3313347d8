"""Feedback of people: it reaches the responsible agency, and comes back answered."""
