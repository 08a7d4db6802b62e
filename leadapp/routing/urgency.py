def urgent_words(text: str) -> tuple[str, ...]: return ()
