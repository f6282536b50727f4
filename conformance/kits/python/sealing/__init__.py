"""The client half in Python: keys, envelopes, payloads, merge; it checks vectors and serves nothing."""
