"""The only package that names every domain."""

from portal.wiring.commands import register_commands
from portal.wiring.serving import register

__all__ = ["register", "register_commands"]
