"""Short links to our own pages: what they lead to, how they are shown (QR, poster, text), and what is counted."""
