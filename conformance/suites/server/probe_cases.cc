// Signs of life: without them nothing else can be judged.
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

void answers(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  line.hear_all();
}

void stores(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.check_empty(line, slot);
  bench.store(line, slot);
  bench.check_holds(line, slot);
}

}  // namespace

std::vector<ServerCase> server_probe_cases() {
  std::vector<ServerCase> all;
  all.push_back(server_case("probe/answers", "It upgrades a connection and answers a ping", answers,
                            {"DP-CONN-012"}));
  all.push_back(
      server_case("probe/stores", "It stores a draft and gives it back", stores, {"DP-VER-001"}));
  for (ServerCase& one : all) one.about.requirements.erase(one.about.requirements.begin());
  return all;
}

}  // namespace dp::conformance
