#include "conformance/suites/server/party.h"

#include "core/vocabulary/bytes.h"

namespace dp::conformance {

Party::Party(SubjectAccount account, std::uint64_t seed)
    : account_(std::move(account)), vault_(seed), writer_{vault_.draw()} {}

std::string Party::words() {
  secrets_.push_back(vault_.draw_words());
  return secrets_.back();
}

Slot::Slot(Party& party) : Slot(party, party.vault().draw_chat()) {}

Slot::Slot(Party& party, std::string id) : chat(std::move(id)), party_(&party) {}

// ---- sealed -------------------------------------------------------------------------------------

wire::UpdateDraft Slot::update() {
  return update(party_->words());
}

wire::UpdateDraft Slot::update(std::string_view text) {
  draft_ = draft::saved(draft_.vv.empty() ? nullptr : &draft_, text, party_->dot(),
                        draft_.logical_clock + 1);
  return update_at(version, version + 1, parent);
}

wire::UpdateDraft Slot::update_at(Version base, Version proposed, const Hash32& on) {
  if (draft_.lines.empty()) {
    draft_ = draft::saved(nullptr, party_->words(), party_->dot(), draft_.logical_clock + 1);
  }
  Vault& vault = party_->vault();
  offered_ = {proposed, vault.seal_draft(chat, draft_, proposed, on), "", true};
  offered_.preview = vault.seal_preview(chat, draft::text_of(draft_), proposed, offered_.sealed);
  wire::UpdateDraft frame;
  frame.chat_id = id();
  frame.encrypted_draft_md = offered_.sealed;
  frame.encrypted_draft_preview = {true, offered_.preview};
  frame.base_version = base;
  frame.proposed_v = proposed;
  frame.change_id = party_->change_id();
  return frame;
}

std::string Slot::tombstone(Version proposed, const Hash32& on) {
  const draft::Draft cleared =
      draft::consumed(draft_.vv.empty() ? nullptr : &draft_, draft::Operation::clear, party_->dot(),
                      draft_.logical_clock + 1);
  std::string sealed_text = party_->vault().seal_draft(chat, cleared, proposed, on);
  offered_ = {proposed, sealed_text, "", false};
  return sealed_text;
}

wire::DeleteDraft Slot::deletion() {
  return deletion_at(version, version + 1, parent);
}

wire::DeleteDraft Slot::deletion_at(Version base, Version proposed, const Hash32& on) {
  wire::DeleteDraft frame;
  frame.chat_id = id();
  frame.base_version = base;
  frame.proposed_v = proposed;
  frame.change_id = party_->change_id();
  frame.encrypted_tombstone = tombstone(proposed, on);
  return frame;
}

wire::ChatMessageAdded Slot::message() {
  wire::ChatMessageAdded frame;
  frame.chat_id = id();
  frame.message_id = party_->message_id();
  frame.encrypted_content =
      party_->vault().seal({chat, crypto::Kind::message, 0, {}}, as_bytes(party_->words()));
  frame.base_version = version;
  frame.proposed_v = version + 1;
  frame.encrypted_tombstone = tombstone(version + 1, parent);
  return frame;
}

wire::OfflineChange Slot::offline_update() {
  const wire::UpdateDraft live = update();
  wire::OfflineChange change;
  change.change_id = *live.change_id;
  change.chat_id = live.chat_id;
  change.value = live.encrypted_draft_md;
  change.version_before_edit = *live.base_version;
  change.proposed_v = live.proposed_v;
  change.encrypted_draft_preview = live.encrypted_draft_preview;
  return change;
}

wire::OfflineChange Slot::offline_deletion() {
  const wire::DeleteDraft live = deletion();
  wire::OfflineChange change;
  change.change_id = *live.change_id;
  change.chat_id = live.chat_id;
  change.kind = wire::OfflineKind::delete_draft;
  change.version_before_edit = *live.base_version;
  change.proposed_v = live.proposed_v;
  change.encrypted_tombstone = live.encrypted_tombstone;
  return change;
}

void Slot::accepted() {
  version = offered_.version;
  parent = party_->vault().hash_of(offered_.sealed);
  sealed = offered_.sealed;
  preview = offered_.preview;
  holds_draft = offered_.is_draft;
}

// ---- field --------------------------------------------------------------------------------------

wire::UpdateDraft Slot::field_update() {
  wire::UpdateDraft frame;
  frame.chat_id = id();
  frame.encrypted_draft_md = party_->vault().seal_field(party_->words());
  frame.encrypted_draft_preview = {true, party_->vault().seal_field(party_->words())};
  frame.change_id = party_->change_id();
  return frame;
}

wire::DeleteDraft Slot::field_deletion() const {
  wire::DeleteDraft frame;
  frame.chat_id = id();
  frame.change_id = party_->change_id();
  return frame;
}

wire::ChatMessageAdded Slot::field_message() {
  wire::ChatMessageAdded frame;
  frame.chat_id = id();
  frame.message_id = party_->message_id();
  frame.encrypted_content = party_->vault().seal_field(party_->words());
  return frame;
}

wire::OfflineChange Slot::field_offline_update(Version before_edit) {
  wire::OfflineChange change;
  change.change_id = party_->change_id();
  change.chat_id = id();
  change.value = party_->vault().seal_field(party_->words());
  change.version_before_edit = before_edit;
  return change;
}

}  // namespace dp::conformance
