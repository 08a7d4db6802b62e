"""What must be fast, measured on real processes, each figure beside its limit and its floor."""
