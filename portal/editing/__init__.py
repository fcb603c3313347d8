"""How guides are written, checked by a second person, and published."""
