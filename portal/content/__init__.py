"""All content as files, out and in again: a province keeps it in git, shares it, or moves with it."""
