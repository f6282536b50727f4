"""The client half in Python: keys, envelopes, payloads, merge; for checking vectors."""
