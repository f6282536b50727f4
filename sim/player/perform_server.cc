// The server program, its cache, database and jobs.
#include "sim/player/handlers.h"

namespace dp::sim {
namespace {

std::string done(bool happened, std::string_view why) {
  return happened ? "" : std::string(why);
}

std::string crash(Stage& stage, const Action& action) {
  if (!stage.world().server_running()) return "it is not running";
  if (action.find("after_effects") != nullptr) {
    const std::int64_t effects = action.number("after_effects", 0);
    stage.world().crash_server_after_effects(static_cast<std::uint32_t>(effects));
    return "";
  }
  return done(stage.world().crash_server(), "it is not running");
}

std::string start(Stage& stage, const Action&) {
  return done(stage.world().start_server(), "it is already running");
}

std::string restart(Stage& stage, const Action& action) {
  std::string why = crash(stage, action);
  return why.empty() ? start(stage, action) : why;
}

std::string stop(Stage& stage, const Action&) {
  return done(stage.world().stop_server(), "it is not running");
}

std::string evict(Stage& stage, const Action& action) {
  const std::size_t chat = *action.index("chat");
  if (!stage.chat_id(chat)) return "the chat has not begun yet";
  stage.world().evict(stage.slot_key(chat), action.flag("record", true),
                      action.flag("counter", true));
  return "";
}

std::string hollow(Stage& stage, const Action& action) {
  const std::size_t chat = *action.index("chat");
  if (!stage.chat_id(chat)) return "the chat has not begun yet";
  stage.world().hollow(stage.slot_key(chat));
  return "";
}

template <bool available>
std::string set_cache(Stage& stage, const Action&) {
  stage.world().set_cache_available(available);
  return "";
}

std::string database_down(Stage& stage, const Action&) {
  stage.world().set_database_available(false);
  return "";
}

std::string database_mute(Stage& stage, const Action&) {
  stage.world().set_database_answers(false);
  return "";
}

std::string database_up(Stage& stage, const Action&) {
  stage.world().set_database_available(true);
  stage.world().set_database_answers(true);
  return "";
}

std::string database_slow(Stage& stage, const Action& action) {
  const Micros delay_us = action.number("delay", 0);
  stage.world().set_database_latency(delay_us, delay_us);
  return "";
}

std::string hold_jobs(Stage& stage, const Action&) {
  stage.world().hold_jobs(true);
  return "";
}

std::string release_jobs(Stage& stage, const Action& action) {
  if (action.text("order", "fifo") == "reversed") stage.world().reverse_held_jobs();
  stage.world().hold_jobs(false);
  return "";
}

std::string drop_jobs(Stage& stage, const Action&) {
  stage.world().lose_held_jobs();
  return "";
}

std::string duplicate_jobs(Stage& stage, const Action& action) {
  stage.world().duplicate_jobs(action.flag("twice", true));
  return "";
}

std::string backup(Stage& stage, const Action&) {
  stage.world().backup_database();
  return "";
}

std::string restore_backup(Stage& stage, const Action&) {
  return done(stage.world().restore_backup(), "there is no backup");
}

std::string jump_clock(Stage& stage, const Action& action) {
  stage.world().jump_server_wall(action.number("by", 0));
  return "";
}

std::string start_counting(Stage& stage, const Action&) {
  stage.tally().start_counting(kServerNode);
  return "";
}

}  // namespace

const std::vector<ServerVerb>& server_verbs() {
  static const std::vector<ServerVerb> verbs{
      {"crash", crash},
      {"start", start},
      {"restart", restart},
      {"stop", stop},
      {"evict", evict},
      {"hollow", hollow},
      {"cache_down", set_cache<false>},
      {"cache_up", set_cache<true>},
      {"database_down", database_down},
      {"database_mute", database_mute},
      {"database_up", database_up},
      {"database_slow", database_slow},
      {"hold_jobs", hold_jobs},
      {"release_jobs", release_jobs},
      {"drop_jobs", drop_jobs},
      {"duplicate_jobs", duplicate_jobs},
      {"backup", backup},
      {"restore_backup", restore_backup},
      {"jump_clock", jump_clock},
      {"start_counting", start_counting},
  };
  return verbs;
}

}  // namespace dp::sim
