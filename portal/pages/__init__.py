"""Pages that span domains: home, search, browsing, the standing texts, what machines read."""
