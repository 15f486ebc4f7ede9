"""What is said of findings and alerts in the reader's language.

Sentences are written in English, once, where they arise, and kept as they were written: they are
the record. Whoever reads them in another language gets them by their template; see `sentences`.
"""
