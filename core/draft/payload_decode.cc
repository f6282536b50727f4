#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/draft/payload.h"
#include "core/draft/payload_fields.h"

namespace dp::draft {
namespace {

using Done = Result<void>;

constexpr std::size_t kFieldHeaderBytes = 5;

std::unexpected<Error> malformed(const char* field) {
  return fail(Fault::peer, "payload_value", field);
}
std::unexpected<Error> beyond(const char* limit) {
  return fail(Fault::limit, "payload_limit", limit);
}

// Reads one payload; each step fills its part of the draft and may rely on the earlier ones.
class Reader {
 public:
  explicit Reader(const PayloadLimits& limits) : limits_(limits) {}

  Result<Draft> read(ByteView bytes) {
    using Step = Done (Reader::*)();
    constexpr std::array<Step, 8> kSteps = {
        &Reader::read_schema, &Reader::read_operation, &Reader::read_vector, &Reader::read_dot,
        &Reader::read_clock,  &Reader::read_cleared,   &Reader::read_text,   &Reader::read_copies};
    if (Done split = split_fields(bytes); !split) return std::unexpected(split.error());
    for (const Step step : kSteps) {
      if (Done done = (this->*step)(); !done) return std::unexpected(done.error());
    }
    return std::move(draft_);
  }

 private:
  Done split_fields(ByteView bytes) {
    if (bytes.size() > limits_.bytes_max) return beyond("bytes");
    ByteReader reader(bytes);
    std::uint8_t last = 0;
    while (reader.remaining() > 0) {
      if (reader.remaining() < kFieldHeaderBytes) return fail(Fault::peer, "payload_truncated");
      const std::uint8_t tag = reader.u8();
      const std::uint32_t length = reader.u32();
      const ByteView value = reader.take(length);
      if (!reader.ok()) return fail(Fault::peer, "payload_truncated");
      if (tag <= last) return fail(Fault::peer, "payload_order", "tag");
      last = tag;
      if (tag <= kLastKnownTag) {
        fields_[tag] = value;
      } else {
        draft_.unknown.push_back({tag, Bytes(value.begin(), value.end())});
      }
    }
    for (std::uint8_t tag = 1; tag <= static_cast<std::uint8_t>(Tag::clock); ++tag) {
      if (!fields_[tag]) return fail(Fault::peer, "payload_missing", std::to_string(tag));
    }
    return {};
  }

  const std::optional<ByteView>& field(Tag tag) const {
    return fields_[static_cast<std::size_t>(tag)];
  }

  Done read_schema() {
    const ByteView value = *field(Tag::schema);
    if (value.size() != 1) return malformed("schema");
    if (value[0] != kPayloadSchema) {
      return fail(Fault::peer, "payload_schema", std::to_string(value[0]));
    }
    return {};
  }

  Done read_operation() {
    const ByteView value = *field(Tag::operation);
    if (value.size() != 1 || value[0] < 1 || value[0] > 3) return malformed("operation");
    draft_.operation = static_cast<Operation>(value[0]);
    return {};
  }

  Done read_vector() {
    ByteReader reader(*field(Tag::vector));
    if (reader.remaining() == 0) return malformed("vector");
    while (reader.remaining() > 0) {
      const WriterId writer{reader.u64()};
      const std::optional<std::uint64_t> sequence = read_number(reader);
      if (!sequence || *sequence == 0) return malformed("vector");
      if (!writers_.empty() && !(writers_.back().writer < writer)) {
        return fail(Fault::peer, "payload_order", "vector");
      }
      if (writers_.size() == limits_.writers_max) return beyond("writers");
      writers_.push_back({writer, *sequence});
      draft_.vv.include(writers_.back());
    }
    return {};
  }

  std::optional<WriterId> writer(ByteReader& reader) const {
    const std::optional<std::uint64_t> index = read_number(reader);
    if (!index || *index >= writers_.size()) return std::nullopt;
    return writers_[static_cast<std::size_t>(*index)].writer;
  }

  std::optional<Dot> dot(ByteReader& reader) const {
    const std::optional<WriterId> by = writer(reader);
    if (!by) return std::nullopt;
    const std::optional<std::uint64_t> sequence = read_number(reader);
    if (!sequence || *sequence == 0) return std::nullopt;
    const Dot dot{*by, *sequence};
    if (!draft_.vv.covers(dot)) return std::nullopt;
    return dot;
  }

  Done read_dot() {
    ByteReader reader(*field(Tag::dot));
    const std::optional<Dot> made_by = dot(reader);
    if (!made_by || reader.remaining() > 0) return malformed("dot");
    draft_.dot = *made_by;
    return {};
  }

  Done read_clock() {
    ByteReader reader(*field(Tag::clock));
    const std::optional<std::uint64_t> clock = read_number(reader);
    if (!clock || reader.remaining() > 0) return malformed("clock");
    draft_.logical_clock = *clock;
    return {};
  }

  Done read_cleared() {
    if (!field(Tag::cleared)) return {};
    ByteReader reader(*field(Tag::cleared));
    const std::uint8_t mode = reader.u8();
    if (mode == kClearedEqualsVector) {
      if (reader.remaining() > 0) return malformed("cleared");
      draft_.cleared = draft_.vv;
      return {};
    }
    if (mode != kClearedListed) return malformed("cleared");
    for (const Dot& entry : writers_) {
      const std::optional<std::uint64_t> sequence = read_number(reader);
      if (!sequence || *sequence > entry.sequence) return malformed("cleared");
      draft_.cleared.include({entry.writer, *sequence});
    }
    if (reader.remaining() > 0) return malformed("cleared");
    if (draft_.cleared.empty() || draft_.cleared == draft_.vv) return malformed("cleared");
    return {};
  }

  Done read_text() {
    const bool expected = draft_.operation == Operation::set;
    if (field(Tag::text).has_value() != expected) return malformed("text");
    if (!expected) return {};
    Result<Lines> lines = read_lines(*field(Tag::text), "text");
    if (!lines) return std::unexpected(lines.error());
    draft_.lines = std::move(*lines);
    return {};
  }

  struct Run {
    std::size_t lines = 0;
    Dot dot;
  };

  std::optional<std::vector<Run>> read_runs(ByteReader& reader) const {
    const std::optional<std::uint64_t> count = read_number(reader);
    // Each run takes three bytes at least, so the buffer bounds the count.
    if (!count || *count == 0 || *count > reader.remaining() / 3) return std::nullopt;
    std::vector<Run> runs;
    runs.reserve(static_cast<std::size_t>(*count));
    for (std::uint64_t i = 0; i < *count; ++i) {
      const std::optional<std::uint64_t> lines = read_number(reader);
      const std::optional<Dot> changed_by = lines ? dot(reader) : std::nullopt;
      if (!changed_by || *lines == 0) return std::nullopt;
      if (draft_.cleared.covers(*changed_by)) return std::nullopt;
      if (!runs.empty() && runs.back().dot == *changed_by) return std::nullopt;
      runs.push_back({static_cast<std::size_t>(*lines), *changed_by});
    }
    return runs;
  }

  Result<Lines> read_lines(ByteView value, const char* field) {
    ByteReader reader(value);
    const std::optional<std::vector<Run>> runs = read_runs(reader);
    if (!runs) return malformed(field);
    const std::string_view text = as_text(reader.take(reader.remaining()));
    if (text.empty() || !is_valid_utf8(text)) return malformed(field);
    const std::size_t count = 1 + static_cast<std::size_t>(std::ranges::count(text, '\n'));
    if (count > limits_.lines_max - lines_read_) return beyond("lines");
    lines_read_ += count;

    const std::vector<std::string_view> texts = split_lines(text);
    Lines lines;
    lines.reserve(texts.size());
    for (const Run& run : *runs) {
      if (run.lines > texts.size() - lines.size()) return malformed(field);
      for (std::size_t i = 0; i < run.lines; ++i) {
        lines.push_back({std::string(texts[lines.size()]), run.dot});
      }
    }
    if (lines.size() != texts.size()) return malformed(field);
    return lines;
  }

  Done read_copies() {
    if (!field(Tag::copies)) return {};
    ByteReader reader(*field(Tag::copies));
    if (reader.remaining() == 0 || draft_.is_tombstone()) return malformed("copies");
    std::vector<Copy>& copies = draft_.copies;
    while (reader.remaining() > 0) {
      if (copies.size() == limits_.copies_max) return beyond("copies");
      const std::optional<std::uint64_t> clock = read_number(reader);
      const std::optional<WriterId> by = clock ? writer(reader) : std::nullopt;
      const std::optional<std::uint64_t> length = by ? read_number(reader) : std::nullopt;
      if (!length || *length > reader.remaining()) return malformed("copies");
      Result<Lines> lines = read_lines(reader.take(static_cast<std::size_t>(*length)), "copies");
      if (!lines) return std::unexpected(lines.error());
      Copy copy{*clock, *by, std::move(*lines)};
      if (!copies.empty() && !(copies.back() < copy)) {
        return fail(Fault::peer, "payload_order", "copies");
      }
      if (std::ranges::find(copies, copy.lines, &Copy::lines) != copies.end()) {
        return malformed("copies");
      }
      copies.push_back(std::move(copy));
    }
    return {};
  }

  const PayloadLimits& limits_;
  std::array<std::optional<ByteView>, kLastKnownTag + 1> fields_;
  std::vector<Dot> writers_;  // the entries of vv, for lookup by index
  std::size_t lines_read_ = 0;
  Draft draft_;
};

}  // namespace

Result<Draft> decode_payload(ByteView bytes, const PayloadLimits& limits) {
  return Reader(limits).read(bytes);
}

}  // namespace dp::draft
