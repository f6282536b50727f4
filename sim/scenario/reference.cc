// The generated reference of docs/scenarios.md; see schema.h.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/client/words.h"
#include "sim/faults/fault_kind.h"
#include "sim/scenario/schema.h"
#include "sim/scenario/vocabulary.h"

namespace dp::sim {
namespace {

std::string_view kind_text(ArgumentKind kind) {
  switch (kind) {
    case ArgumentKind::flag:
      return "true or false";
    case ArgumentKind::count:
    case ArgumentKind::number:
      return "number";
    case ArgumentKind::duration:
      return "time";
    case ArgumentKind::signed_duration:
      return "time, may be negative";
    case ArgumentKind::text:
      return "text";
    case ArgumentKind::word:
      return "word";
    case ArgumentKind::chat:
      return "chat";
    case ArgumentKind::new_name:
      return "new name";
    case ArgumentKind::device:
      return "device";
    case ArgumentKind::frame_type:
      return "type of frame";
    case ArgumentKind::raw_frame:
      return "object or text";
    case ArgumentKind::new_envelope:
      return "new name of an envelope";
    case ArgumentKind::envelope:
      return "envelope";
  }
  return "?";
}

std::string test_text(const ExpectationSpec& spec) {
  static constexpr std::string_view kinds[] = {
      "true or false", "number", "text", "word", "chat or null", "list of chats", "list of texts"};
  std::string text(kinds[static_cast<std::size_t>(spec.kind)]);
  if (!spec.choices.empty()) text = fmt::format("{}", fmt::join(spec.choices, ", "));
  switch (spec.by) {
    case ExpectationSpec::By::one:
      return text;
    case ExpectationSpec::By::chat:
      return "by chat: " + text;
    case ExpectationSpec::By::notice:
      return "by notice: " + text;
    case ExpectationSpec::By::frame:
      return "by type of frame: " + text;
  }
  return text;
}

void write_verb(const VerbSpec& verb, std::string& out) {
  out += fmt::format("- `{}` ({}): {}\n", verb.name, name(verb.power), verb.doc);
  for (const ArgumentSpec& spec : verb.arguments) {
    std::string kind(kind_text(spec.kind));
    if (!spec.choices.empty()) kind = fmt::format("{}", fmt::join(spec.choices, ", "));
    out += fmt::format("  - `{}`{} ({}): {}\n", spec.name, spec.required ? "" : ", optional", kind,
                       spec.doc);
  }
}

void write_side(Who who, std::string_view title, std::string& out) {
  out += fmt::format("### What {} can do\n\n", title);
  for (const VerbSpec& verb : verbs()) {
    if (verb.who == who) write_verb(verb, out);
  }
  out += fmt::format("\n### What can be expected of {}\n\n", title);
  for (const ExpectationSpec& spec : expectations()) {
    if (spec.who != who) continue;
    out += fmt::format("- `{}` ({}): {}\n", spec.name, test_text(spec), spec.doc);
  }
  out += "\n";
}

}  // namespace

std::string reference_markdown() {
  std::string out;
  write_side(Who::device, "a device", out);
  write_side(Who::server, "the server", out);
  out += "### Settings\n\n";
  for (const SettingSpec& spec : settings()) {
    out += fmt::format("- `{}.{}` ({}): {}\n", spec.who == Who::server ? "server" : "client",
                       spec.name, kind_text(spec.kind), spec.doc);
  }
  out += fmt::format("\n### Types of frames\n\n`{}`\n", fmt::join(frame_types(), "`, `"));
  out += fmt::format("\n### Notices\n\n`{}`\n", fmt::join(client::kNoticeWords, "`, `"));
  out += "\n### Faults\n\nTimes per run, spread over `fault_phase`:\n";
  for (const bool timed : {true, false}) {
    if (!timed) out += "\nParts per million of the chances to strike:\n";
    std::string names;
    for (std::size_t i = 0; i < kFaultKindCount; ++i) {
      const auto kind = static_cast<FaultKind>(i);
      if (is_timed(kind) != timed) continue;
      names += fmt::format("{}`{}`", names.empty() ? "" : ", ", name(kind));
    }
    out += names + "\n";
  }
  return out;
}

}  // namespace dp::sim
