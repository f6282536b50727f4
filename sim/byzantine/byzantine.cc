#include "sim/byzantine/byzantine.h"

#include <algorithm>
#include <utility>

#include "core/wire/codec.h"
#include "core/wire/limits.h"

namespace dp::sim {

namespace {

using Frames = std::vector<std::string>;

// Of 64 turns the last quarter is for what is not even well formed.
constexpr std::uint64_t kFirstExtremeTurn = 48;

std::optional<ChatId> chat_of(const wire::ServerFrame& frame) {
  return std::visit(
      [](const auto& one) -> std::optional<ChatId> {
        if constexpr (requires { ChatId(one.chat_id); }) {
          return one.chat_id;
        } else {
          return std::nullopt;
        }
      },
      frame);
}

}  // namespace

void ByzantineMemory::remember(std::size_t account, std::string_view text) {
  const auto frame = wire::decode_server_frame(text, wire::WireLimits{});
  if (!frame) return;
  Content content;
  content.account = account;
  if (const auto* update = std::get_if<wire::ChatDraftUpdated>(&*frame)) {
    content.chat = update->chat_id;
    content.version = update->draft_v;
    content.draft = update->encrypted_draft_md;
    content.preview = update->encrypted_draft_preview;
  } else if (const auto* conflict = std::get_if<wire::DraftConflict>(&*frame)) {
    content.chat = conflict->chat_id;
    content.version = conflict->draft_v;
    content.draft = conflict->encrypted_draft_md;
    content.preview = conflict->encrypted_draft_preview;
    content.tombstone = conflict->encrypted_tombstone;
  } else if (const auto* details = std::get_if<wire::ChatDetails>(&*frame)) {
    content.chat = details->chat_id;
    content.version = details->draft_v != 0 ? details->draft_v : details->cleared_draft_v;
    content.draft = details->encrypted_draft_md;
    content.preview = details->encrypted_draft_preview;
    content.tombstone = details->encrypted_tombstone;
  } else {
    return;
  }
  if (!content.draft && !content.tombstone) return;
  if (contents_.size() == kByzantineMemoryMax) contents_.pop_front();
  contents_.push_back(std::move(content));
}

const ByzantineMemory::Content* ByzantineMemory::older(std::size_t account, const ChatId& chat,
                                                       Version below) const {
  for (const Content& content : contents_) {
    if (content.account == account && content.chat == chat && content.version < below &&
        content.draft) {
      return &content;
    }
  }
  return nullptr;
}

const ByzantineMemory::Content* ByzantineMemory::of_other_chat(std::size_t account,
                                                               const ChatId& chat,
                                                               std::uint64_t turn) const {
  std::vector<const Content*> others;
  for (const Content& content : contents_) {
    const bool same = content.account == account && content.chat == chat;
    if (!same && content.draft) others.push_back(&content);
  }
  return others.empty() ? nullptr : others[turn % others.size()];
}

void ByzantineMemory::remember_present() {
  past_.clear();
  shows_past_ = false;
  for (const Content& content : contents_) {
    Content& newest = past_[{content.account, content.chat}];
    if (content.version >= newest.version) newest = content;
  }
}

void ByzantineMemory::show_past() {
  shows_past_ = true;
}

const ByzantineMemory::Content* ByzantineMemory::past_of(std::size_t account, const ChatId& chat,
                                                         Version below) const {
  const auto found = past_.find({account, chat});
  return found != past_.end() && found->second.version < below ? &found->second : nullptr;
}

bool ByzantineMemory::turn_back(std::size_t account, wire::ChatDetails& details) const {
  const Version shown = std::max(details.draft_v, details.cleared_draft_v);
  const Content* past = past_of(account, details.chat_id, shown);
  if (past == nullptr) return false;
  details.draft_v = past->tombstone ? 0 : past->version;
  details.cleared_draft_v = past->tombstone ? past->version : 0;
  details.encrypted_draft_md = past->draft;
  details.encrypted_draft_preview = past->preview;
  details.encrypted_tombstone = past->tombstone;
  return true;
}

// Without a hash the device has to ask for the chat itself, and is told the same there.
bool ByzantineMemory::turn_back(std::size_t account, wire::DraftVersionsResponse& response) const {
  bool changed = false;
  for (wire::SlotVersion& entry : response.versions) {
    const Content* past = past_of(account, entry.chat_id, entry.draft_v);
    if (past == nullptr || past->tombstone) continue;
    entry.draft_v = past->version;
    std::erase_if(response.hashes,
                  [&](const wire::SlotHash& hash) { return hash.chat_id == entry.chat_id; });
    changed = true;
  }
  return changed;
}

std::optional<std::string> ByzantineMemory::as_it_was(std::size_t account,
                                                      std::string_view text) const {
  if (!shows_past_ || past_.empty()) return std::nullopt;
  auto frame = wire::decode_server_frame(text, wire::WireLimits{});
  if (!frame) return std::nullopt;
  bool changed = false;
  if (auto* details = std::get_if<wire::ChatDetails>(&*frame)) {
    changed = turn_back(account, *details);
  } else if (auto* versions = std::get_if<wire::DraftVersionsResponse>(&*frame)) {
    changed = turn_back(account, *versions);
  } else if (auto* listing = std::get_if<wire::InitialSyncResponse>(&*frame)) {
    for (wire::ChatDetails& chat : listing->chats) {
      changed = turn_back(account, chat) || changed;
    }
  }
  if (!changed) return std::nullopt;
  return wire::encode(*frame);
}

// Spellings of a ciphertext that strict base64 refuses (SEC-41).
std::string badly_encoded(std::string text, std::uint64_t turn) {
  switch (turn % 4) {
    case 0:
      return text + "=";
    case 1:
      text.back() = '-';  // the alphabet of URLs
      return text;
    case 2:
      return text.substr(0, text.size() - 1);
    default:
      return text + "\n";
  }
}

// Numbers that no honest server sends: the largest one a frame may carry, and one beyond it.
std::optional<Frames> with_extreme_number(wire::ServerFrame frame, std::uint64_t turn) {
  constexpr std::string_view kMax = "9007199254740991";
  constexpr std::string_view kBeyond = "1152921504606846976";
  auto* update = std::get_if<wire::ChatDraftUpdated>(&frame);
  auto* details = std::get_if<wire::ChatDetails>(&frame);
  if (update == nullptr && details == nullptr) return std::nullopt;
  (update != nullptr ? update->draft_v : details->draft_v) = kVersionMax;
  std::string text = wire::encode(frame);
  if (turn % 2 == 1) text.replace(text.find(kMax), kMax.size(), kBeyond);
  return Frames{std::move(text)};
}

// What was accepted is said to have a number that was not above the slot's history.
wire::ServerFrame refused_by_number(const wire::DraftUpdateReceipt& receipt) {
  wire::ErrorFrame error;
  error.code = wire::ErrorCode::version_invalid;
  error.chat_id = receipt.chat_id;
  error.change_id = receipt.change_id;
  return error;
}

// The lies that need no memory of what was there before.
static std::optional<Frames> invented(FaultKind kind, wire::ServerFrame frame, std::uint64_t turn) {
  auto* update = std::get_if<wire::ChatDraftUpdated>(&frame);
  auto* versions = std::get_if<wire::DraftVersionsResponse>(&frame);
  const auto one = [](const wire::ServerFrame& changed) { return Frames{wire::encode(changed)}; };
  switch (kind) {
    case FaultKind::server_forges_success: {
      const auto* conflict = std::get_if<wire::DraftConflict>(&frame);
      if (conflict == nullptr) return std::nullopt;
      wire::DraftUpdateReceipt receipt;
      receipt.chat_id = conflict->chat_id;
      receipt.draft_v = conflict->draft_v + 1;
      receipt.change_id = conflict->change_id;
      return one(receipt);
    }
    case FaultKind::server_forges_deletion: {
      if (update == nullptr) return std::nullopt;
      wire::DraftDeleted deleted;
      deleted.chat_id = update->chat_id;
      deleted.draft_v = update->draft_v + 1;
      return one(deleted);
    }
    case FaultKind::server_lies_about_versions:
      if (turn >= kFirstExtremeTurn) {
        if (auto extreme = with_extreme_number(frame, turn)) return extreme;
      }
      if (versions != nullptr && !versions->versions.empty()) {
        wire::SlotVersion& lied = versions->versions[turn % versions->versions.size()];
        lied.draft_v = turn % 2 == 0 ? 0 : lied.draft_v + turn;
        return one(frame);
      }
      if (update != nullptr) {
        update->draft_v += 1 + turn;
        return one(frame);
      }
      if (const auto* receipt = std::get_if<wire::DraftUpdateReceipt>(&frame)) {
        return one(refused_by_number(*receipt));
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<Frames> ByzantineMemory::rewrite(FaultKind kind, std::size_t account,
                                               std::string_view text, std::uint64_t turn) const {
  const auto decoded = wire::decode_server_frame(text, wire::WireLimits{});
  if (!decoded) return std::nullopt;
  wire::ServerFrame frame = *decoded;
  const std::optional<ChatId> chat = chat_of(frame);
  auto* update = std::get_if<wire::ChatDraftUpdated>(&frame);
  auto* details = std::get_if<wire::ChatDetails>(&frame);
  const auto one = [](const wire::ServerFrame& changed) { return Frames{wire::encode(changed)}; };

  switch (kind) {
    case FaultKind::server_drops:
      if (!chat) return std::nullopt;
      return Frames{};
    case FaultKind::server_withholds:
      if (update != nullptr) return Frames{};
      if (auto* listing = std::get_if<wire::InitialSyncResponse>(&frame);
          listing != nullptr && !listing->chats.empty()) {
        listing->chats.erase(listing->chats.begin() +
                             static_cast<std::ptrdiff_t>(turn % listing->chats.size()));
        return one(frame);
      }
      return std::nullopt;
    case FaultKind::server_replays_old: {
      // Old content under the number of the new one.
      if (update == nullptr && details == nullptr) return std::nullopt;
      const Version version = update != nullptr ? update->draft_v : details->draft_v;
      wire::NullableText& shown =
          update != nullptr ? update->encrypted_draft_md : details->encrypted_draft_md;
      if (turn >= kFirstExtremeTurn && shown && !shown->empty()) {
        shown = badly_encoded(*shown, turn);
        return one(frame);
      }
      const Content* old = older(account, *chat, version);
      if (old == nullptr) return std::nullopt;
      (update != nullptr ? update->encrypted_draft_md : details->encrypted_draft_md) = old->draft;
      return one(frame);
    }
    case FaultKind::server_equivocates: {
      // A consistent older world for this device alone.
      if (update == nullptr && details == nullptr) return std::nullopt;
      const Version version = update != nullptr ? update->draft_v : details->draft_v;
      const Content* old = older(account, *chat, version);
      if (old == nullptr) return std::nullopt;
      if (update != nullptr) {
        update->encrypted_draft_md = old->draft;
        update->encrypted_draft_preview = old->preview;
        update->draft_v = old->version;
      } else {
        details->encrypted_draft_md = old->draft;
        details->encrypted_draft_preview = old->preview;
        details->encrypted_tombstone = std::nullopt;
        details->draft_v = old->version;
      }
      return one(frame);
    }
    case FaultKind::server_swaps_chats: {
      if (update == nullptr && details == nullptr) return std::nullopt;
      const Content* other = of_other_chat(account, *chat, turn);
      if (other == nullptr) return std::nullopt;
      (update != nullptr ? update->encrypted_draft_md : details->encrypted_draft_md) = other->draft;
      return one(frame);
    }
    default:
      return invented(kind, std::move(frame), turn);
  }
}

}  // namespace dp::sim
