"""Sets the business up: reps, teams, rules, sources and contacts are made, changed and retired here, one noun a file.

Each operation is one transaction. `values` holds the fields that were given, under the names of the API and as plain
JSON; what is left out stays as it is. Raises Invalid, NotFound or Conflict, and has then changed nothing.
"""
