"""Pictures and files of people, whatever they are about."""
