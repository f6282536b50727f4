// Envelopes that no device of ours made: kept from the server, or sealed by a stranger who holds
// the keys of an account, by the rules or subtly against them.
#include <algorithm>
#include <utility>

#include "core/crypto/padding.h"
#include "core/draft/payload.h"
#include "core/server/database_table.h"
#include "sim/player/handlers.h"

namespace dp::sim {
namespace {

constexpr std::uint64_t kStrangers = 1'000'000;  // their writer ids, apart from drawn ones
constexpr std::size_t kSuiteAt = 4;
constexpr std::size_t kKindAt = 5;
constexpr std::size_t kFlagsAt = 6;
constexpr std::size_t kKeyAt = 8;
constexpr std::size_t kSchemaAt = 5;  // tag and length of the first field come before it

// What the server would show now: the higher of cache and row.
std::optional<server::DraftRow> held(const Stage& stage, std::size_t chat) {
  const server::SlotKey key = stage.slot_key(chat);
  std::optional<server::DraftRow> best;
  const auto& rows = stage.world().database().drafts();
  if (const auto row = rows.find(key); row != rows.end()) best = row->second;
  if (stage.world().server() == nullptr) return best;
  for (const server::SlotFacts& facts : stage.world().server()->slots()) {
    if (facts.slot != key || !facts.record) continue;
    const bool hollow = !facts.record->draft && !facts.record->tombstone;
    if (!hollow && (!best || facts.record->version >= best->version)) best = facts.record;
  }
  return best;
}

std::optional<NamedEnvelope> envelope_of(const Stage& stage, std::size_t chat) {
  const auto row = held(stage, chat);
  if (!row) return std::nullopt;
  const wire::NullableText& text = row->deleted ? row->tombstone : row->draft;
  const auto bytes = text ? base64_decode(*text) : std::nullopt;
  if (!bytes) return std::nullopt;
  NamedEnvelope out;
  out.bytes = *bytes;
  out.preview = row->preview;
  out.version = row->version;
  out.hash = stage.world().audit_hash(*bytes);
  return out;
}

std::optional<draft::Draft> opened(const Stage& stage, std::size_t account, std::size_t chat,
                                   const NamedEnvelope& envelope) {
  const auto slot = stage.world().slot_id(account, *stage.chat_id(chat));
  if (!slot) return std::nullopt;
  for (const crypto::Kind kind : {crypto::Kind::draft, crypto::Kind::tombstone}) {
    crypto::OpenRequest request;
    request.kind = kind;
    request.slot_id = *slot;
    const auto content = stage.world().audit_open(account, request, envelope.bytes);
    const auto payload = content ? crypto::unpad(kind, content->plaintext)
                                 : Result<Bytes>(std::unexpected(content.error()));
    auto draft = payload ? draft::decode_payload(*payload)
                         : Result<draft::Draft>(std::unexpected(payload.error()));
    if (draft) return std::move(*draft);
  }
  return std::nullopt;
}

crypto::Kind kind_of(std::string_view word) {
  if (word == "preview") return crypto::Kind::preview;
  if (word == "tombstone") return crypto::Kind::tombstone;
  return word == "message" ? crypto::Kind::message : crypto::Kind::draft;
}

// The same saves put together to another text, as a device would that had another merge base.
draft::Draft rearranged(const draft::Draft& before, std::string_view text) {
  draft::Draft draft = draft::saved(&before, text, before.dot, before.logical_clock);
  draft.vv = before.vv;
  return draft;
}

// The draft a stranger would have saved.
draft::Draft written(Stage& stage, const Action& action, std::size_t chat, crypto::Kind kind,
                     const std::optional<draft::Draft>& before) {
  if (before && action.flag("same_dots", false)) {
    return rearranged(*before, stage.with_round(action.text("text")));
  }
  const auto copies = static_cast<std::uint64_t>(action.number("copies", 0));
  const auto stranger = static_cast<std::uint64_t>(action.number("writer", 0));
  const WriterId writer{kStrangers + stranger};
  std::uint64_t sequence = stage.envelopes().next_sequence(stranger, chat, copies + 1);
  const draft::Draft* base = before ? &*before : nullptr;
  const std::uint64_t clock = base == nullptr ? 1 : base->logical_clock + 1;
  const draft::Dot dot{writer, sequence + copies};
  if (kind == crypto::Kind::tombstone) {
    const auto operation =
        action.flag("sent", false) ? draft::Operation::sent : draft::Operation::clear;
    return draft::consumed(base, operation, dot, clock);
  }
  draft::Draft draft = draft::saved(base, stage.with_round(action.text("text")), dot, clock);
  for (std::uint64_t i = 0; i < copies; ++i) {
    draft::Copy copy;
    copy.logical_clock = i + 1;
    copy.writer = writer;
    copy.lines.push_back({std::string(action.text("copy_text", "copy ")) + std::to_string(i + 1),
                          draft::Dot{writer, sequence + i}});
    draft.copies.push_back(std::move(copy));
  }
  std::ranges::sort(draft.copies);
  return draft;
}

bool is_of_header(std::string_view wrong) {
  for (const std::string_view word : {"magic", "suite", "kind", "flags", "key", "account"}) {
    if (word == wrong) return true;
  }
  return false;
}

void spoil_content(std::string_view wrong, Bytes& content) {
  if (wrong == "payload") content.pop_back();
  if (wrong == "schema" && content.size() > kSchemaAt) content[kSchemaAt] = 99;
}

// Ones that no suite, kind, flag or key of ours has.
void spoil_header(std::string_view wrong, Bytes& header) {
  if (wrong == "magic") header[3] = '9';
  if (wrong == "suite") header[kSuiteAt] = 9;
  if (wrong == "kind") header[kKindAt] = 9;
  if (wrong == "flags") header[kFlagsAt] = 1;
  if (wrong == "key") header[kKeyAt] ^= 1;
}

void spoil_sealed(std::string_view wrong, Bytes& envelope) {
  if (wrong == "commitment") envelope[crypto::kCommitmentAt] ^= 1;
  if (wrong == "ciphertext") envelope[crypto::kHeaderBytes] ^= 1;
  if (wrong == "tag") envelope.back() ^= 1;
  if (wrong == "shorter") envelope.pop_back();
  if (wrong == "longer") envelope.push_back(0);
}

// Everything the header says that is not wrong.
std::string place(Stage& stage, const Action& action, std::size_t chat,
                  crypto::SealRequest& request) {
  if (request.kind == crypto::Kind::message) return "";
  const auto current = envelope_of(stage, chat);
  const auto other = [&](std::string_view word) {
    const auto index = action.index(word);
    return index ? stage.envelopes().find(*index) : nullptr;
  };
  const NamedEnvelope* after = other("after");
  const NamedEnvelope* beside = other("beside");
  if ((action.find("after") != nullptr && after == nullptr) ||
      (action.find("beside") != nullptr && beside == nullptr)) {
    return "the envelope it names was not kept or forged yet";
  }
  const std::string_view parent = action.text("parent", "current");
  request.version = current ? current->version + 1 : 1;
  if (current && parent == "current") request.parent = current->hash;
  if (parent == "unknown") request.parent.fill(0xAB);
  if (after != nullptr) request.version = after->version + 1;
  if (after != nullptr) request.parent = after->hash;
  if (beside != nullptr) request.version = beside->version;
  if (beside != nullptr) request.parent = beside->hash;
  request.version =
      static_cast<Version>(action.number("version", static_cast<std::int64_t>(request.version)));
  return "";
}

// What a client wrote that knew no envelopes. It binds no version; its frame claims one.
std::string forge_unsealed(Stage& stage, DeviceId device, const Action& action, std::size_t chat) {
  const auto current = envelope_of(stage, chat);
  const std::string text = stage.with_round(action.text("text"));
  auto bytes = stage.world().seal_field_as(device, as_bytes(text));
  if (!bytes) return "it cannot be sealed: " + bytes.error().detail;
  NamedEnvelope named;
  named.hash = stage.world().audit_hash(*bytes);
  named.bytes = std::move(*bytes);
  named.version = current ? current->version + 1 : 1;
  stage.envelopes().keep(*action.index("as"), std::move(named));
  return "";
}

std::string forge(Stage& stage, DeviceId device, const Action& action) {
  World& world = stage.world();
  const std::size_t chat = *action.index("chat");
  if (!stage.chat_id(chat)) return "the chat has not begun yet";
  if (action.text("kind") == "unsealed") return forge_unsealed(stage, device, action, chat);
  const std::size_t account = world.account_of(device);
  const std::string_view wrong = action.text("wrong");
  crypto::SealRequest request;
  request.kind = kind_of(action.text("kind", "draft"));
  const auto slot = world.slot_id(account, *stage.chat_id(chat));
  if (!slot) return "its account has no keys";
  request.slot_id = *slot;
  if (std::string why = place(stage, action, chat, request); !why.empty()) return why;

  const auto current = envelope_of(stage, chat);
  Bytes content;
  if (request.kind == crypto::Kind::draft || request.kind == crypto::Kind::tombstone) {
    std::optional<draft::Draft> before;
    if (current && action.flag("knows", true)) before = opened(stage, account, chat, *current);
    content = draft::encode_payload(written(stage, action, chat, request.kind, before));
  } else {
    const std::string text = stage.with_round(action.text("text"));
    content.assign(text.begin(), text.end());
  }
  spoil_content(wrong, content);
  auto padded = crypto::pad(request.kind, content);
  if (!padded) return "it is too long to be sealed";
  if (wrong == "padding") padded->back() = 1;
  auto envelope = world.seal_as(device, request, *padded);
  if (!envelope) return "such an envelope cannot be sealed: " + envelope.error().detail;
  if (is_of_header(wrong)) {
    std::size_t claimed = account;
    if (wrong == "account") claimed = (account + 1) % stage.scenario().accounts.size();
    if (wrong == "account" && claimed == account) return "there is no other account";
    Bytes header(envelope->begin(), envelope->begin() + crypto::kCommitmentAt);
    spoil_header(wrong, header);
    envelope = world.reseal_as(device, claimed, *envelope, header, *padded);
    if (!envelope) return "such an envelope cannot be sealed";
  }
  spoil_sealed(wrong, *envelope);
  NamedEnvelope named;
  named.hash = world.audit_hash(*envelope);
  named.bytes = std::move(*envelope);
  named.version = request.version;
  stage.envelopes().keep(*action.index("as"), std::move(named));
  return "";
}

std::string keep(Stage& stage, const Action& action) {
  const std::size_t chat = *action.index("chat");
  if (!stage.chat_id(chat)) return "the chat has not begun yet";
  auto envelope = envelope_of(stage, chat);
  if (!envelope) return "it holds nothing of this chat";
  stage.envelopes().keep(*action.index("as"), std::move(*envelope));
  return "";
}

}  // namespace

const std::vector<DeviceVerb>& forging_verbs() {
  static const std::vector<DeviceVerb> verbs{{"forge", forge}};
  return verbs;
}

const std::vector<ServerVerb>& keeping_verbs() {
  static const std::vector<ServerVerb> verbs{{"keep", keep}};
  return verbs;
}

}  // namespace dp::sim
