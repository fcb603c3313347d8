"""Links that lead out of the portal: whether their pages are still there."""
