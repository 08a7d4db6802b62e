"""The processes of one family, and what keeps them alive."""
