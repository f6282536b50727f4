#include <algorithm>

#include "core/draft/payload.h"
#include "core/draft/payload_fields.h"

namespace dp::draft {
namespace {

class Writer {
 public:
  explicit Writer(const Draft& draft) : draft_(draft) { out_.reserve(roughly()); }

  Bytes payload() {
    auto unknown = draft_.unknown.begin();
    const auto unknown_below = [&](std::uint8_t tag) {
      for (; unknown != draft_.unknown.end() && unknown->tag < tag; ++unknown) {
        unknown_field(*unknown);
      }
    };
    for (std::uint8_t tag = 1; tag <= kLastKnownTag; ++tag) {
      unknown_below(tag);
      known_field(static_cast<Tag>(tag));
    }
    for (; unknown != draft_.unknown.end(); ++unknown) unknown_field(*unknown);
    return std::move(out_);
  }

 private:
  // Bytes of a payload whose lines change hands now and then; more may be needed.
  std::size_t roughly() const {
    constexpr std::size_t kFixed = 64;
    constexpr std::size_t kPerWriter = 12;
    constexpr std::size_t kPerLine = 5;
    std::size_t bytes = kFixed + kPerWriter * (draft_.vv.entries().size() + 2);
    const auto add = [&bytes](const Lines& lines) {
      for (const Line& line : lines) bytes += line.text.size() + kPerLine;
    };
    add(draft_.lines);
    for (const Copy& copy : draft_.copies) add(copy.lines);
    return bytes;
  }

  void unknown_field(const UnknownField& field) {
    open_field(field.tag);
    append(out_, field.value);
    close_field();
  }

  // The length is known once the value is written: its four bytes are filled in then.
  void open_field(std::uint8_t tag) {
    out_.push_back(tag);
    append_u32(out_, 0);
    value_at_ = out_.size();
  }
  void close_field() {
    std::size_t length = out_.size() - value_at_;
    for (std::size_t at = value_at_ - 4; at < value_at_; ++at, length >>= 8) {
      out_[at] = static_cast<std::uint8_t>(length);
    }
  }

  void known_field(Tag tag) {
    if (tag == Tag::cleared && draft_.cleared.empty()) return;
    if (tag == Tag::text && draft_.lines.empty()) return;
    if (tag == Tag::copies && draft_.copies.empty()) return;
    open_field(static_cast<std::uint8_t>(tag));
    switch (tag) {
      case Tag::schema:
        out_.push_back(kPayloadSchema);
        break;
      case Tag::operation:
        out_.push_back(static_cast<std::uint8_t>(draft_.operation));
        break;
      case Tag::vector:
        append_vector(out_);
        break;
      case Tag::dot:
        append_dot(out_, draft_.dot);
        break;
      case Tag::clock:
        append_number(out_, draft_.logical_clock);
        break;
      case Tag::cleared:
        append_cleared(out_);
        break;
      case Tag::text:
        append_lines(out_, draft_.lines);
        break;
      case Tag::copies:
        for (const Copy& copy : draft_.copies) append_copy(out_, copy);
        break;
    }
    close_field();
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
    std::uint64_t run_count = lines.empty() ? 0 : 1;
    for (std::size_t at = 1; at < lines.size(); ++at) {
      if (lines[at].dot != lines[at - 1].dot) ++run_count;
    }
    append_number(out, run_count);
    for (std::size_t from = 0; from < lines.size();) {
      std::size_t to = from + 1;
      while (to < lines.size() && lines[to].dot == lines[from].dot) ++to;
      append_number(out, to - from);
      append_dot(out, lines[from].dot);
      from = to;
    }
    for (std::size_t at = 0; at < lines.size(); ++at) {
      if (at > 0) out.push_back('\n');
      append(out, as_bytes(lines[at].text));
    }
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
  std::size_t value_at_ = 0;  // of the open field
};

}  // namespace

Bytes encode_payload(const Draft& draft) {
  return Writer(draft).payload();
}

}  // namespace dp::draft
