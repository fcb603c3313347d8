"""Open data: every data set as a page, as files and as JSON, and the catalogue of them all."""
