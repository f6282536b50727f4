# Rooms outside core, in the order of the arrows. sim may use core, conformance may use sim, cli all.
