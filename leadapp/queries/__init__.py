"""The read side: small frozen rows for pages, and the shapes the API gives out."""
