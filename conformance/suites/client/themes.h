// The cases by theme, one file each; suite.cc puts them together.
#pragma once

#include <string>
#include <vector>

#include "conformance/suites/client/client_case.h"

namespace dp::conformance {

std::vector<ClientCase> probe_cases();
std::vector<ClientCase> saving_cases();
std::vector<ClientCase> durability_cases();
std::vector<ClientCase> store_cases();
std::vector<ClientCase> editor_cases();
std::vector<ClientCase> list_cases();
std::vector<ClientCase> connection_cases();
std::vector<ClientCase> wire_cases();
std::vector<ClientCase> outbox_cases();
std::vector<ClientCase> order_cases();
std::vector<ClientCase> merge_cases();
std::vector<ClientCase> hostile_cases();
std::vector<ClientCase> sealing_cases();
std::vector<ClientCase> interleaving_cases();
std::vector<ClientCase> patience_cases();
std::vector<ClientCase> memory_cases();
std::vector<ClientCase> replacement_cases();

// "DP-SAVE-001/at-1200" is judged against DP-SAVE-001, and against `also`.
inline ClientCase client_case(std::string id, std::string title, std::function<void(Stage&)> play,
                              std::vector<std::string> also = {},
                              std::vector<std::string> needs = {}) {
  ClientCase out;
  out.about.requirements = {id.substr(0, id.find('/'))};
  for (std::string& one : also) out.about.requirements.push_back(std::move(one));
  out.about.id = std::move(id);
  out.about.title = std::move(title);
  out.about.level = "L3";
  out.about.needs = std::move(needs);
  out.play = std::move(play);
  return out;
}

}  // namespace dp::conformance
