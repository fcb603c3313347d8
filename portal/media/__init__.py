"""Pictures that the portal draws itself: the previews that messengers and search engines show of a page."""
