// Links of devices and single frames on them.
#include "sim/player/handlers.h"
#include "sim/player/tampering.h"

namespace dp::sim {
namespace {

std::string disconnect(Stage& stage, DeviceId device, const Action&) {
  stage.world().disconnect(device);
  return "";
}

std::string go_offline(Stage& stage, DeviceId device, const Action& action) {
  stage.world().set_online(device, false, action.flag("hint", true));
  return "";
}

std::string go_online(Stage& stage, DeviceId device, const Action& action) {
  stage.world().set_online(device, true, action.flag("hint", true));
  return "";
}

std::string set_link(Stage& stage, DeviceId device, const Action& action) {
  stage.world().set_network(
      device, network_of_delay(action.number("delay", 0), action.number("jitter", 0)));
  return "";
}

std::string stall(Stage& stage, DeviceId device, const Action&) {
  stage.world().set_half_open(device, true);
  return "";
}

std::string unstall(Stage& stage, DeviceId device, const Action&) {
  stage.world().set_half_open(device, false);
  return "";
}

std::string partition(Stage& stage, DeviceId device, const Action& action) {
  const std::string_view way = action.text("way", "both");
  stage.world().set_partition(device, way != "down", way != "up");
  return "";
}

std::string unpartition(Stage& stage, DeviceId device, const Action&) {
  stage.world().set_partition(device, false, false);
  return "";
}

std::string read_slowly(Stage& stage, DeviceId device, const Action&) {
  stage.world().set_slow_reader(device, true);
  return "";
}

std::string read_normally(Stage& stage, DeviceId device, const Action&) {
  stage.world().set_slow_reader(device, false);
  return "";
}

std::string refuse(Stage& stage, DeviceId device, const Action&) {
  stage.world().set_refusing(device, true);
  return "";
}

std::string accept(Stage& stage, DeviceId device, const Action&) {
  stage.world().set_refusing(device, false);
  return "";
}

std::string session(Stage& stage, DeviceId device, const Action& action) {
  const std::string_view verdict = action.text("verdict");
  stage.world().set_auth(stage.world().account_of(device),
                         verdict == "accepted"  ? AuthVerdict::accepted
                         : verdict == "invalid" ? AuthVerdict::invalid
                                                : AuthVerdict::unavailable);
  return "";
}

std::string hold(Stage& stage, DeviceId device, const Action& action) {
  const std::string type(action.text("frames"));
  stage.world().hold_at(device, direction_of(type), type);
  return "";
}

std::string release(Stage& stage, DeviceId device, const Action&) {
  stage.world().release_held(device);
  return "";
}

std::string cut_at(Stage& stage, DeviceId device, const Action& action) {
  const std::string type(action.text("frames"));
  stage.world().cut_at(device, direction_of(type), type);
  return "";
}

std::string tamper(Stage& stage, DeviceId device, const Action& action) {
  const std::string type(action.text("frames"));
  stage.world().set_rewrite(
      device, direction_of(type),
      Tampering(type, parse_tamper(action.text("how")), action.number("times", 1),
                std::string(action.text("field"))));
  return "";
}

constexpr std::string_view kNoEnvelope = "it names an envelope that was not kept or forged yet";

std::string say(Stage& stage, DeviceId device, const Action& action) {
  const std::string frame = stage.frame_of(action);
  if (frame.empty()) return std::string(kNoEnvelope);
  return stage.world().forge_to_server(device, frame) ? "" : "it has no connection";
}

std::string hear(Stage& stage, DeviceId device, const Action& action) {
  const std::string frame = stage.frame_of(action);
  if (frame.empty()) return std::string(kNoEnvelope);
  return stage.world().forge(device, frame) ? "" : "it has no connection";
}

std::string start_counting(Stage& stage, DeviceId device, const Action&) {
  stage.tally().start_counting(node_of(device));
  return "";
}

}  // namespace

const std::vector<DeviceVerb>& network_verbs() {
  static const std::vector<DeviceVerb> verbs{
      {"disconnect", disconnect},
      {"go_offline", go_offline},
      {"go_online", go_online},
      {"set_link", set_link},
      {"stall", stall},
      {"unstall", unstall},
      {"partition", partition},
      {"unpartition", unpartition},
      {"read_slowly", read_slowly},
      {"read_normally", read_normally},
      {"refuse", refuse},
      {"accept", accept},
      {"session", session},
      {"hold", hold},
      {"release", release},
      {"cut_at", cut_at},
      {"tamper", tamper},
      {"say", say},
      {"hear", hear},
      {"start_counting", start_counting},
  };
  return verbs;
}

}  // namespace dp::sim
