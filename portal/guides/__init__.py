"""Guides: our plain-language pages over the official records; service guides, life events and how-to articles."""
