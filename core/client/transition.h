// One step of a client: an event applied to a State under an Environment, effects collected.
//
// Each group of functions lives in the file its heading names. All of them are total: whatever the
// state, whatever the event, they leave a valid state behind.
// Does not: outlive the step; both references must.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/state.h"
#include "core/wire/frames.h"

namespace dp::client {

class Transition {
 public:
  Transition(State& state, Environment& environment) : s_(state), env_(environment) {}

  void apply(const Event& event);
  Outcome finish();

 private:
  // ---- client.cc ------------------------------------------------------------------------------
  void receive(const StoreOpened& event);
  void receive(const Unlocked& event);
  void receive(const Locked& event);
  void receive(const TimerFired& event);
  void load_store();
  void load_row(FoundRow& found);
  void set_aside(const StoreRow& row);
  bool is_idle() const;
  std::optional<Micros> next_timer() const;
  template <class E>
  void emit(E effect) {
    effects_.emplace_back(std::move(effect));
  }
  void notice(NoticeKind kind, std::optional<ChatId> chat = std::nullopt, std::string detail = {});
  void log(std::string_view message, std::vector<std::string> arguments = {});
  Micros now() const { return env_.now.monotonic_us; }
  Slot* find(const ChatId& chat);
  const Slot* find(const ChatId& chat) const;
  Slot& slot_of(const ChatId& chat);  // creates it
  Learned learned_now() const { return {s_.boot, env_.now}; }

  // ---- editor.cc ------------------------------------------------------------------------------
  void receive(const ChatOpened& event);
  void receive(const ComposerOpened& event);
  void receive(const ChatClosed& event);
  void receive(const Edited& event);
  void receive(const EditorReset& event);
  void receive(const Focused& event);
  void receive(const Blurred& event);
  void receive(const Hidden& event);
  void receive(const Shown& event);
  void receive(const Closing& event);
  void receive(const ClearPressed& event);
  void receive(const SendPressed& event);
  void flush_editor();
  void leave_editor();
  void restore_editor();
  const std::string& expected_text(const Slot* slot) const;
  bool editor_is_dirty(const ChatId& chat);
  void push_op(Slot& slot, PersonOp op);
  void show_in_editor(const DraftRef& draft);
  void settle_editor(Slot& slot, const Staged& staged);

  // ---- turns.cc: from inputs to a durable row ---------------------------------------------------
  void enqueue(Slot& slot);
  bool wants_turn(Slot& slot);
  void request_turn();
  void receive(const SealTurnCame& event);
  void receive(const StoreWritten& event);
  bool stage(Slot& slot);  // false: sealing failed, and nothing has happened
  bool remote_is_ready(Slot& slot);
  void write_rows(std::vector<ChatId> chats);
  struct Batch;  // one write in the making
  void catch_up(Batch& batch);
  void add_archived(Batch& batch);
  void make_room(Batch& batch);
  void add_slots(Batch& batch);
  void add_manifest(Batch& batch);
  void retired(const Writing& writing);
  bool seal_row(RowPlace& place, Bytes content, std::vector<StorePut>& puts);
  void commit(Slot& slot, Staged staged);
  void put_back(Slot& slot);
  void store_failed(bool sealing);

  // ---- staging.cc: what each input does to a row ------------------------------------------------
  void stage_answers(Slot& slot, Staged& staged);
  bool stage_ops(Slot& slot, Staged& staged);
  bool stage_send(Staged& staged, const DraftRef& basis);
  DraftRef join_in(const SlotRow& row, Staged& staged, const DraftRef& basis, draft::Draft made);
  void stage_gone(Slot& slot, Staged& staged);
  void stage_deletion(Staged& staged);
  void acknowledge(SlotRow& row, Staged& staged);
  void remember(SlotRow& row, const DraftRef& draft, bool agreed);
  draft::Dot next_dot();

  // ---- reconcile_slot.cc ------------------------------------------------------------------------
  void stage_remote(Slot& slot, Staged& staged, const Remote& remote);
  void judge(const SlotRow& row, const Remote& remote);
  DraftRef import_field(Staged& staged, const Remote& remote);

  // ---- archive.cc -------------------------------------------------------------------------------
  void archive(Staged& staged, NoticeKind reason, const draft::Lines& lines);
  void archive_copies(Staged& staged, NoticeKind reason, const std::vector<draft::Copy>& copies);
  void archive_text(Staged& staged, NoticeKind reason, std::string_view text);

  // ---- outbox.cc: sealing and sending changes
  // ----------------------------------------------------
  bool can_upload(const Slot& slot, const SlotRow& row, bool remote_waits);
  bool emptied_at_birth(const SlotRow& row);
  void shed_to_fit(Staged& staged);
  bool seal_change(Slot& slot, Staged& staged);
  void hold(Slot& slot, Hold why, const DraftRef& what, NoticeKind kind, std::string detail);
  void transmit(Slot& slot);
  void transmit_change(Slot& slot);
  void transmit_message(Slot& slot, QueuedSend& send, bool riding);
  void flush_replay();
  void expect_answer(Slot& slot);
  void answered(Slot& slot);
  void pause(Slot& slot);
  void set_timer(Slot& slot, Micros Slot::* which, Micros at_us);
  void receipt_came(const ChatId& chat, const std::optional<ChangeId>& change,
                    std::optional<Version> version, bool success);
  void message_receipt_came(const wire::ChatMessageReceipt& frame);
  void replay_answered(const wire::OfflineSyncComplete& frame);
  void refusal_came(const wire::ErrorFrame& frame);
  void change_refused(Slot& slot, wire::ErrorCode code);
  void deletion_refused(Slot& slot, wire::ErrorCode code);
  void release_waiting(Slot& slot);

  // ---- inbound.cc: frames
  // -------------------------------------------------------------------------
  void receive(const FrameArrived& event);
  void receive_frame(const wire::DraftUpdateReceipt& frame);
  void receive_frame(const wire::ChatDraftUpdated& frame);
  void receive_frame(const wire::DraftConflict& frame);
  void receive_frame(const wire::DraftDeleteReceipt& frame);
  void receive_frame(const wire::DraftDeleted& frame);
  void receive_frame(const wire::DraftVersionsResponse& frame);
  void receive_frame(const wire::ChatDetails& frame);
  void receive_frame(const wire::ChatMessageReceipt& frame);
  void receive_frame(const wire::OfflineSyncComplete& frame);
  void receive_frame(const wire::InitialSyncResponse& frame);
  void receive_frame(const wire::ChatMessageReceived& frame);
  void receive_frame(const wire::ChatDeleted& frame);
  void receive_frame(const wire::ChatDeleteReceipt& frame);
  void receive_frame(const wire::ErrorFrame& frame);
  void receive_frame(const wire::Pong& frame);
  // What a frame says the server holds; nothing if it could not be believed.
  struct Claim {
    Version version = 0;
    const wire::NullableText* text = nullptr;
    const wire::NullableText* preview = nullptr;
    const wire::NullableText* tombstone = nullptr;
  };
  std::optional<Remote> open_claim(Slot& slot, const Claim& claim);
  std::optional<Remote> open_sealed(Slot& slot, const Claim& claim, const Bytes& envelope,
                                    bool tombstone);
  std::optional<Remote> open_unsealed(Slot& slot, const Claim& claim, const Bytes& bytes);
  void check_preview(Slot& slot, const Claim& claim, const Hash32& draft_hash);
  void unreadable(Slot& slot, NoticeKind kind, const Bytes* keep);
  std::optional<Hash32> spoiled(const Slot& slot, const Claim& claim) const;
  void hold_unreadable(Slot& slot, const Claim& claim);
  void take_remote(Slot& slot, Remote remote);
  void take_broadcast(const ChatId& chat, const Claim& claim);
  void take_version(const ChatId& chat, Version version, const Hash32& hash);
  void take_details(const wire::ChatDetails& details);

  // ---- connection.cc
  // ------------------------------------------------------------------------------
  void receive(const NetHint& event);
  void receive(const ConnOpened& event);
  void receive(const ConnClosed& event);
  void connect();
  void lose_connection(bool close, std::uint16_t code = 1000);
  void forget_connection();
  void schedule_reconnect();
  void start_reconciliation();
  void ask_versions(const std::vector<ChatId>& chats);
  void ask_listing(std::optional<std::string> page_token);
  void fetch(Slot& slot);
  void settled(Slot& slot);
  void postpone(Slot& slot);
  void maybe_replay();
  void connection_timers();
  void recheck();
  void send(const wire::ClientFrame& frame);
  bool is_online() const { return s_.key && s_.loaded && s_.link.is_open(); }

  // ---- chat_list.cc
  // -------------------------------------------------------------------------------
  void receive(const ChatDeletePressed& event);
  void receive(const PreviewsNeeded& event);
  void announce(const SlotRow& before, const SlotRow& after);
  bool follow_listing(Slot& slot);
  void chat_gone(Slot& slot, const Staged& staged);

  State& s_;
  Environment& env_;
  std::vector<Effect> effects_;
  std::vector<ChatId> replay_;  // changes for one sync_offline_changes
};

// ---- chat_list.cc -------------------------------------------------------------------------------
bool is_listed(const SlotRow& row);
ChatListEntry entry_of(const SlotRow& row);

}  // namespace dp::client
