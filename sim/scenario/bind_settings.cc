// The settings of a scenario: which field of a configuration each name sets.
#include <fmt/format.h>

#include <map>

#include "sim/scenario/binder.h"
#include "sim/scenario/suggestion.h"

namespace dp::sim {
namespace {

using Server = server::Config;
using Client = client::Config;

template <class Config>
struct Field {
  std::string_view name;
  std::size_t Config::* count = nullptr;
  Micros Config::* duration = nullptr;
};

constexpr Field<Server> kServerFields[] = {
    {"MAX_DRAFT_CHARS", &Server::max_draft_chars, nullptr},
    {"max_preview_chars", &Server::max_preview_chars, nullptr},
    {"max_message_chars", &Server::max_message_chars, nullptr},
    {"max_chats_per_account", &Server::max_chats_per_account, nullptr},
    {"max_changes_per_replay", &Server::max_changes_per_replay, nullptr},
    {"max_connections_per_account", &Server::max_connections_per_account, nullptr},
    {"max_outbound_bytes", &Server::max_outbound_bytes, nullptr},
    {"initial_sync_page", &Server::initial_sync_page, nullptr},
    {"persistence_window", nullptr, &Server::persistence_window_us},
    {"persistence_retry", nullptr, &Server::persistence_retry_us},
    {"tombstone_life", nullptr, &Server::unsealed_tombstone_life_us},
    {"idle_timeout", nullptr, &Server::idle_timeout_us},
};
constexpr Field<Client> kClientFields[] = {
    {"debounce", nullptr, &Client::debounce_us},
    {"preview_cache", nullptr, &Client::preview_cache_us},
    {"receipt_timeout", nullptr, &Client::receipt_timeout_us},
    {"reconnect_min", nullptr, &Client::reconnect_min_us},
    {"reconnect_max", nullptr, &Client::reconnect_max_us},
    {"ping_interval", nullptr, &Client::ping_interval_us},
    {"pong_timeout", nullptr, &Client::pong_timeout_us},
    {"outbox_changes_max", &Client::outbox_changes_max, nullptr},
    {"archive_entries_max", &Client::archive_entries_max, nullptr},
    {"replay_changes_max", &Client::replay_changes_max, nullptr},
};

template <class Config, std::size_t N>
void set_field(const Field<Config> (&fields)[N], std::string_view name, std::int64_t number,
               Config& config) {
  for (const Field<Config>& field : fields) {
    if (field.name != name) continue;
    if (field.count != nullptr) config.*field.count = static_cast<std::size_t>(number);
    if (field.duration != nullptr) config.*field.duration = number;
  }
}

}  // namespace

void Binder::bind_settings(const Value& value) {
  static constexpr std::string_view keys[] = {"server", "client"};
  if (!expect_kind(value, Value::Kind::object, "\"settings\"")) return;
  check_keys(value, keys, "\"settings\"");
  for (const auto& [key, who] : {std::pair{"server", Who::server}, {"client", Who::device}}) {
    const Value* side = value.find(key);
    if (side == nullptr) continue;
    if (!expect_kind(*side, Value::Kind::object, fmt::format("\"{}\"", key))) continue;
    bind_side_settings(*side, who, client_settings_);
  }
}

void Binder::bind_side_settings(const Value& value, Who who, client::Config& client) {
  std::vector<std::string_view> names;
  for (const SettingSpec& spec : settings()) {
    if (spec.who == who) names.push_back(spec.name);
  }
  check_keys(value, names, who == Who::server ? "the server's settings" : "a client's settings");
  for (const Member& member : value.members) {
    const SettingSpec* spec = find_setting(who, member.key);
    if (spec == nullptr) continue;
    const auto number = spec->kind == ArgumentKind::duration
                            ? read_duration(member.value, member.key, false)
                            : read_number(member.value, member.key, 1);
    if (!number) continue;
    if (who == Who::device) {
      set_field(kClientFields, member.key, *number, client);
      continue;
    }
    if (member.key == "DRAFT_PERSISTENCE_TTL_SECONDS") {
      if (*number > 3'650 * 86'400) {
        problem(member.value.at, "DRAFT_PERSISTENCE_TTL_SECONDS is longer than 3650 days");
        continue;
      }
      scenario_.world.server.draft_ttl_us = *number * kSecond;
    } else if (member.key == "MAX_DRAFT_CHARS") {
      scenario_.world.server.max_draft_chars = static_cast<std::size_t>(*number);
      client.max_draft_chars = static_cast<std::size_t>(*number);
    } else if (member.key == "persistence_window") {
      scenario_.world.server.persistence_window_us = *number;
      client.persistence_window_us = *number;
    } else {
      set_field(kServerFields, member.key, *number, scenario_.world.server);
    }
  }
}

}  // namespace dp::sim
