# Rooms outside core, in the order of the arrows: sim may use core, conformance may use sim, and cli
# may use all of them.
