"""Official records of administrative procedures: imported, versioned, shown with their source and as-of date."""
