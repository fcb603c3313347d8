"""The staff: people, roles, sessions, second factor, invitations."""
