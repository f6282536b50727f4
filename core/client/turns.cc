// Turns: the only way from something that happened to a durable row.
//
//   enqueue -> SealTurn -> SealTurnCame: stage, seal, StoreWrite -> StoreWritten: commit, send
//
// One turn and one write are under way at a time; a turn takes a bounded number of slots.
#include <algorithm>
#include <utility>

#include "core/client/row_codec.h"
#include "core/client/transition.h"
#include "core/crypto/padding.h"

namespace dp::client {
namespace {

template <class T>
void append_all(std::vector<T>& to, std::vector<T> from) {
  std::ranges::move(from, std::back_inserter(to));
}

// A write failed: a clear or send that was under way did not happen (R50), but the text it was
// about is still to be saved.
std::vector<PersonOp> without_consumptions(std::vector<PersonOp> ops) {
  std::vector<PersonOp> kept;
  for (PersonOp& op : ops) {
    if (op.text.empty()) continue;
    op.kind = PersonOp::Kind::save;
    if (kept.empty()) {
      kept.push_back(std::move(op));
    } else {
      kept.back().text = std::move(op.text);
    }
  }
  return kept;
}

// How many rows a device writes may depend on what a text says (a displaced copy is archived), so
// their nonces come from a stream of their own: what a server sees does not shift.
class RowRandom final : public Random {
 public:
  explicit RowRandom(Random& device) : device_(device) {}
  void fill(Draw, std::span<std::uint8_t> out) override { device_.fill(Draw::local_nonce, out); }

 private:
  Random& device_;
};

}  // namespace

bool Transition::remote_is_ready(Slot& slot) {
  const Inputs& inputs = slot.inputs;
  if (!inputs.remote) return false;
  const bool released = inputs.remote->settles || inputs.acknowledged || inputs.refused;
  if (slot.row.in_flight && !released) return false;
  // The text a person is typing is never replaced; the remote one is merged at the next save.
  return !inputs.ops.empty() || !editor_is_dirty(slot.row.chat);
}

bool Transition::wants_turn(Slot& slot) {
  if (slot.staged) return false;
  const Inputs& inputs = slot.inputs;
  const bool remote_ready = remote_is_ready(slot);
  if (remote_ready || !inputs.ops.empty() || inputs.acknowledged || inputs.refused ||
      !inputs.delivered.empty() || !inputs.undeliverable.empty() || inputs.delete_requested ||
      inputs.deletion_done || inputs.gone_elsewhere || inputs.has_messages || inputs.touch ||
      !inputs.kept.empty()) {
    return true;
  }
  return can_upload(slot, slot.row, inputs.remote.has_value());
}

void Transition::enqueue(Slot& slot) {
  if (slot.queued || !s_.loaded || !wants_turn(slot)) return;
  slot.queued = true;
  s_.work.push_back(slot.row.chat);
}

void Transition::request_turn() {
  if (s_.turn || s_.writing || s_.work.empty() || !s_.key || !s_.loaded) return;
  if (s_.store_retry_at_us) return;
  s_.turn = SealId{s_.next_seal++};
  emit(SealTurn{*s_.turn});
}

void Transition::receive(const SealTurnCame& event) {
  if (!s_.turn || *s_.turn != event.seal) return;
  s_.turn.reset();
  if (!s_.key) return;
  std::vector<ChatId> chats;
  while (!s_.work.empty() && chats.size() < kSlotsPerTurn) {
    const ChatId chat = s_.work.front();
    s_.work.pop_front();
    Slot* slot = find(chat);
    if (slot == nullptr) continue;
    slot->queued = false;
    if (!wants_turn(*slot)) continue;
    if (!stage(*slot)) {
      store_failed(true);
      break;
    }
    chats.push_back(chat);
  }
  if (!chats.empty()) write_rows(std::move(chats));
}

bool Transition::stage(Slot& slot) {
  std::optional<Remote> later;
  if (!remote_is_ready(slot)) later = std::exchange(slot.inputs.remote, std::nullopt);
  Staged& staged = slot.staged.emplace();
  staged.row = slot.row;
  staged.row.rank = slot.rank;
  staged.taken = std::exchange(slot.inputs, Inputs{});
  slot.inputs.remote = std::move(later);

  // Text typed into a chat that is gone can only be kept.
  if (slot.row.gone && !staged.taken.ops.empty()) staged.taken.gone_elsewhere = true;
  if (staged.taken.gone_elsewhere) {
    stage_gone(slot, staged);
    return true;
  }
  if (staged.taken.delete_requested) {
    stage_deletion(staged);
    return true;
  }
  stage_answers(slot, staged);
  bool sealed = stage_ops(slot, staged);
  if (sealed && staged.taken.remote) stage_remote(slot, staged, *staged.taken.remote);
  if (sealed && can_upload(slot, staged.row, slot.inputs.remote.has_value())) {
    shed_to_fit(staged);
    sealed = seal_change(slot, staged);
  }
  if (!sealed) put_back(slot);
  return sealed;
}

bool Transition::seal_row(RowPlace& place, Bytes content, std::vector<StorePut>& puts) {
  Result<Bytes> padded = crypto::pad(crypto::Kind::local_row, content);
  if (!padded) return false;
  const crypto::SealRequest request{.key = *s_.key,
                                    .account = s_.config.account,
                                    .suite = s_.config.suite,
                                    .kind = crypto::Kind::local_row,
                                    .slot_id = place.row_id,
                                    .version = s_.manifest.stamp + 1,
                                    .writer = s_.writer.value,
                                    .sequence = ++s_.row_seals,
                                    .boot = s_.boot};
  RowRandom random(env_.random);
  Result<Bytes> sealed = env_.cipher.seal(request, *padded, random);
  if (!sealed) return false;
  puts.push_back({physical_key(place.row_id, place.next), std::move(*sealed)});
  return true;
}

// Rows in the order in which a crash may keep a prefix of them: what was set aside, what goes to
// the archive, what makes room, the slots that omit it, and the manifest that makes it all true.
struct Transition::Batch {
  Writing writing;
  std::vector<StorePut> puts;
  std::uint64_t stamp = 0;
  std::uint64_t sum = 0;
  std::uint64_t salt = 0;
  bool ok = true;

  void gone(const RowPlace& place) { sum -= sum_of(place.row_id, place.stamp, salt); }
  void written(const RowPlace& place) {
    gone(place);
    sum += sum_of(place.row_id, stamp, salt);
  }
};

void Transition::write_rows(std::vector<ChatId> chats) {
  Batch batch;
  batch.puts = s_.chores;
  batch.stamp = s_.manifest.stamp + 1;
  batch.sum = s_.manifest.sum;
  batch.salt = s_.manifest.salt;
  batch.writing.chats = std::move(chats);
  const Manifest before = s_.manifest;
  catch_up(batch);
  add_archived(batch);
  make_room(batch);
  add_slots(batch);
  add_manifest(batch);
  if (!batch.ok) {
    s_.manifest = before;
    for (const ChatId& chat : batch.writing.chats) put_back(*find(chat));
    return store_failed(true);
  }
  batch.writing.write = WriteId{s_.next_write++};
  batch.writing.manifest_sum = batch.sum;
  emit(StoreWrite{batch.writing.write, std::move(batch.puts)});
  s_.writing = std::move(batch.writing);
}

// After a write that was cut short its rows are ahead of the manifest by one. A second one in a row
// would put them ahead by two, which is how a store looks that somebody put back; so the first
// thing to become durable is a manifest of what was found.
void Transition::catch_up(Batch& batch) {
  if (!s_.cut_short) return;
  add_manifest(batch);
  batch.writing.caught_up = true;
  s_.manifest.stamp = batch.stamp++;
  s_.manifest.place.next ^= 1;
}

void Transition::add_archived(Batch& batch) {
  std::uint64_t number = s_.next_archive;
  for (const ChatId& chat : batch.writing.chats) {
    for (const ArchivedText& text : find(chat)->staged->archived) {
      ArchiveRow row{number++, text, {}};
      const Result<SlotId> id = env_.cipher.row_id(*s_.key, archive_row_name(row.number));
      batch.ok = batch.ok && id.has_value();
      if (!batch.ok) return;
      row.place.row_id = *id;
      batch.ok = seal_row(row.place, encode_archive(row.number, row.text), batch.puts);
      batch.written(row.place);
      batch.writing.archived.push_back(std::move(row));
    }
  }
}

// Both the archive and the memory of deleted chats are bounded: the oldest go.
void Transition::make_room(Batch& batch) {
  const auto retire = [&](RowPlace& place) {
    batch.ok = batch.ok && seal_row(place, encode_dead(), batch.puts);
    batch.gone(place);
  };
  const std::size_t archived = s_.archive.size() + batch.writing.archived.size();
  for (std::size_t i = 0; batch.ok && i < s_.archive.size(); ++i) {
    if (archived - batch.writing.forgotten.size() <= s_.config.archive_entries_max) break;
    retire(s_.archive[i].place);
    batch.writing.forgotten.push_back(s_.archive[i].number);
  }
  if (s_.deleted_chats <= s_.config.deleted_chats_max) return;
  std::vector<std::pair<std::uint64_t, ChatId>> oldest;
  for (const auto& [chat, slot] : s_.slots) {
    const bool at_rest = is_only_deleted(slot.row) && !slot.staged && slot.inputs.empty();
    if (at_rest && !s_.editor.shows(chat)) oldest.emplace_back(slot.place.stamp, chat);
  }
  std::ranges::sort(oldest);
  std::size_t excess = s_.deleted_chats - s_.config.deleted_chats_max;
  for (const auto& [stamp, chat] : oldest) {
    if (excess-- == 0) break;
    retire(find(chat)->place);
    batch.writing.forgotten_chats.push_back(chat);
  }
}

void Transition::add_slots(Batch& batch) {
  for (const ChatId& chat : batch.writing.chats) {
    Slot& slot = *find(chat);
    if (slot.place.row_id == SlotId{}) {
      const Result<SlotId> id = env_.cipher.row_id(*s_.key, slot_row_name(chat));
      batch.ok = batch.ok && id.has_value();
      if (batch.ok) slot.place.row_id = *id;
    }
    batch.ok = batch.ok && seal_row(slot.place, encode_slot(slot.staged->row), batch.puts);
    batch.written(slot.place);
  }
}

void Transition::add_manifest(Batch& batch) {
  Manifest manifest = s_.manifest;
  manifest.stamp = batch.stamp;
  manifest.sum = batch.sum;
  if (batch.ok && manifest.place.row_id == SlotId{}) {
    const Result<SlotId> id = env_.cipher.row_id(*s_.key, kManifestRowName);
    batch.ok = id.has_value();
    if (batch.ok) s_.manifest.place.row_id = manifest.place.row_id = *id;
  }
  batch.ok = batch.ok && seal_row(s_.manifest.place, encode_manifest(manifest), batch.puts);
}

// The markers of what made room are durable. The live value is erased first: what a crash leaves
// behind is then still the marker.
void Transition::retired(const Writing& writing) {
  const auto erase = [&](const RowPlace& place) {
    s_.chores.push_back({physical_key(place.row_id, place.next ^ 1), std::nullopt});
    s_.chores.push_back({physical_key(place.row_id, place.next), std::nullopt});
  };
  for (const std::uint64_t number : writing.forgotten) {
    const auto row = std::ranges::find(s_.archive, number, &ArchiveRow::number);
    if (row == s_.archive.end()) continue;
    erase(row->place);
    s_.archive.erase(row);
  }
  for (const ChatId& chat : writing.forgotten_chats) {
    const auto slot = s_.slots.find(chat);
    if (slot == s_.slots.end()) continue;
    erase(slot->second.place);
    if (slot->second.row.gone && slot->second.inputs.empty() && !s_.editor.shows(chat)) {
      --s_.deleted_chats;
      s_.slots.erase(slot);
    } else {  // it was opened meanwhile: a new row when it has something to say
      slot->second.place = {};
    }
  }
}

void Transition::receive(const StoreWritten& event) {
  if (!s_.writing || s_.writing->write != event.write) return;
  Writing writing = std::move(*s_.writing);
  s_.writing.reset();
  if (!event.ok) {
    if (writing.caught_up) s_.manifest.place.next ^= 1;  // the durable one is where it was
    for (const ArchiveRow& row : writing.archived) {  // may have been written: must not come back
      s_.chores.push_back({physical_key(row.place.row_id, row.place.next), std::nullopt});
    }
    for (const ChatId& chat : writing.chats) {
      if (Slot* slot = find(chat)) put_back(*slot);
    }
    return store_failed(false);
  }
  const auto written = [&](RowPlace& place) {
    place.next ^= 1;
    place.stamp = s_.manifest.stamp;
  };
  s_.store_failures = 0;
  s_.cut_short = false;
  s_.chores.clear();
  s_.manifest.stamp += 1;
  s_.manifest.sum = writing.manifest_sum;
  written(s_.manifest.place);
  retired(writing);
  for (ArchiveRow& row : writing.archived) {
    written(row.place);
    s_.next_archive = row.number + 1;
    s_.archive.push_back(std::move(row));
  }
  for (const ChatId& chat : writing.chats) {
    Slot* slot = find(chat);
    if (slot == nullptr || !slot->staged) continue;
    written(slot->place);
    Staged staged = std::move(*slot->staged);
    slot->staged.reset();
    commit(*slot, std::move(staged));
  }
}

void Transition::commit(Slot& slot, Staged staged) {
  const SlotRow before = std::exchange(slot.row, std::move(staged.row));
  const SlotRow& row = slot.row;
  s_.queued_changes += row.sends.size() + (row.deletion ? 1 : 0);
  s_.queued_changes -= before.sends.size() + (before.deletion ? 1 : 0);
  slot.warned_unsaved = false;
  ++s_.revision;
  if (is_only_deleted(row)) ++s_.deleted_chats;
  if (is_only_deleted(before)) --s_.deleted_chats;

  if (id_of(before) != id_of(row)) {
    slot.transmitted = false;
    slot.offered = false;
  }
  // Nothing of what was queued offline is left: what is typed now is an edit like any other.
  if (!row.in_flight && !is_pending(row)) slot.replay = false;
  std::erase_if(slot.sent_messages, [&](const MessageId& id) {
    return std::ranges::find(row.sends, id, &QueuedSend::id) == row.sends.end();
  });
  for (const auto& [kind, detail] : staged.notices) notice(kind, row.chat, detail);
  if (staged.conflict) notice(NoticeKind::conflict_kept_copy, row.chat);
  announce(before, row);
  if (staged.taken.gone_elsewhere || staged.taken.delete_requested) {
    chat_gone(slot, staged);
  } else {
    settle_editor(slot, staged);
  }
  release_waiting(slot);
  transmit(slot);
  enqueue(slot);
}

// The write failed, or sealing did: nothing of the turn has happened.
void Transition::put_back(Slot& slot) {
  Inputs newer = std::move(slot.inputs);
  Inputs inputs = std::move(slot.staged->taken);
  const bool had_ops = !inputs.ops.empty();
  const bool deleting = inputs.delete_requested.has_value();
  slot.staged.reset();

  inputs.ops = without_consumptions(std::move(inputs.ops));
  if (inputs.ops.empty() && !newer.ops.empty()) {
    inputs.ops = std::move(newer.ops);
  } else if (!newer.ops.empty()) {
    if (newer.ops.front().kind != PersonOp::Kind::send) inputs.ops.pop_back();
    append_all(inputs.ops, std::move(newer.ops));
  }
  if (newer.remote) inputs.remote = std::move(newer.remote);
  if (newer.acknowledged) inputs.acknowledged = std::move(newer.acknowledged);
  if (newer.refused) inputs.refused = std::move(newer.refused);
  append_all(inputs.delivered, std::move(newer.delivered));
  append_all(inputs.undeliverable, std::move(newer.undeliverable));
  inputs.delete_requested = std::move(newer.delete_requested);
  inputs.deletion_done = inputs.deletion_done || newer.deletion_done;
  inputs.gone_elsewhere = inputs.gone_elsewhere || newer.gone_elsewhere;
  inputs.has_messages = inputs.has_messages || newer.has_messages;
  if (!newer.kept.empty()) inputs.kept = std::move(newer.kept);
  // What the store may hold of the failed write is overwritten by the next one.
  inputs.touch = true;
  slot.inputs = std::move(inputs);
  if ((had_ops || deleting) && !slot.warned_unsaved) {
    slot.warned_unsaved = true;
    notice(NoticeKind::not_saved, slot.row.chat);
  }
  if (!slot.queued) {
    slot.queued = true;
    s_.work.push_front(slot.row.chat);
  }
}

void Transition::store_failed(bool sealing) {
  constexpr std::uint32_t kDoublingsMax = 5;
  const Micros wait = 1 * kSecond << std::min(s_.store_failures, kDoublingsMax);
  ++s_.store_failures;
  s_.store_retry_at_us = now() + std::min(wait, 30 * kSecond);
  log(sealing ? "sealing failed" : "store write failed", {std::to_string(s_.store_failures)});
}

}  // namespace dp::client
