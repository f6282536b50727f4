// Who speaks: an account of the server under test, with the keys the harness made for it, and a
// slot as a device that writes it knows it.
//
//   Slot slot = party.slot();
//   line.answer<wire::DraftUpdateReceipt>(slot.update());   // proposes version 1
//   slot.accepted();                                        // the next proposes 2 on top of it
//
// Guarantees: everything sealed is sealed for real; each text is drawn and occurs nowhere else.
// Does not: connect.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suites/client/vault.h"
#include "conformance/suites/server/subject.h"
#include "core/wire/frames.h"

namespace dp::conformance {

class Party;

class Slot {
 public:
  explicit Slot(Party& party);
  Slot(Party& party, std::string chat);

  std::string chat;
  Version version = 0;  // of what the server holds, as far as this writer knows
  Hash32 parent{};      // of it
  bool holds_draft = false;
  std::string sealed;  // what it holds: draft or tombstone
  std::string preview;
  ChatId id() const { return *ChatId::parse(chat); }

  // Sealed changes on what the slot holds, proposing version + 1. They become `offered`.
  wire::UpdateDraft update();
  wire::UpdateDraft update(std::string_view text);
  wire::UpdateDraft update_at(Version base, Version proposed, const Hash32& on);
  wire::DeleteDraft deletion();
  wire::DeleteDraft deletion_at(Version base, Version proposed, const Hash32& on);
  wire::ChatMessageAdded message();  // with a tombstone
  wire::OfflineChange offline_update();
  wire::OfflineChange offline_deletion();
  void accepted();  // the server holds what was offered last

  // Of the field dialect.
  wire::UpdateDraft field_update();
  wire::DeleteDraft field_deletion() const;
  wire::ChatMessageAdded field_message();
  wire::OfflineChange field_offline_update(Version before_edit);

  wire::GetChatDetails details() const { return {id()}; }
  Party& party() { return *party_; }

 private:
  struct Offer {
    Version version = 0;
    std::string sealed;
    std::string preview;
    bool is_draft = false;
  };
  std::string tombstone(Version proposed, const Hash32& on);

  Party* party_;
  Offer offered_;
  draft::Draft draft_;
};

class Party {
 public:
  Party(SubjectAccount account, std::uint64_t seed);

  const std::string& name() const { return account_.name; }
  const SubjectAccount& account() const { return account_; }
  const std::string& token(std::size_t i = 0) const { return account_.tokens.at(i); }
  Vault& vault() { return vault_; }
  Slot slot() { return Slot(*this); }
  std::string words();                                                  // drawn, remembered
  const std::vector<std::string>& secrets() const { return secrets_; }  // every text so far
  ChangeId change_id() { return {vault_.draw_hex(8)}; }
  MessageId message_id() { return {vault_.draw_hex(8)}; }
  draft::Dot dot() { return {writer_, ++dots_}; }

 private:
  SubjectAccount account_;
  Vault vault_;
  WriterId writer_;
  std::uint64_t dots_ = 0;
  std::vector<std::string> secrets_;
};

}  // namespace dp::conformance
