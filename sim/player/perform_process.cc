// Processes, stores and clocks of devices.
#include <fmt/format.h>

#include "sim/player/handlers.h"

namespace dp::sim {
namespace {

std::string done(bool happened, std::string_view why) {
  return happened ? "" : std::string(why);
}

std::string power_on(Stage& stage, DeviceId device, const Action&) {
  return done(stage.world().power_on(device), "it is already on");
}

std::string power_off(Stage& stage, DeviceId device, const Action&) {
  stage.forget_composer(device);
  return done(stage.world().set_power(device, PowerState::off), "it is already off");
}

std::string crash(Stage& stage, DeviceId device, const Action& action) {
  if (stage.world().power(device) == PowerState::off) return "it is off";
  if (action.find("after_effects") != nullptr) {
    const std::int64_t effects = action.number("after_effects", 0);
    stage.world().crash_after_effects(device, static_cast<std::uint32_t>(effects));
    return "";
  }
  stage.forget_composer(device);
  return done(stage.world().crash(device), "it is off");
}

std::string restart(Stage& stage, DeviceId device, const Action& action) {
  std::string why = crash(stage, device, action);
  return why.empty() ? power_on(stage, device, action) : why;
}

std::string pause(Stage& stage, DeviceId device, const Action&) {
  return done(stage.world().set_power(device, PowerState::paused), "it is not running");
}

std::string suspend(Stage& stage, DeviceId device, const Action&) {
  return done(stage.world().set_power(device, PowerState::suspended), "it is not running");
}

std::string resume(Stage& stage, DeviceId device, const Action&) {
  const PowerState power = stage.world().power(device);
  if (power != PowerState::paused && power != PowerState::suspended) return "it is not asleep";
  return done(stage.world().set_power(device, PowerState::running), "it is not asleep");
}

std::string snapshot(Stage& stage, DeviceId device, const Action&) {
  stage.world().snapshot_store(device);
  return "";
}

std::string restore(Stage& stage, DeviceId device, const Action& action) {
  stage.forget_composer(device);
  if (action.find("row") == nullptr) {
    return done(stage.world().restore_store(device), "there is no snapshot");
  }
  const auto row = static_cast<std::size_t>(action.number("row", 0));
  return done(stage.world().restore_row(device, row), "there is no snapshot or no such row");
}

std::string clone(Stage& stage, DeviceId device, const Action& action) {
  const DeviceId to{static_cast<std::uint32_t>(*action.index("to"))};
  return done(to != device && stage.world().clone_store(device, to), "it cannot be cloned there");
}

std::string wipe(Stage& stage, DeviceId device, const Action&) {
  stage.forget_composer(device);
  return done(stage.world().wipe_store(device), "it is off");
}

std::string slow_cipher(Stage& stage, DeviceId device, const Action& action) {
  const Micros usual_us = stage.world().device_config(device).seal_delay_us;
  const Micros delay_us = action.number("delay", 0);
  stage.world().set_seal_delay(device, delay_us == 0 ? usual_us : delay_us);
  return "";
}

std::string fail_writes(Stage& stage, DeviceId device, const Action& action) {
  stage.world().fail_writes(device, static_cast<std::uint32_t>(action.number("times", 1)));
  return "";
}

std::string fill_disk(Stage& stage, DeviceId device, const Action&) {
  stage.world().set_disk_full(device, true);
  return "";
}

std::string slow_disk(Stage& stage, DeviceId device, const Action& action) {
  stage.world().set_write_delay(device, action.number("delay", 0));
  return "";
}

std::string crashes_leave(Stage& stage, DeviceId device, const Action& action) {
  const std::string_view what = action.text("unsynced");
  stage.world().lose_unsynced_on_crash(device, what != "kept", what == "torn");
  return "";
}

std::string rot(Stage& stage, DeviceId device, const Action& action) {
  const auto row = static_cast<std::size_t>(action.number("row", 0));
  const auto bit = static_cast<std::size_t>(action.number("bit", 1'000));
  return done(stage.world().rot(device, row, bit), "there is no such row or bit");
}

std::string disk_heals(Stage& stage, DeviceId device, const Action&) {
  stage.world().set_disk_full(device, false);
  stage.world().fail_writes(device, 0);
  stage.world().set_write_delay(device, stage.world().device_config(device).write_delay_us);
  return "";
}

std::string jump_clock(Stage& stage, DeviceId device, const Action& action) {
  stage.world().jump_wall(device, action.number("by", 0));
  return "";
}

std::string drift_clock(Stage& stage, DeviceId device, const Action& action) {
  stage.world().set_drift(device, static_cast<std::int32_t>(action.number("ppm", 0)));
  return "";
}

}  // namespace

const std::vector<DeviceVerb>& process_verbs() {
  static const std::vector<DeviceVerb> verbs{
      {"power_on", power_on},
      {"power_off", power_off},
      {"crash", crash},
      {"restart", restart},
      {"pause", pause},
      {"suspend", suspend},
      {"resume", resume},
      {"snapshot", snapshot},
      {"restore", restore},
      {"clone", clone},
      {"wipe", wipe},
      {"slow_cipher", slow_cipher},
      {"fail_writes", fail_writes},
      {"fill_disk", fill_disk},
      {"slow_disk", slow_disk},
      {"crashes_leave", crashes_leave},
      {"rot", rot},
      {"disk_heals", disk_heals},
      {"jump_clock", jump_clock},
      {"drift_clock", drift_clock},
  };
  return verbs;
}

}  // namespace dp::sim
