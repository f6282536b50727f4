#include "core/client/row_codec.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "core/draft/payload.h"

namespace dp::client {
namespace {

// Our own rows may hold texts that are too long to send, so the payload limits are wider here.
constexpr draft::PayloadLimits kRowPayloadLimits{.bytes_max = 64u << 20,
                                                 .lines_max = 4'000'000,
                                                 .writers_max = 1'000'000,
                                                 .copies_max = 100'000};
constexpr std::uint32_t kNoDraft = std::numeric_limits<std::uint32_t>::max();

// ---- writing ------------------------------------------------------------------------------------

Bytes begin(RowType type) {
  return {static_cast<std::uint8_t>(type), kRowFormat};
}

void append_blob(Bytes& out, ByteView bytes) {
  append_u32(out, static_cast<std::uint32_t>(bytes.size()));
  append(out, bytes);
}
void append_flag(Bytes& out, bool flag) {
  out.push_back(flag ? 1 : 0);
}

// Gives each distinct draft of a row a number.
class DraftTable {
 public:
  std::uint32_t number_of(const DraftRef& draft) {
    if (!draft) return kNoDraft;
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      if (same_draft(drafts_[i], draft)) return static_cast<std::uint32_t>(i);
    }
    drafts_.push_back(draft);
    return static_cast<std::uint32_t>(drafts_.size() - 1);
  }
  const std::vector<DraftRef>& drafts() const { return drafts_; }

 private:
  std::vector<DraftRef> drafts_;
};

void append_base(Bytes& out, const ServerState& base, DraftTable& table) {
  append_u64(out, base.version);
  append(out, base.hash);
  append_u32(out, table.number_of(base.draft));
  append_u64(out, base.learned.boot);
  append_u64(out, static_cast<std::uint64_t>(base.learned.at.monotonic_us));
  append_u64(out, static_cast<std::uint64_t>(base.learned.at.wall_us));
}

void append_change(Bytes& out, const Change& change, DraftTable& table) {
  append_blob(out, as_bytes(change.id.value));
  append_u64(out, change.base_version);
  append_u64(out, change.version);
  append(out, change.hash);
  append_flag(out, change.tombstone);
  append_blob(out, change.envelope);
  append_blob(out, change.preview);
  append_u32(out, table.number_of(change.draft));
  append_blob(out, as_bytes(change.rides ? change.rides->value : std::string()));
}

// ---- reading ------------------------------------------------------------------------------------

std::unexpected<Error> broken(std::string_view field) {
  return fail(Fault::storage, "row_invalid", std::string(field));
}

Bytes take_blob(ByteReader& reader) {
  const std::uint32_t size = reader.u32();
  const ByteView bytes = reader.take(size);
  return {bytes.begin(), bytes.end()};
}
std::string take_text(ByteReader& reader) {
  const Bytes bytes = take_blob(reader);
  return std::string(as_text(bytes));
}
template <std::size_t N>
std::array<std::uint8_t, N> take_array(ByteReader& reader) {
  std::array<std::uint8_t, N> out{};
  const ByteView bytes = reader.take(N);
  if (bytes.size() == N) std::ranges::copy(bytes, out.begin());
  return out;
}
Micros take_micros(ByteReader& reader) {
  return static_cast<Micros>(reader.u64());
}

// Drafts come before what names them; a number outside the table makes the row invalid.
struct DraftNames {
  std::vector<DraftRef> drafts;
  bool ok = true;

  DraftRef take(ByteReader& reader) {
    const std::uint32_t number = reader.u32();
    if (number == kNoDraft) return nullptr;
    if (number < drafts.size()) return drafts[number];
    ok = false;
    return nullptr;
  }
};

bool take_drafts(ByteReader& reader, DraftNames& names) {
  const std::uint32_t count = reader.u32();
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint32_t size = reader.u32();
    const ByteView bytes = reader.take(size);
    if (!reader.ok()) return false;
    Result<draft::Draft> decoded = draft::decode_payload(bytes, kRowPayloadLimits);
    if (!decoded) return false;
    names.drafts.push_back(share(std::move(*decoded)));
  }
  return reader.ok();
}

ServerState take_base(ByteReader& reader, DraftNames& names) {
  ServerState base;
  base.version = reader.u64();
  base.hash = take_array<32>(reader);
  base.draft = names.take(reader);
  base.learned.boot = reader.u64();
  base.learned.at.monotonic_us = take_micros(reader);
  base.learned.at.wall_us = take_micros(reader);
  return base;
}

Change take_change(ByteReader& reader, DraftNames& names) {
  Change change;
  change.id.value = take_text(reader);
  change.base_version = reader.u64();
  change.version = reader.u64();
  change.hash = take_array<32>(reader);
  change.tombstone = reader.u8() != 0;
  change.envelope = take_blob(reader);
  change.preview = take_blob(reader);
  change.draft = names.take(reader);
  std::string rides = take_text(reader);
  if (!rides.empty()) change.rides = MessageId{std::move(rides)};
  return change;
}

bool begins_as(ByteView content, RowType type) {
  return content.size() >= 2 && content[0] == static_cast<std::uint8_t>(type) &&
         content[1] == kRowFormat;
}

}  // namespace

Bytes encode_manifest(const Manifest& manifest) {
  Bytes out = begin(RowType::manifest);
  append_u64(out, manifest.stamp);
  append_u64(out, manifest.sum);
  append_u64(out, manifest.salt);
  return out;
}

Bytes encode_dead() {
  return begin(RowType::dead);
}

Bytes encode_slot(const SlotRow& row) {
  DraftTable table;
  Bytes tail;
  std::size_t sealed = row.kept.size();
  if (row.in_flight) sealed += row.in_flight->envelope.size() + row.in_flight->preview.size();
  for (const QueuedSend& send : row.sends) sealed += send.content.size();
  constexpr std::size_t kFixed = 512;
  tail.reserve(kFixed + sealed);
  append(tail, row.chat.bytes());
  append_flag(tail, row.has_messages);
  append_flag(tail, row.sealed_seen);
  append_flag(tail, row.gone);
  append_u64(tail, row.high_water);
  append_u64(tail, row.fence);
  append_u32(tail, table.number_of(row.local));
  append_base(tail, row.base, table);
  append_u32(tail, static_cast<std::uint32_t>(row.ancestors.size()));
  for (const Ancestor& ancestor : row.ancestors) {
    append_u32(tail, table.number_of(ancestor.draft));
    append_flag(tail, ancestor.agreed);
  }
  append_flag(tail, row.in_flight.has_value());
  if (row.in_flight) append_change(tail, *row.in_flight, table);
  append_u32(tail, static_cast<std::uint32_t>(row.sends.size()));
  for (const QueuedSend& send : row.sends) {
    append_blob(tail, as_bytes(send.id.value));
    append_blob(tail, send.content);
    append_u32(tail, table.number_of(send.sent));
    append_u32(tail, table.number_of(send.before));
    append_flag(tail, send.offered);
  }
  append_blob(tail, as_bytes(row.deletion ? row.deletion->value : std::string()));
  append_blob(tail, row.kept);
  append_u64(tail, row.rank);

  std::vector<Bytes> payloads;
  payloads.reserve(table.drafts().size());
  std::size_t bytes = tail.size() + 8;
  for (const DraftRef& draft : table.drafts()) {
    payloads.push_back(draft::encode_payload(*draft));
    bytes += payloads.back().size() + 4;
  }
  Bytes out = begin(RowType::slot);
  out.reserve(bytes);
  append_u32(out, static_cast<std::uint32_t>(payloads.size()));
  for (const Bytes& payload : payloads) append_blob(out, payload);
  append(out, tail);
  return out;
}

Bytes encode_archive(std::uint64_t number, const ArchivedText& text) {
  Bytes out = begin(RowType::archive);
  append_u64(out, number);
  append(out, text.chat.bytes());
  append_blob(out, as_bytes(text.reason));
  append_u32(out, static_cast<std::uint32_t>(text.lines.size()));
  for (const draft::Line& line : text.lines) {
    append_blob(out, as_bytes(line.text));
    append_u64(out, line.dot.writer.value);
    append_u64(out, line.dot.sequence);
  }
  return out;
}

Result<RowType> row_type(ByteView content) {
  for (const RowType type : {RowType::manifest, RowType::slot, RowType::archive, RowType::dead}) {
    if (begins_as(content, type)) return type;
  }
  return broken("type");
}

Result<Manifest> decode_manifest(ByteView content) {
  if (!begins_as(content, RowType::manifest)) return broken("type");
  ByteReader reader(content.subspan(2));
  Manifest manifest;
  manifest.stamp = reader.u64();
  manifest.sum = reader.u64();
  manifest.salt = reader.u64();
  if (!reader.ok() || reader.remaining() != 0) return broken("manifest");
  return manifest;
}

Result<SlotRow> decode_slot(ByteView content) {
  if (!begins_as(content, RowType::slot)) return broken("type");
  ByteReader reader(content.subspan(2));
  DraftNames names;
  if (!take_drafts(reader, names)) return broken("drafts");

  SlotRow row;
  row.chat = ChatId::from_random(take_array<16>(reader));
  row.has_messages = reader.u8() != 0;
  row.sealed_seen = reader.u8() != 0;
  row.gone = reader.u8() != 0;
  row.high_water = reader.u64();
  row.fence = reader.u64();
  row.local = names.take(reader);
  row.base = take_base(reader, names);
  for (std::uint32_t left = reader.u32(); left > 0 && reader.ok(); --left) {
    Ancestor ancestor;
    ancestor.draft = names.take(reader);
    ancestor.agreed = reader.u8() != 0;
    row.ancestors.push_back(std::move(ancestor));
  }
  if (reader.u8() != 0) row.in_flight = take_change(reader, names);
  for (std::uint32_t left = reader.u32(); left > 0 && reader.ok(); --left) {
    QueuedSend send;
    send.id.value = take_text(reader);
    send.content = take_blob(reader);
    send.sent = names.take(reader);
    send.before = names.take(reader);
    send.offered = reader.u8() != 0;
    row.sends.push_back(std::move(send));
  }
  std::string deletion = take_text(reader);
  if (!deletion.empty()) row.deletion = ChangeId{std::move(deletion)};
  row.kept = take_blob(reader);
  if (reader.remaining() != 0) row.rank = reader.u64();  // rows written before there was one
  if (!reader.ok() || reader.remaining() != 0 || !names.ok) return broken("slot");
  if (std::ranges::any_of(row.ancestors, [](const Ancestor& a) { return !a.draft; }) ||
      std::ranges::any_of(row.sends, [](const QueuedSend& s) { return !s.sent; }) ||
      (row.in_flight && !row.in_flight->draft)) {
    return broken("draft");
  }
  return row;
}

Result<DecodedArchive> decode_archive(ByteView content) {
  if (!begins_as(content, RowType::archive)) return broken("type");
  ByteReader reader(content.subspan(2));
  DecodedArchive decoded;
  decoded.number = reader.u64();
  decoded.text.chat = ChatId::from_random(take_array<16>(reader));
  decoded.text.reason = take_text(reader);
  for (std::uint32_t left = reader.u32(); left > 0 && reader.ok(); --left) {
    draft::Line line;
    line.text = take_text(reader);
    line.dot.writer.value = reader.u64();
    line.dot.sequence = reader.u64();
    decoded.text.lines.push_back(std::move(line));
  }
  if (!reader.ok() || reader.remaining() != 0) return broken("archive");
  return decoded;
}

}  // namespace dp::client
