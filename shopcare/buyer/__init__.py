"""The buyers' own pages, behind the signed links of their letters."""
