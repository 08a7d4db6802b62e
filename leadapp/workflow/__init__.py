"""Acts: one domain operation a function, one transaction each. Loads facts, asks routing, applies the answer."""
