#include "conformance/suites/client/watch.h"

#include <algorithm>

#include "core/crypto/padding.h"
#include "core/draft/payload.h"
#include "core/draft/preview.h"
#include "core/wire/codec.h"
#include "sim/oracles/secret_views.h"

namespace dp::conformance {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::string id_of(const std::optional<ChangeId>& id) {
  return id ? id->value : std::string();
}

std::size_t copies_bytes(const draft::Draft& draft) {
  std::size_t bytes = 0;
  for (const draft::Copy& copy : draft.copies) {
    for (const draft::Line& line : copy.lines) bytes += line.text.size() + 1;
  }
  return bytes;
}

}  // namespace

std::vector<SentChange> changes_of(const wire::ClientFrame& frame) {
  using Kind = SentChange::Kind;
  std::vector<SentChange> out;
  std::visit(
      Overloaded{
          [&](const wire::UpdateDraft& one) {
            out.push_back({Kind::update, false, one.chat_id.text(), id_of(one.change_id),
                           one.base_version, one.proposed_v, one.encrypted_draft_md.value_or(""),
                           one.encrypted_draft_preview.value.value_or(""), ""});
          },
          [&](const wire::DeleteDraft& one) {
            out.push_back({Kind::erase, false, one.chat_id.text(), id_of(one.change_id),
                           one.base_version, one.proposed_v, one.encrypted_tombstone.value_or(""),
                           "", ""});
          },
          [&](const wire::ChatMessageAdded& one) {
            out.push_back({Kind::send, false, one.chat_id.text(), one.message_id.value,
                           one.base_version, one.proposed_v, one.encrypted_tombstone.value_or(""),
                           "", one.encrypted_content});
          },
          [&](const wire::SyncOfflineChanges& list) {
            for (const wire::OfflineChange& one : list.changes) {
              const bool erases = one.kind == wire::OfflineKind::delete_draft;
              out.push_back({erases ? Kind::erase : Kind::update, true, one.chat_id.text(),
                             one.change_id.value, one.version_before_edit, one.proposed_v,
                             (erases ? one.encrypted_tombstone : one.value).value_or(""),
                             one.encrypted_draft_preview.value.value_or(""), ""});
            }
          },
          [](const auto&) {},
      },
      frame);
  return out;
}

Watch::Watch(const Vault& vault) : vault_(vault) {
  const auto add = [&](std::string name, std::string_view secret) {
    const auto label = static_cast<std::uint32_t>(secret_names_.size());
    secret_names_.push_back(std::move(name));
    for (std::size_t view = 0; view < sim::kSecretViewCount; ++view) {
      std::string pattern = sim::written_as(static_cast<sim::SecretView>(view), secret);
      if (pattern.size() >= sim::kPatternBytesMin) secrets_.add(std::move(pattern), label);
    }
  };
  add("the master key", as_text(vault.master_key()));
}

void Watch::breach(std::string requirement, std::string expected, std::string actual) {
  const auto same = [&](const Breach& one) { return one.requirement == requirement; };
  if (std::ranges::any_of(breaches_, same)) return;
  breaches_.push_back({std::move(requirement), std::move(expected), std::move(actual)});
}

void Watch::typed(std::string_view text) {
  const auto label = static_cast<std::uint32_t>(secret_names_.size());
  secret_names_.emplace_back("a text that was typed");
  for (const std::string_view window : sim::windows_of(text, sim::kWindowSymbols)) {
    for (std::size_t view = 0; view < sim::kSecretViewCount; ++view) {
      std::string pattern = sim::written_as(static_cast<sim::SecretView>(view), window);
      if (pattern.size() >= sim::kPatternBytesMin) secrets_.add(std::move(pattern), label);
    }
  }
}

void Watch::seen(std::string_view where, std::string_view bytes) {
  const auto hit = secrets_.find(bytes);
  if (!hit) return;
  const std::string what = secret_names_[hit->label] + " in " + std::string(where);
  const bool in_store = where.starts_with("the store");
  const bool in_log = where.starts_with("a log") || where.starts_with("standard error");
  breach("DP-PRIV-002", "no typed text and no key outside the process", what);
  if (in_store) breach("DP-STORE-001", "everything in the store is sealed", what);
  if (in_log) breach("DP-PRIV-006", "log lines carry no secret", what);
}

void Watch::connected(std::size_t device) {
  devices_[device].in_flight.clear();
}

void Watch::sent(std::size_t device, std::string_view text) {
  seen("a frame", text);
  const auto frame = wire::decode_client_frame(text, {});
  if (!frame) {
    const std::string what =
        std::string(wire::name(frame.error().code)) + " " + frame.error().field;
    breach("DP-WIRE-008", "a frame of section 3.2", what);
    if (frame.error().field.ends_with("_id")) {
      breach("DP-WIRE-016", "ids of 1 to 64 characters out of A-Z a-z 0-9 _ -", what);
    }
    return;
  }
  std::set<std::string> replayed;
  for (const SentChange& change : changes_of(*frame)) {
    if (change.replayed && !replayed.insert(change.chat).second) {
      breach("DP-OUT-011", "one change of a slot in a replay", "two");
    }
    judge(device, change);
  }
}

void Watch::judge(std::size_t device, const SentChange& change) {
  if (change.id.empty()) {
    breach("DP-FRAME-003", "a change_id in every sealed change", "none");
  }
  const bool plain_message = change.kind == SentChange::Kind::send && !change.base &&
                             !change.proposed && change.sealed.empty();
  if (plain_message) {  // there was no draft to delete
    if (!vault_.open_text(change.chat, crypto::Kind::message, change.content)) {
      breach("DP-KEY-001", "a message sealed as kind 6", "it does not open");
    }
    return judge_nonce(change.content);
  }
  if (!change.base || !change.proposed) {
    breach("DP-FRAME-001", "base_version and proposed_v in every change", "one or both are absent");
    return;
  }
  if (change.sealed.empty()) {
    breach("DP-FRAME-001", "a sealed draft or tombstone in every change", "none");
    return;
  }
  judge_sealed(change);
  judge_number(device, change);
  std::set<std::string>& open = devices_[device].in_flight[change.chat];
  if (!open.empty() && !open.contains(change.id)) {
    breach("DP-OUT-001", "one change of a slot in flight", "a second one before the first receipt");
  }
  open.insert(change.id);
}

void Watch::judge_number(std::size_t device, const SentChange& change) {
  DeviceLedger& ledger = devices_[device];
  const Version seen = std::max(ledger.highest[change.chat], *change.base);
  Version& own = ledger.proposed[change.chat];
  const Version most = std::max(seen, own) + 1;
  const bool refused = ledger.numbers_refused.contains(change.chat);
  if (*change.proposed <= seen || (*change.proposed > most && !refused)) {
    breach("DP-OUT-002", "proposed_v " + std::to_string(seen + 1),
           std::to_string(*change.proposed));
  }
  own = std::max(own, *change.proposed);
}

void Watch::judge_nonce(std::string_view base64) {
  const auto bytes = base64_decode(base64);
  if (!bytes || bytes->size() < crypto::kHeaderBytes) return;
  const Bytes nonce(bytes->begin() + 80, bytes->begin() + 104);
  const Hash32 hash = vault_.hash_of(base64);
  const auto [at, fresh] = nonces_.try_emplace(nonce, hash);
  if (!fresh && at->second != hash) {
    breach("DP-ENV-001", "a fresh nonce for every sealed byte string", "one nonce, two envelopes");
  }
}

void Watch::judge_sealed(const SentChange& change) {
  if (!base64_decode(change.sealed)) {
    return breach("DP-WIRE-017", "canonical base64", "another spelling");
  }
  judge_nonce(change.sealed);
  if (!change.preview.empty()) judge_nonce(change.preview);
  if (!change.content.empty()) {
    judge_nonce(change.content);
    if (!vault_.open_text(change.chat, crypto::Kind::message, change.content)) {
      breach("DP-KEY-001", "a message sealed as kind 6", "it does not open");
    }
  }
  if (change.kind == SentChange::Kind::update && change.sealed.size() > max_draft_chars_) {
    breach("DP-SAVE-014", "at most MAX_DRAFT_CHARS characters",
           std::to_string(change.sealed.size()));
  }
  const bool erases = change.kind != SentChange::Kind::update;
  const auto kind = erases ? crypto::Kind::tombstone : crypto::Kind::draft;
  const auto opened = vault_.open(change.chat, kind, change.sealed);
  if (!opened) {
    return breach("DP-KEY-001", "sealed with the account's keys for its slot and kind",
                  "it does not open");
  }
  if (opened->header.version != *change.proposed) {
    breach("DP-ENV-006", "version " + std::to_string(*change.proposed) + " inside the envelope",
           std::to_string(opened->header.version));
  }
  const auto content = crypto::unpad(kind, opened->plaintext);
  if (!content) return breach("DP-PAD-001", "padding to the smallest bucket", "another padding");
  const auto draft = draft::decode_payload(*content);
  if (!draft) {
    return breach("DP-PAY-004", "a payload of section 9",
                  draft.error().code + " " + draft.error().detail);
  }
  judge_draft(change, *draft);
  if (!erases) judge_preview(change, *draft);
}

void Watch::judge_draft(const SentChange& change, const draft::Draft& draft) {
  const bool erases = change.kind != SentChange::Kind::update;
  if (draft.is_tombstone() != erases) {
    breach("DP-PAY-004", "a text in a draft, none in a tombstone", "the other way round");
  }
  if (draft.copies.size() > draft::kCopiesMax || copies_bytes(draft) > draft::kCopiesBytesMax) {
    breach("DP-MERGE-010", "at most 8 copies and 16 KiB of them",
           std::to_string(draft.copies.size()) + " copies, " + std::to_string(copies_bytes(draft)) +
               " bytes");
  }
  if (change.kind == SentChange::Kind::send && draft.operation != draft::Operation::sent) {
    breach("DP-MERGE-017", "a tombstone with operation SENT", "another operation");
  }
}

void Watch::judge_preview(const SentChange& change, const draft::Draft& draft) {
  if (change.preview.empty()) {
    return breach("DP-PREV-005", "a sealed preview beside every draft", "none");
  }
  const auto opened = vault_.open(change.chat, crypto::Kind::preview, change.preview);
  if (!opened) return breach("DP-PREV-002", "a preview sealed as kind 2", "it does not open");
  if (opened->header.version != *change.proposed ||
      opened->header.parent != vault_.hash_of(change.sealed)) {
    breach("DP-ENV-007", "a preview bound to its draft", "another version or parent");
  }
  const auto content = crypto::unpad(crypto::Kind::preview, opened->plaintext);
  if (!content) return breach("DP-PAD-001", "a preview padded to 512 bytes", "another padding");
  const std::string expected = draft::preview_of(draft::text_of(draft)).value_or("");
  if (as_text(*content) != expected) {
    breach("DP-PREV-001", "preview of " + std::to_string(expected.size()) + " bytes",
           "another text of " + std::to_string(content->size()) + " bytes");
  }
}

void Watch::delivered(std::size_t device, std::string_view text) {
  const auto frame = wire::decode_server_frame(text, {});
  if (!frame) return;
  DeviceLedger& ledger = devices_[device];
  const auto learned = [&](const ChatId& chat, const wire::NullableText& sealed) {
    if (!sealed) return;
    const auto opened = vault_.open_draft(chat.text(), *sealed);
    if (opened) {
      Version& highest = ledger.highest[chat.text()];
      highest = std::max(highest, opened->version);
    }
  };
  const auto answered = [&](const ChatId& chat, const std::optional<ChangeId>& id) {
    if (id) ledger.in_flight[chat.text()].erase(id->value);
  };
  std::visit(
      Overloaded{
          [&](const wire::DraftUpdateReceipt& one) { answered(one.chat_id, one.change_id); },
          [&](const wire::DraftDeleteReceipt& one) { answered(one.chat_id, one.change_id); },
          [&](const wire::DraftConflict& one) {
            answered(one.chat_id, one.change_id);
            learned(one.chat_id, one.encrypted_draft_md);
            learned(one.chat_id, one.encrypted_tombstone);
          },
          [&](const wire::ErrorFrame& one) {
            if (one.chat_id) answered(*one.chat_id, one.change_id);
            if (one.chat_id && one.code == wire::ErrorCode::version_invalid) {
              ledger.numbers_refused.insert(one.chat_id->text());
            }
          },
          [&](const wire::OfflineSyncComplete& all) {
            for (auto& [chat, ids] : ledger.in_flight) {
              for (const auto& one : all.results) ids.erase(one.change_id.value);
            }
          },
          [&](const wire::ChatDraftUpdated& one) { learned(one.chat_id, one.encrypted_draft_md); },
          [&](const wire::DraftDeleted& one) { learned(one.chat_id, one.encrypted_tombstone); },
          [&](const wire::ChatDetails& one) {
            learned(one.chat_id, one.encrypted_draft_md);
            learned(one.chat_id, one.encrypted_tombstone);
          },
          [&](const wire::InitialSyncResponse& all) {
            for (const wire::ChatDetails& one : all.chats) {
              learned(one.chat_id, one.encrypted_draft_md);
              learned(one.chat_id, one.encrypted_tombstone);
            }
          },
          [](const auto&) {},
      },
      *frame);
}

}  // namespace dp::conformance
