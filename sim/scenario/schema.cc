#include "sim/scenario/schema.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/client/words.h"
#include "sim/faults/fault_kind.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/vocabulary.h"

namespace dp::sim {
namespace {

using Json = nlohmann::ordered_json;

Json ref(std::string_view name) {
  return {{"$ref", fmt::format("#/definitions/{}", name)}};
}

Json one_of(const std::vector<std::string_view>& words) {
  Json list = Json::array();
  for (const std::string_view word : words) list.push_back(word);
  return {{"enum", list}};
}

Json described(Json schema, std::string_view doc) {
  if (schema.contains("$ref")) return {{"allOf", Json::array({schema})}, {"description", doc}};
  schema["description"] = doc;
  return schema;
}

Json list_of(Json item) {
  return {{"type", "array"}, {"items", std::move(item)}};
}

Json closed_object(Json properties, const std::vector<std::string_view>& required) {
  Json names = Json::array();
  for (const std::string_view name : required) names.push_back(name);
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", names},
          {"additionalProperties", false}};
}

Json argument_schema(const ArgumentSpec& spec) {
  switch (spec.kind) {
    case ArgumentKind::flag:
      return {{"type", "boolean"}};
    case ArgumentKind::count:
      return ref("count");
    case ArgumentKind::number:
      return {{"type", "integer"}};
    case ArgumentKind::duration:
      return ref("duration");
    case ArgumentKind::signed_duration:
      return ref("signed_duration");
    case ArgumentKind::text:
      return ref("text");
    case ArgumentKind::word:
      return one_of(spec.choices);
    case ArgumentKind::chat:
    case ArgumentKind::new_name:
    case ArgumentKind::device:
    case ArgumentKind::new_envelope:
    case ArgumentKind::envelope:
      return ref("name");
    case ArgumentKind::frame_type:
      return ref("frame_type");
    case ArgumentKind::raw_frame:
      return {{"type", Json::array({"object", "string"})}};
  }
  return Json::object();
}

Json verb_schema(const VerbSpec& verb) {
  Json properties;
  if (verb.who == Who::server) {
    properties["on"] = {{"const", "server"}};
  } else {
    properties["on"] = ref("devices");
  }
  properties["do"] = described({{"const", verb.name}}, verb.doc);
  if (verb.who == Who::device) {
    properties["if_running"] =
        described({{"type", "boolean"}}, "leave out devices that cannot do it, instead of failing");
  }
  std::vector<std::string_view> required{"on", "do"};
  for (const ArgumentSpec& spec : verb.arguments) {
    properties[std::string(spec.name)] = described(argument_schema(spec), spec.doc);
    if (spec.required) required.push_back(spec.name);
  }
  return closed_object(std::move(properties), required);
}

Json plain_or_not(const Json& plain) {
  return {{"anyOf", Json::array({plain, closed_object({{"not", plain}}, {"not"})})}};
}

Json test_schema(const ExpectationSpec& spec) {
  switch (spec.kind) {
    case TestKind::flag:
      return {{"type", "boolean"}};
    case TestKind::number:
      return ref("number_test");
    case TestKind::text:
      return ref("text_test");
    case TestKind::word:
      return plain_or_not(one_of(spec.choices));
    case TestKind::chat:
      return plain_or_not({{"anyOf", Json::array({ref("name"), {{"type", "null"}}})}});
    case TestKind::chat_list:
    case TestKind::text_list:
      return ref("list_test");
  }
  return Json::object();
}

Json expectation_schema(Who who) {
  Json wanted;
  for (const ExpectationSpec& spec : expectations()) {
    if (spec.who != who) continue;
    Json test = test_schema(spec);
    if (spec.by != ExpectationSpec::By::one) {
      Json map{{"type", "object"}, {"minProperties", 1}, {"additionalProperties", test}};
      if (spec.by == ExpectationSpec::By::notice) map["propertyNames"] = ref("notice");
      if (spec.by == ExpectationSpec::By::frame) map["propertyNames"] = ref("frame_type");
      test = std::move(map);
    }
    wanted[std::string(spec.name)] = described(std::move(test), spec.doc);
  }
  Json expect = closed_object(std::move(wanted), {});
  expect["minProperties"] = 1;
  Json properties;
  if (who == Who::server) {
    properties["on"] = {{"const", "server"}};
    properties["account"] = ref("name");
  } else {
    properties["on"] = ref("devices");
  }
  properties["expect"] = std::move(expect);
  properties["within"] =
      described(ref("duration"), "keep running until it holds, at most this long");
  return closed_object(std::move(properties), {"on", "expect"});
}

Json settings_schema(Who who) {
  Json properties;
  for (const SettingSpec& spec : settings()) {
    if (spec.who != who) continue;
    Json value = spec.kind == ArgumentKind::duration ? ref("duration")
                                                     : Json{{"type", "integer"}, {"minimum", 1}};
    properties[std::string(spec.name)] = described(std::move(value), spec.doc);
  }
  return closed_object(std::move(properties), {});
}

Json text_schema() {
  Json repeat = closed_object({{"repeat", {{"type", "string"}}}, {"times", ref("count")}},
                              {"repeat", "times"});
  Json lines = closed_object({{"lines", list_of({{"type", "string"}})}}, {"lines"});
  return {{"anyOf", Json::array({{{"type", "string"}}, repeat, lines})}};
}

Json value_definitions() {
  Json out;
  out["name"] = {{"type", "string"}, {"pattern", "^[a-z0-9][a-z0-9-]{0,47}$"}};
  out["count"] = {{"type", "integer"}, {"minimum", 0}, {"maximum", 9'007'199'254'740'991}};
  constexpr std::string_view time =
      "([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?"
      "([0-9]+us)?$";
  out["duration"] = {{"type", "string"}, {"minLength", 2}, {"pattern", fmt::format("^{}", time)}};
  out["signed_duration"] = {
      {"type", "string"}, {"minLength", 2}, {"pattern", fmt::format("^-?{}", time)}};
  out["text"] = text_schema();
  out["frame_type"] = one_of(frame_types());
  out["notice"] = one_of({client::kNoticeWords.begin(), client::kNoticeWords.end()});
  out["devices"] = described({{"anyOf", Json::array({ref("name"), list_of(ref("name"))})}},
                             "a device, a list of devices, or \"everyone\"");
  return out;
}

Json test_definitions() {
  Json out;
  Json pair = list_of(ref("count"));
  pair["minItems"] = 2;
  pair["maxItems"] = 2;
  Json number = closed_object({{"at_least", ref("count")},
                               {"at_most", ref("count")},
                               {"between", pair},
                               {"not", ref("count")}},
                              {});
  number["minProperties"] = 1;
  out["number_test"] = {{"anyOf", Json::array({ref("count"), number})}};
  Json maybe_text{{"anyOf", Json::array({ref("text"), {{"type", "null"}}})}};
  Json text = closed_object({{"contains", ref("text")},
                             {"lacks", ref("text")},
                             {"starts_with", ref("text")},
                             {"lines", list_of({{"type", "string"}})},
                             {"not", maybe_text}},
                            {});
  text["minProperties"] = 1;
  out["text_test"] = {{"anyOf", Json::array({ref("text"), {{"type", "null"}}, text})}};
  Json texts = list_of(ref("text"));
  Json list = closed_object({{"contains", texts}, {"lacks", texts}}, {});
  list["minProperties"] = 1;
  out["list_test"] = {{"anyOf", Json::array({texts, list})}};
  return out;
}

Json step_definition() {
  Json steps = Json::array();
  steps.push_back(closed_object({{"wait", ref("duration")}}, {"wait"}));
  steps.push_back(closed_object({{"quiet", {{"const", true}}}}, {"quiet"}));
  steps.push_back(closed_object({{"settle", {{"const", true}}}}, {"settle"}));
  steps.push_back(closed_object(
      {{"repeat", {{"type", "integer"}, {"minimum", 1}}}, {"steps", list_of(ref("step"))}},
      {"repeat", "steps"}));
  steps.push_back(expectation_schema(Who::device));
  steps.push_back(expectation_schema(Who::server));
  for (const VerbSpec& verb : verbs()) steps.push_back(verb_schema(verb));
  return {{"anyOf", steps}};
}

Json network_schema() {
  Json own = closed_object({{"delay", ref("duration")}, {"jitter", ref("duration")}}, {"delay"});
  return {{"anyOf", Json::array({one_of({"home", "instant", "mobile", "satellite"}), own})}};
}

Json named(Json object) {
  return {{"anyOf", Json::array({ref("name"), std::move(object)})}};
}

Json top_properties() {
  Json account = closed_object({{"name", ref("name")},
                                {"dialect", one_of({"sealed", "field"})},
                                {"suite", one_of({"xchacha20-poly1305", "aes-256-gcm"})}},
                               {"name"});
  Json device = closed_object({{"name", ref("name")},
                               {"account", ref("name")},
                               {"power", one_of({"on", "off"})},
                               {"online", {{"type", "boolean"}}},
                               {"clock_skew", ref("signed_duration")},
                               {"drift_ppm", {{"type", "integer"}}},
                               {"network", network_schema()},
                               {"write_delay", ref("duration")},
                               {"seal_delay", ref("duration")},
                               {"settings", settings_schema(Who::device)}},
                              {"name"});
  Json chat = closed_object({{"name", ref("name")},
                             {"account", ref("name")},
                             {"messages", ref("count")},
                             {"exists", {{"type", "boolean"}}}},
                            {"name"});
  Json faults;
  for (std::size_t i = 0; i < kFaultKindCount; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    faults[std::string(name(kind))] =
        described(ref("count"), is_timed(kind) ? "times per run" : "parts per million");
  }
  Json out;
  out["$schema"] = {{"type", "string"}};
  out["format"] = {{"const", kScenarioFormat}};
  out["name"] = ref("name");
  out["story"] = {{"type", "string"}, {"minLength", 1}, {"maxLength", 400}};
  out["covers"] = list_of({{"type", "string"},
                           {"pattern",
                            "^(R[0-9]{2}|SEC-[0-9]{2}|CONV-[0-9]{2}|FLOW-.+|FAULT-.+"
                            "|DP-.+)$"}});
  out["seeds"] = {
      {"anyOf",
       Json::array({ref("count"), {{"type", "string"}, {"pattern", "^[0-9]+(\\.\\.[0-9]+)?$"}}})}};
  out["settings"] = closed_object(
      {{"server", settings_schema(Who::server)}, {"client", settings_schema(Who::device)}}, {});
  out["accounts"] = list_of(named(std::move(account)));
  out["devices"] = list_of(named(std::move(device)));
  out["chats"] = list_of(named(std::move(chat)));
  out["network"] = network_schema();
  out["faults"] = closed_object(std::move(faults), {});
  out["fault_phase"] = ref("duration");
  out["own_ids"] = {{"type", "boolean"}};
  out["heal"] = list_of(ref("name"));
  out["steps"] = list_of(ref("step"));
  out["finally"] = list_of(ref("step"));
  return out;
}

}  // namespace

std::string scenario_schema() {
  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
              {"$id", kScenarioFormat},
              {"title", "A draftproof scenario"}};
  const Json body =
      closed_object(top_properties(), {"format", "name", "story", "covers", "devices", "steps"});
  for (const auto& [key, value] : body.items()) schema[key] = value;
  Json definitions = value_definitions();
  const Json tests = test_definitions();
  for (const auto& [key, value] : tests.items()) definitions[key] = value;
  definitions["step"] = step_definition();
  schema["definitions"] = std::move(definitions);
  return schema.dump(2) + "\n";
}

}  // namespace dp::sim
