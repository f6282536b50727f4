// Reading a capsule; see capsule.h.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>

#include "sim/capsule/capsule.h"
#include "sim/scenario/document.h"

namespace dp::sim {
namespace {

constexpr std::int64_t kSmall = 1'000'000;
constexpr std::size_t kDigestDigits = 32;
// Of names and sentences. Whatever is read can be written again within a capsule's size.
constexpr std::size_t kTextBytesMax = 1'000;

// The first mistake is kept; what is read after it is discarded.
class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  const std::string& problem() const { return problem_; }
  bool failed() const { return !problem_.empty(); }

  void fail(Position at, std::string_view message) {
    if (problem_.empty()) problem_ = Problem{std::string(file_), at, std::string(message)}.text();
  }

  void only_keys(const Value& object, std::initializer_list<std::string_view> known) {
    if (!object.is(Value::Kind::object)) return fail(object.at, "expected an object");
    for (const Member& member : object.members) {
      if (std::ranges::find(known, member.key) != known.end()) continue;
      fail(member.at,
           fmt::format("\"{}\" is no part of a capsule that this program knows", member.key));
    }
  }

  const Value* get(const Value& object, std::string_view key, Value::Kind kind) {
    const Value* value = object.find(key);
    if (value == nullptr) {
      fail(object.at, fmt::format("\"{}\" is missing", key));
      return nullptr;
    }
    if (value->is(kind)) return value;
    fail(value->at, fmt::format("\"{}\" must be {}", key, kind_name(kind)));
    return nullptr;
  }

  std::string text(const Value& object, std::string_view key) {
    const Value* value = get(object, key, Value::Kind::text);
    if (value == nullptr) return {};
    if (value->text.size() > kTextBytesMax) {
      fail(value->at, fmt::format("\"{}\" has at most {} bytes", key, kTextBytesMax));
      return {};
    }
    return value->text;
  }
  bool flag(const Value& object, std::string_view key) {
    const Value* value = get(object, key, Value::Kind::boolean);
    return value != nullptr && value->boolean;
  }
  std::uint64_t number(const Value& object, std::string_view key, std::int64_t min,
                       std::int64_t max) {
    const Value* value = get(object, key, Value::Kind::integer);
    if (value == nullptr) return 0;
    if (value->integer < min || value->integer > max) {
      fail(value->at, fmt::format("\"{}\" must be from {} to {}", key, min, max));
      return 0;
    }
    return static_cast<std::uint64_t>(value->integer);
  }

  std::vector<Decision> decisions(const Value& object, std::string_view key) {
    const Value* list = get(object, key, Value::Kind::array);
    std::vector<std::pair<std::uint64_t, Decision>> placed;
    if (list == nullptr) return {};
    for (const Value& row : list->items) {
      only_keys(row, {"site", "about", "node", "answers"});
      DecisionKey where;
      where.site.value = static_cast<std::uint16_t>(number(row, "site", 0, kSiteCount - 1));
      where.node = static_cast<std::uint32_t>(number(row, "node", 0, kSmall));
      const Value* answers = get(row, "answers", Value::Kind::text);
      if (failed()) return {};
      if (!read_answers(answers->text, where, placed)) {
        fail(answers->at, "answers are written \"PLACE:ORDINAL=VALUE\", apart by one space");
      }
    }
    std::ranges::sort(placed, {}, [](const auto& entry) { return entry.first; });
    std::vector<Decision> out;
    for (const auto& [place, decision] : placed) out.push_back(decision);
    return out;
  }

  std::vector<Family> families(const Value& object, std::string_view key) {
    std::vector<Family> out;
    const Value* list = get(object, key, Value::Kind::array);
    if (list == nullptr) return out;
    for (const Value& item : list->items) {
      const auto family = item.is(Value::Kind::text) ? find_family(item.text) : std::nullopt;
      if (!family) {
        fail(item.at, "there is no such family of faults");
        return out;
      }
      if (std::ranges::find(out, *family) != out.end()) {
        fail(item.at, "this family is named twice");
        return out;
      }
      out.push_back(*family);
    }
    return out;
  }

  Checkpoints checkpoints(const Value& object) {
    Checkpoints out;
    const Value* value = get(object, "checkpoints", Value::Kind::object);
    if (value == nullptr) return out;
    only_keys(*value, {"every", "values"});
    out.every = number(*value, "every", 1, std::int64_t{1} << 40);
    const Value* values = get(*value, "values", Value::Kind::text);
    if (failed()) return out;
    const std::string& digits = values->text;
    if (digits.size() % 4 != 0 || digits.find_first_not_of("0123456789abcdef") != digits.npos ||
        (out.every & (out.every - 1)) != 0) {
      fail(value->at, "checkpoints are groups of four hexadecimal digits at a power of two events");
      return out;
    }
    for (std::size_t i = 0; i < digits.size(); i += 4) {
      std::uint16_t one = 0;
      std::from_chars(digits.data() + i, digits.data() + i + 4, one, 16);
      out.values.push_back(one);
    }
    return out;
  }

 private:
  static bool read_number(std::string_view& rest, char end, std::uint64_t& out) {
    const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), out);
    if (error != std::errc() || stop == rest.data()) return false;
    rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()));
    if (end == '\0') return true;
    if (rest.empty() || rest.front() != end) return false;
    rest.remove_prefix(1);
    return true;
  }

  static bool read_answers(std::string_view rest, DecisionKey where,
                           std::vector<std::pair<std::uint64_t, Decision>>& out) {
    while (true) {
      std::uint64_t place = 0;
      std::uint64_t ordinal = 0;
      std::uint64_t value = 0;
      if (!read_number(rest, ':', place) || !read_number(rest, '=', ordinal) ||
          !read_number(rest, '\0', value) || ordinal > 0xFFFFFFFFu) {
        return false;
      }
      where.ordinal = static_cast<std::uint32_t>(ordinal);
      out.push_back({place, {where, value}});
      if (rest.empty()) return true;
      if (rest.front() != ' ') return false;
      rest.remove_prefix(1);
    }
  }

  std::string_view file_;
  std::string problem_;
};

CapsuleOutcome outcome_of(Reader& reader, const Value& object) {
  CapsuleOutcome out;
  reader.only_keys(object, {"signature", "digest", "events", "simulated_us", "time_us", "where",
                            "expected", "seen", "story", "checkpoints"});
  if (reader.failed()) return out;
  constexpr std::int64_t kMax = std::int64_t{1} << 53;
  out.signature = reader.text(object, "signature");
  out.digest = reader.text(object, "digest");
  out.events = reader.number(object, "events", 0, kMax - 1);
  out.simulated_us = static_cast<Micros>(reader.number(object, "simulated_us", 0, kMax - 1));
  out.time_us = static_cast<Micros>(reader.number(object, "time_us", 0, kMax - 1));
  out.where = reader.text(object, "where");
  out.expected = reader.text(object, "expected");
  out.seen = reader.text(object, "seen");
  if (const Value* story = reader.get(object, "story", Value::Kind::array)) {
    for (const Value& line : story->items) {
      if (!line.is(Value::Kind::text)) reader.fail(line.at, "a line of a story must be a text");
      out.story.push_back(line.text);
    }
  }
  out.checkpoints = reader.checkpoints(object);
  if (!reader.failed() && out.digest.size() != kDigestDigits) {
    reader.fail(object.at, "\"digest\" must be 32 hexadecimal digits");
  }
  return out;
}

Reduction reduction_of(Reader& reader, const Value& object) {
  Reduction out;
  out.only_these = true;
  reader.only_keys(object, {"absent", "until_us", "decisions"});
  if (reader.failed()) return out;
  if (const Value* absent = reader.get(object, "absent", Value::Kind::array)) {
    for (const Value& device : absent->items) {
      if (!device.is(Value::Kind::integer) || device.integer < 0 || device.integer > kSmall) {
        reader.fail(device.at, "an absent device is its number");
        return out;
      }
      out.absent.push_back(static_cast<std::uint32_t>(device.integer));
    }
  }
  if (object.find("until_us") != nullptr) {
    out.until_us = static_cast<Micros>(reader.number(object, "until_us", 0, kHour));
  }
  out.decisions = reader.decisions(object, "decisions");
  return out;
}

Capsule capsule_of(Reader& reader, const Value& root) {
  Capsule out;
  reader.only_keys(root, {"format", "about", "version", "build", "mix", "seed", "without",
                          "attempt", "client", "one_foreign", "reduced", "drawn", "outcome"});
  if (reader.failed()) return out;
  out.maker.version = reader.text(root, "version");
  out.maker.build = reader.text(root, "build");
  out.one.mix = reader.text(root, "mix");
  out.one.seed = reader.number(root, "seed", 0, (std::int64_t{1} << 53) - 1);
  out.one.without = reader.families(root, "without");
  out.attempt = static_cast<std::uint32_t>(reader.number(root, "attempt", 1, kSmall));
  if (!reader.failed() && !is_mix(out.one.mix)) {
    reader.fail(root.find("mix")->at, fmt::format("there is no mix \"{}\"", out.one.mix));
  }
  if (!reader.failed() && root.find("client") != nullptr) {
    out.one.client = reader.text(root, "client");
    out.one.one_foreign = reader.flag(root, "one_foreign");
  }
  if (const Value* reduced = root.find("reduced")) {
    out.one.reduction = reduction_of(reader, *reduced);
  }
  if (!reader.failed() && root.find("drawn") != nullptr) {
    out.drawn = reader.decisions(root, "drawn");
  }
  if (const Value* outcome = root.find("outcome"); outcome != nullptr && !reader.failed()) {
    out.outcome = outcome_of(reader, *outcome);
  }
  return out;
}

std::string not_a_capsule(std::string_view file, const Value& root) {
  const Value* format = root.find("format");
  if (format == nullptr || !format->is(Value::Kind::text)) {
    return fmt::format("{}: this is not a capsule: it has no \"format\"", file);
  }
  constexpr std::string_view kFamily = "draftproof-capsule/";
  if (format->text == kCapsuleFormat) return {};
  if (format->text.starts_with(kFamily)) {
    return fmt::format(
        "{}: this capsule has the format {}, and this program reads {}: replay it with the "
        "program that made it",
        file, json_quoted(format->text), kCapsuleFormat);
  }
  return fmt::format("{}: this is not a capsule but {}", file, json_quoted(format->text));
}

}  // namespace

std::expected<Capsule, std::string> read_capsule(std::string_view file, std::string_view bytes) {
  if (bytes.size() > kCapsuleBytesMax) {
    return std::unexpected(
        fmt::format("{}: a capsule has at most {} bytes, this file more", file, kCapsuleBytesMax));
  }
  const DocumentLimits limits{
      .bytes_max = kCapsuleBytesMax, .nesting_max = 6, .values_max = 20'000, .keys_max = 64};
  const auto root = read_document(file, bytes, limits);
  if (!root) {
    return std::unexpected(root.error().text() + " (is the capsule whole, and a capsule?)");
  }
  if (!root->is(Value::Kind::object)) {
    return std::unexpected(fmt::format("{}: this is not a capsule", file));
  }
  if (std::string problem = not_a_capsule(file, *root); !problem.empty()) {
    return std::unexpected(std::move(problem));
  }
  Reader reader(file);
  Capsule capsule = capsule_of(reader, *root);
  if (reader.failed()) return std::unexpected(reader.problem());
  return capsule;
}

}  // namespace dp::sim
