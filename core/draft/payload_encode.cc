#include <algorithm>

#include "core/draft/payload.h"
#include "core/draft/payload_fields.h"

namespace dp::draft {
namespace {

class Writer {
 public:
  explicit Writer(const Draft& draft) : draft_(draft) {}

  Bytes payload() {
    auto unknown = draft_.unknown.begin();
    const auto unknown_below = [&](std::uint8_t tag) {
      for (; unknown != draft_.unknown.end() && unknown->tag < tag; ++unknown) {
        field(unknown->tag, unknown->value);
      }
    };
    for (std::uint8_t tag = 1; tag <= kLastKnownTag; ++tag) {
      unknown_below(tag);
      known_field(static_cast<Tag>(tag));
    }
    for (; unknown != draft_.unknown.end(); ++unknown) field(unknown->tag, unknown->value);
    return std::move(out_);
  }

 private:
  void field(std::uint8_t tag, ByteView value) {
    out_.push_back(tag);
    append_u32(out_, static_cast<std::uint32_t>(value.size()));
    append(out_, value);
  }

  void known_field(Tag tag) {
    Bytes value;
    switch (tag) {
      case Tag::schema:
        value.push_back(kPayloadSchema);
        break;
      case Tag::operation:
        value.push_back(static_cast<std::uint8_t>(draft_.operation));
        break;
      case Tag::vector:
        append_vector(value);
        break;
      case Tag::dot:
        append_dot(value, draft_.dot);
        break;
      case Tag::clock:
        append_number(value, draft_.logical_clock);
        break;
      case Tag::cleared:
        if (draft_.cleared.empty()) return;
        append_cleared(value);
        break;
      case Tag::text:
        if (draft_.lines.empty()) return;
        append_lines(value, draft_.lines);
        break;
      case Tag::copies:
        if (draft_.copies.empty()) return;
        for (const Copy& copy : draft_.copies) append_copy(value, copy);
        break;
    }
    field(static_cast<std::uint8_t>(tag), value);
  }

  void append_vector(Bytes& out) const {
    for (const Dot& entry : draft_.vv.entries()) {
      append_u64(out, entry.writer.value);
      append_number(out, entry.sequence);
    }
  }

  // A writer the vector does not name gets the index past its end, which no reader accepts.
  std::uint64_t index_of(WriterId writer) const {
    const std::vector<Dot>& entries = draft_.vv.entries();
    const auto at = std::ranges::lower_bound(entries, writer, {}, &Dot::writer);
    const bool found = at != entries.end() && at->writer == writer;
    return found ? static_cast<std::uint64_t>(at - entries.begin()) : entries.size();
  }

  void append_dot(Bytes& out, const Dot& dot) const {
    append_number(out, index_of(dot.writer));
    append_number(out, dot.sequence);
  }

  void append_cleared(Bytes& out) const {
    if (draft_.cleared == draft_.vv) {
      out.push_back(kClearedEqualsVector);
      return;
    }
    out.push_back(kClearedListed);
    auto cleared = draft_.cleared.entries().begin();
    const auto end = draft_.cleared.entries().end();
    for (const Dot& entry : draft_.vv.entries()) {
      while (cleared != end && cleared->writer < entry.writer) ++cleared;
      const bool named = cleared != end && cleared->writer == entry.writer;
      append_number(out, named ? cleared->sequence : 0);
    }
  }

  void append_lines(Bytes& out, const Lines& lines) const {
    Bytes runs;
    std::uint64_t run_count = 0;
    for (std::size_t from = 0; from < lines.size();) {
      std::size_t to = from + 1;
      while (to < lines.size() && lines[to].dot == lines[from].dot) ++to;
      append_number(runs, to - from);
      append_dot(runs, lines[from].dot);
      ++run_count;
      from = to;
    }
    append_number(out, run_count);
    append(out, runs);
    append(out, as_bytes(join_lines(lines)));
  }

  void append_copy(Bytes& out, const Copy& copy) const {
    Bytes lines;
    append_lines(lines, copy.lines);
    append_number(out, copy.logical_clock);
    append_number(out, index_of(copy.writer));
    append_number(out, lines.size());
    append(out, lines);
  }

  const Draft& draft_;
  Bytes out_;
};

}  // namespace

Bytes encode_payload(const Draft& draft) {
  return Writer(draft).payload();
}

}  // namespace dp::draft
