// Reconciling one slot: what the server is known to hold against what this device holds. Dots
// decide; numbers only tell whether the server has lost something.
#include <algorithm>
#include <utility>

#include "core/client/transition.h"

namespace dp::client {
namespace {

// How long ago something was learned: by the monotonic clock within one boot, by the wall clock
// across boots. A wall clock that was put back makes it young, never old.
Micros age_of(const Learned& learned, std::uint64_t boot, const Now& now) {
  const Micros age = learned.boot == boot ? now.monotonic_us - learned.at.monotonic_us
                                          : now.wall_us - learned.at.wall_us;
  return std::max<Micros>(age, 0);
}

}  // namespace

// Loss, or attack? Whatever the answer, no dot is dropped: it only chooses what is said.
void Transition::judge(const SlotRow& row, const Remote& remote) {
  Staged& staged = *find(row.chat)->staged;
  const ServerState& known = row.base;
  if (known.version == 0) return;
  const bool other_envelope = remote.version == known.version && remote.hash != known.hash;
  const bool lacks_a_dot = !remote.draft || !covered_by(known.draft, remote.draft);
  const bool behind = remote.version < known.version;
  if (!other_envelope && !lacks_a_dot && !behind) return;
  const bool recent = age_of(known.learned, s_.boot, env_.now) < s_.config.persistence_window_us;
  const NoticeKind alarm =
      other_envelope ? NoticeKind::security_fork : NoticeKind::security_rollback;
  staged.notices.emplace_back(recent ? NoticeKind::server_lost_recent : alarm, "");
}

// A `field` draft has no dots: it is taken as this device's save of that text, once. Two devices
// that import one text both hold the same lines, which join without a conflict.
DraftRef Transition::import_field(Staged& staged, const Remote& remote) {
  const std::uint64_t clock = effective(staged.row) ? effective(staged.row)->logical_clock + 1 : 1;
  if (remote.imported->empty()) return nullptr;
  return share(draft::saved(nullptr, *remote.imported, next_dot(), clock));
}

void Transition::stage_remote(Slot& slot, Staged& staged, const Remote& given) {
  SlotRow& row = staged.row;
  Remote remote = given;
  if (remote.imported) {
    if (row.sealed_seen) return;
    if (row.base.version == remote.version && row.base.hash == remote.hash) return;
    remote.draft = import_field(staged, remote);
  }
  const bool at_base = remote.version == row.base.version && remote.hash == row.base.hash;
  if (row.in_flight && remote.version == row.in_flight->version &&
      remote.hash == row.in_flight->hash) {
    slot.conflicts = 0;
    return acknowledge(row, staged);
  }
  if (row.in_flight && remote.settles && !at_base) {
    if (slot.offered) remember(row, row.in_flight->draft, false);
    row.in_flight.reset();
  }
  if (at_base) return;
  if (remote.sealed) judge(row, remote);
  if (remote.sealed && remote.draft) {
    row.high_water = std::max(row.high_water, remote.version);
    if (remote.tombstone) row.fence = std::max(row.fence, remote.version);
    row.sealed_seen = true;
    row.kept.clear();
  }

  const DraftRef current = effective(row);
  if (!remote.draft) {  // nothing there: what we hold is offered again
    row.base = ServerState{remote.version, remote.hash, nullptr, learned_now()};
    return;
  }
  std::vector<draft::Draft> ancestors;
  const bool concurrent =
      current && !covered_by(current, remote.draft) && !covered_by(remote.draft, current);
  if (concurrent) {
    if (row.in_flight) ancestors.push_back(*row.in_flight->draft);
    for (const Ancestor& ancestor : row.ancestors) ancestors.push_back(*ancestor.draft);
  }
  draft::Reconciled reconciled =
      draft::reconcile(current.get(), *remote.draft, ancestors, s_.merge_limits);
  archive_copies(staged, NoticeKind::copy_archived, reconciled.displaced);
  staged.conflict = staged.conflict || reconciled.conflict;
  switch (reconciled.verdict) {
    case draft::Verdict::adopt:
      row.local = remote.draft;
      break;
    case draft::Verdict::keep:
      break;
    case draft::Verdict::merge:
      row.local = share(std::move(reconciled.draft));
      break;
  }
  row.base = ServerState{remote.version, remote.hash, remote.draft, learned_now()};
  remember(row, remote.draft, true);
}

}  // namespace dp::client
