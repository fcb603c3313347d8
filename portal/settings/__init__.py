"""What an admin of the portal enters about it: the working days, and who stands behind the portal."""
