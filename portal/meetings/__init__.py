"""Meetings of the province over its figures: screens, sets that were frozen, and the monthly report."""
