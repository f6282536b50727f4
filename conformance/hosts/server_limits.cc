#include "conformance/hosts/server_limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <vector>

#include "sim/scenario/suggestion.h"

namespace dp::hosts {
namespace {

using server::Config;

struct Setting {
  std::string_view name;
  std::int64_t min;
  std::int64_t max;
  bool in_environment;
  void (*apply)(Config&, std::int64_t);
  std::string_view meaning;
};

constexpr std::int64_t kMegabyte = 1 << 20;

std::size_t size(std::int64_t value) {
  return static_cast<std::size_t>(value);
}

constexpr std::array<Setting, 13> kSettings = {{
    {"DRAFT_PERSISTENCE_TTL_SECONDS", 1, 31'536'000, true,
     [](Config& config, std::int64_t value) { config.draft_ttl_us = value * kSecond; },
     "life of a record in the cache"},
    // A deletion is padded to 4 KiB: below its 5,664 characters no draft could be deleted.
    {"MAX_DRAFT_CHARS", 5'664, kMegabyte, true,
     [](Config& config, std::int64_t value) { config.max_draft_chars = size(value); },
     "longest draft, in base64 characters of its ciphertext"},
    {"max_preview_chars", 900, kMegabyte, false,
     [](Config& config, std::int64_t value) { config.max_preview_chars = size(value); },
     "longest preview"},
    {"max_message_chars", 1'000, kMegabyte, false,
     [](Config& config, std::int64_t value) { config.max_message_chars = size(value); },
     "longest message"},
    {"max_frame_bytes", 4'096, 16 * kMegabyte, false,
     [](Config& config, std::int64_t value) { config.wire.frame_bytes_max = size(value); },
     "longest frame"},
    {"max_chats_per_account", 1, 1'000'000, false,
     [](Config& config, std::int64_t value) { config.max_chats_per_account = size(value); },
     "chats an account may have"},
    {"max_changes_per_replay", 1, 10'000, false,
     [](Config& config, std::int64_t value) { config.max_changes_per_replay = size(value); },
     "changes in one sync_offline_changes"},
    {"max_connections_per_account", 1, 10'000, false,
     [](Config& config, std::int64_t value) { config.max_connections_per_account = size(value); },
     "connections an account may have at one time"},
    {"max_outbound_bytes", 65'536, 256 * kMegabyte, false,
     [](Config& config, std::int64_t value) { config.max_outbound_bytes = size(value); },
     "what may wait for a slow reader"},
    {"initial_sync_page", 1, 1'000, false,
     [](Config& config, std::int64_t value) { config.initial_sync_page = size(value); },
     "chats in one initial_sync_response"},
    {"persistence_window_ms", 100, 86'400'000, false,
     [](Config& config, std::int64_t value) {
       config.persistence_window_us = value * kMillisecond;
     },
     "W: how long an acknowledged change may live in memory only"},
    {"persistence_retry_ms", 10, 3'600'000, false,
     [](Config& config, std::int64_t value) { config.persistence_retry_us = value * kMillisecond; },
     "pause before a failed job is tried again"},
    {"idle_timeout_ms", 100, 86'400'000, false,
     [](Config& config, std::int64_t value) { config.idle_timeout_us = value * kMillisecond; },
     "silence after which a connection is closed"},
}};

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string range_of(const Setting& setting) {
  return "a whole number from " + std::to_string(setting.min) + " to " +
         std::to_string(setting.max);
}

std::string place_of(const std::string& file, const sim::Value& value) {
  return file + ":" + std::to_string(value.at.line) + ":" + std::to_string(value.at.column) + ": ";
}

}  // namespace

Result<Config> server_config(const std::string& profile_file,
                             const std::map<std::string, sim::Value>& limits,
                             const ReadEnvironment& environment) {
  Config config;
  std::vector<std::string_view> names;
  for (const Setting& setting : kSettings) names.push_back(setting.name);
  for (const auto& [name, value] : limits) {
    if (std::ranges::find(names, name) != names.end()) continue;
    return fail(Fault::caller, "bad_setting",
                place_of(profile_file, value) + "unknown limit \"" + name + "\"" +
                    sim::suggestion(name, names));
  }
  for (const Setting& setting : kSettings) {
    std::optional<std::int64_t> number;
    std::string where;
    if (const auto found = limits.find(std::string(setting.name)); found != limits.end()) {
      where = place_of(profile_file, found->second);
      const bool is_number = found->second.is(sim::Value::Kind::integer);
      number = is_number ? found->second.integer : setting.min - 1;
    }
    if (setting.in_environment) {
      if (const auto text = environment(std::string(setting.name))) {
        where.clear();
        number = whole_number(*text).value_or(setting.min - 1);
      }
    }
    if (!number) continue;
    if (*number < setting.min || *number > setting.max) {
      return fail(Fault::caller, "bad_setting",
                  where + std::string(setting.name) + " must be " + range_of(setting));
    }
    setting.apply(config, *number);
  }
  return config;
}

std::string describe_server_limits() {
  std::string text;
  for (const Setting& setting : kSettings) {
    text += "  " + std::string(setting.name) + ", " + range_of(setting) + ": " +
            std::string(setting.meaning) + "\n";
  }
  return text;
}

}  // namespace dp::hosts
