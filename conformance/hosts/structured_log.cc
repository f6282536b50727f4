#include "conformance/hosts/structured_log.h"

#include <array>
#include <ctime>

#include "conformance/net/loop.h"
#include "sim/scenario/document.h"

namespace dp::hosts {
namespace {

std::string time_text(Micros wall_us) {
  const auto seconds = static_cast<std::time_t>(wall_us / kSecond);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> rest{};
  std::snprintf(rest.data(), rest.size(), ".%03dZ",
                static_cast<int>(wall_us % kSecond / kMillisecond));
  return std::string(text.data()) + rest.data();
}

}  // namespace

void StructuredLog::line(std::string_view event, const std::vector<std::string>& facts) const {
  if (out_ == nullptr) return;
  std::string text = "{\"time\":\"" + time_text(net::Loop::now().wall_us) +
                     "\",\"event\":" + sim::json_quoted(event) + ",\"facts\":[";
  for (std::size_t i = 0; i < facts.size(); ++i) {
    text += (i == 0 ? "" : ",") + sim::json_quoted(facts[i]);
  }
  text += "]}\n";
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
}

}  // namespace dp::hosts
