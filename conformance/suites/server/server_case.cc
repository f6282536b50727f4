#include "conformance/suites/server/server_case.h"

#include <utility>

namespace dp::conformance {

ServerCase server_case(std::string id, std::string title, std::function<void(Bench&)> play,
                       std::vector<std::string> also) {
  ServerCase out;
  out.about.requirements = {id.substr(0, id.find('/'))};
  for (std::string& one : also) out.about.requirements.push_back(std::move(one));
  out.about.id = std::move(id);
  out.about.title = std::move(title);
  out.about.level = "S1";
  out.play = std::move(play);
  return out;
}

ServerCase ServerCase::with(SubjectLimits wanted) && {
  limits = std::move(wanted);
  return std::move(*this);
}

ServerCase ServerCase::alone() && {
  own = true;
  about.level = "S2";
  about.needs = {"program"};
  return std::move(*this);
}

}  // namespace dp::conformance
