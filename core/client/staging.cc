// Staging: what a person's acts and the server's answers make of a slot's row.
#include <algorithm>
#include <utility>

#include "core/client/transition.h"
#include "core/crypto/padding.h"
#include "core/draft/copies.h"

namespace dp::client {
namespace {

MessageId draw_message_id(Random& random) {
  const std::array<std::uint8_t, 16> bytes = random.bytes16(Draw::message_id);
  return {hex_encode(bytes)};
}

// Removes what the draft's own `cleared` covers, as a merge would: what is left can be sealed.
void strip_cleared(draft::Draft& draft) {
  draft.lines = draft::survivors(draft.lines, draft.cleared);
  draft.copies = draft::surviving_copies(std::move(draft.copies), draft.cleared);
  draft::promote_copy(draft);
  draft::drop_redundant_copies(draft);
}

std::uint64_t next_clock(const DraftRef& a, const DraftRef& b) {
  return std::max(a ? a->logical_clock : 0, b ? b->logical_clock : 0) + 1;
}

}  // namespace

draft::Dot Transition::next_dot() {
  return {s_.writer, ++s_.dots};
}

void Transition::remember(SlotRow& row, const DraftRef& draft, bool agreed) {
  std::erase_if(row.ancestors, [&](const Ancestor& a) { return same_draft(a.draft, draft); });
  row.ancestors.insert(row.ancestors.begin(), Ancestor{draft, agreed});
  std::size_t agreed_seen = 0;
  std::size_t own_seen = 0;
  std::erase_if(row.ancestors, [&](const Ancestor& a) {
    if (agreed_seen >= kAgreedKept) return true;
    return a.agreed ? ++agreed_seen > kAgreedKept : ++own_seen > kOwnKept;
  });
}

// The change in flight is what the server holds now.
void Transition::acknowledge(SlotRow& row, Staged&) {
  const Change change = std::move(*row.in_flight);
  row.in_flight.reset();
  row.base = {change.version, change.hash, change.draft, learned_now()};
  row.high_water = std::max(row.high_water, change.version);
  if (change.tombstone) row.fence = std::max(row.fence, change.version);
  row.sealed_seen = true;
  remember(row, change.draft, true);
  if (covered_by(row.local, change.draft)) row.local = change.draft;
}

void Transition::stage_answers(Slot& slot, Staged& staged) {
  SlotRow& row = staged.row;
  const Inputs& taken = staged.taken;
  if (taken.has_messages) row.has_messages = true;
  if (taken.deletion_done) row.deletion.reset();
  if (!taken.kept.empty()) row.kept = taken.kept;
  if (taken.acknowledged && row.in_flight && row.in_flight->id == *taken.acknowledged) {
    acknowledge(row, staged);
    slot.conflicts = 0;
    slot.version_raises = 0;
  }
  if (taken.refused && row.in_flight && row.in_flight->id == *taken.refused) {
    row.in_flight.reset();
  }
  const auto take_send = [&](const MessageId& id) -> std::optional<QueuedSend> {
    const auto at = std::ranges::find(row.sends, id, &QueuedSend::id);
    if (at == row.sends.end()) return std::nullopt;
    QueuedSend send = std::move(*at);
    row.sends.erase(at);
    return send;
  };
  for (const MessageId& id : taken.delivered) {
    const std::optional<QueuedSend> send = take_send(id);
    if (!send) continue;
    row.has_messages = true;
    // Until now the draft stayed; what was typed since already includes its sending.
    if (covered_by(row.local, send->sent)) row.local = send->sent;
    if (row.in_flight && row.in_flight->rides == id) row.in_flight->rides.reset();
  }
  for (const MessageId& id : taken.undeliverable) {
    const std::optional<QueuedSend> send = take_send(id);
    if (!send) continue;
    if (row.in_flight && row.in_flight->rides == id) row.in_flight.reset();
    const bool consumed = row.local && row.local->vv.covers(send->sent->vv);
    if (consumed && send->before) {
      archive(staged, NoticeKind::not_synced_refused, send->before->lines);
    }
  }
}

// Brings what was made on `basis` together with what the row has come to hold meanwhile.
DraftRef Transition::join_in(const SlotRow& row, Staged& staged, const DraftRef& basis,
                             draft::Draft made) {
  const DraftRef& current = effective(row);
  if (!current || same_draft(basis, current)) return share(std::move(made));
  // This device's own dots are one number: a save made after a send counts the send's dot, so it
  // must carry the send's effect too, even if the text was made from the draft before it.
  made.cleared.join(current->cleared);
  strip_cleared(made);
  if (made.vv.covers(current->vv)) {
    const bool nothing_left = made.lines.empty() && made.copies.empty();
    if (nothing_left && !made.is_tombstone()) made.operation = draft::Operation::clear;
    return share(std::move(made));
  }
  const auto common = [&](const DraftRef& candidate) {
    return candidate && covered_by(candidate, current) && made.vv.covers(candidate->vv);
  };
  DraftRef base = common(basis) ? basis : nullptr;
  for (const Ancestor& ancestor : row.ancestors) {
    if (base) break;
    if (common(ancestor.draft)) base = ancestor.draft;
  }
  draft::Merged merged = draft::merge(base.get(), made, *current, s_.merge_limits);
  staged.conflict = staged.conflict || merged.conflict;
  archive_copies(staged, NoticeKind::copy_archived, merged.displaced);
  return share(std::move(merged.draft));
}

bool Transition::stage_ops(Slot& slot, Staged& staged) {
  SlotRow& row = staged.row;
  if (staged.taken.ops.empty()) return true;
  DraftRef basis = staged.taken.ops.front().basis;
  for (const PersonOp& op : staged.taken.ops) {
    const bool typed = op.kind != PersonOp::Kind::clear && op.text != text_or_empty(basis);
    if (typed) {
      const std::uint64_t clock = next_clock(basis, effective(row));
      draft::Draft made = draft::saved(basis.get(), op.text, next_dot(), clock);
      const DraftRef seen = share(made);  // what the editor shows: also lines since consumed
      row.local = join_in(row, staged, basis, std::move(made));
      basis = seen;
    }
    staged.consumed = op.kind != PersonOp::Kind::save;
    if (op.kind == PersonOp::Kind::clear) {
      const std::uint64_t clock = next_clock(basis, effective(row));
      draft::Draft made = draft::consumed(basis.get(), draft::Operation::clear, next_dot(), clock);
      if (basis) archive_copies(staged, NoticeKind::copy_archived, basis->copies);
      const DraftRef nothing = share(made);  // what is typed after the press is a new draft
      row.local = join_in(row, staged, basis, std::move(made));
      basis = nothing;
      // Nothing of it has left this process: it need not be offered first to be deleted.
      if (row.in_flight && !slot.offered && row.in_flight->id == id_of(slot.row)) {
        row.in_flight.reset();
      }
    } else if (op.kind == PersonOp::Kind::send && !stage_send(staged, basis)) {
      return false;
    }
  }
  staged.basis = basis;
  staged.expected = staged.taken.ops.back().text;
  return true;
}

// Queues a message made of the whole text. The draft stays until its receipt.
bool Transition::stage_send(Staged& staged, const DraftRef& basis) {
  SlotRow& row = staged.row;
  const Result<SlotId> slot_id = env_.cipher.slot_id(*s_.key, row.chat);
  if (!slot_id) return false;
  const Result<Bytes> padded = crypto::pad(crypto::Kind::message, as_bytes(text_or_empty(basis)));
  if (!padded) return false;
  const crypto::SealRequest request{.key = *s_.key,
                                    .account = s_.config.account,
                                    .suite = s_.config.suite,
                                    .kind = crypto::Kind::message,
                                    .slot_id = *slot_id,
                                    .version = 0,
                                    .writer = s_.writer.value,
                                    .sequence = ++s_.seals,
                                    .boot = s_.boot};
  Result<Bytes> content = env_.cipher.seal(request, *padded, env_.random);
  if (!content) return false;
  const std::uint64_t clock = next_clock(basis, effective(row));
  draft::Draft made = draft::consumed(basis.get(), draft::Operation::sent, next_dot(), clock);
  if (basis) archive_copies(staged, NoticeKind::copy_archived, basis->copies);
  QueuedSend send;
  send.id = draw_message_id(env_.random);
  send.content = std::move(*content);
  send.before = basis;
  send.sent = join_in(row, staged, basis, std::move(made));
  row.sends.push_back(std::move(send));
  if (!s_.link.is_open()) staged.notices.emplace_back(NoticeKind::send_queued, "");
  return true;
}

// The chat was deleted elsewhere. What the server had acknowledged goes; the rest is kept.
void Transition::stage_gone(Slot&, Staged& staged) {
  SlotRow& row = staged.row;
  constexpr NoticeKind reason = NoticeKind::chat_deleted_kept_text;
  if (row.local && !covered_by(row.local, row.base.draft)) {
    archive(staged, reason, row.local->lines);
    archive_copies(staged, reason, row.local->copies);
  }
  for (const QueuedSend& send : row.sends) {
    if (send.before) archive(staged, reason, send.before->lines);
  }
  for (const PersonOp& op : staged.taken.ops) {
    if (op.kind != PersonOp::Kind::clear) archive_text(staged, reason, op.text);
  }
  const Editor& editor = s_.editor;
  if (editor.shows(row.chat)) {
    // What was typed after the last thing its person asked for is in no operation yet.
    const std::vector<PersonOp>& ops = staged.taken.ops;
    const std::string& accounted = ops.empty() ? editor.basis_text : ops.back().text;
    if (!editor.artefact && editor.text != accounted) archive_text(staged, reason, editor.text);
    staged.expected = editor.text;
  }
  stage_deletion(staged);
}

// Everything of the chat goes but the fact that it is gone.
void Transition::stage_deletion(Staged& staged) {
  SlotRow& row = staged.row;
  SlotRow emptied;
  emptied.chat = row.chat;
  emptied.gone = true;
  emptied.high_water = row.high_water;
  emptied.fence = row.fence;
  emptied.sealed_seen = row.sealed_seen;
  emptied.rank = row.rank;
  const bool offered = row.has_messages || row.base.version != 0 || !row.ancestors.empty() ||
                       row.in_flight.has_value() || !row.sends.empty();
  if (row.gone) {  // already: at most its receipt is still to come
    emptied.deletion = row.deletion;
  } else if (!staged.taken.gone_elsewhere && offered) {
    emptied.deletion = staged.taken.delete_requested;
  }
  if (staged.taken.deletion_done) emptied.deletion.reset();
  row = std::move(emptied);
}

}  // namespace dp::client
