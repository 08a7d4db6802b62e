"""The machine's illnesses: how they are judged and how they are said. Pure; reading and telling are elsewhere."""
