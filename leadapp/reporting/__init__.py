"""Reports: facts in, figures out. Touches nothing; docs/reports.md says what each figure means."""
