// Ctrl-C: the first one asks, the second one ends the program as if nobody listened.
#pragma once

namespace dp::cli {

void listen_for_interrupt();  // SIGINT and SIGTERM
bool interrupted();           // from any thread

}  // namespace dp::cli
