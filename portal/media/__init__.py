"""Pictures that the portal draws itself, and pictures and files of people, whatever they are about."""
