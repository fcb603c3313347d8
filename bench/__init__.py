"""The speed and size that we claim, as ratios taken in one run (`make bench`)."""
