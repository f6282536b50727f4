// What becomes of drafts that meet: adopted, kept, merged, with and without copies.
//
// The remote side of a merge is what the device opened last for that slot; its own side is what its
// durable row held before.
#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "core/crypto/padding.h"
#include "core/draft/payload.h"
#include "sim/marks/draft_pair.h"
#include "sim/marks/spotters.h"
#include "sim/oracles/slot_history.h"

namespace dp::sim {
namespace {

using draft::Draft;
using draft::Operation;

constexpr std::size_t kRemembered = 4;  // remote drafts for each slot of each device
constexpr Micros kJustUs = 5 * kSecond;
constexpr std::uint64_t kFarAhead = 20;

class MergingSpotter : public Observer, public SlotWatcher {
 public:
  explicit MergingSpotter(MarkSet& marks) : marks_(marks) { history_.add_watcher(this); }

  void observe(const TraceEvent& event, const World& world) override {
    if (event.kind == EventKind::cipher_open && event.number == 1) opened(event, world);
    history_.observe(event, world);
  }

  void slot_changed(const SlotChange& change, const World&) override {
    sizes(change.after);
    if (change.cause == ChangeCause::reopened) return;
    if (change.cause == ChangeCause::person) {
      saved(change);
    } else {
      synced(change);
    }
  }

 private:
  using Place = std::pair<DeviceId, AccountChat>;

  // A draft or tombstone was opened: of which slot, the device's facts tell by slot id.
  void opened(const TraceEvent& event, const World& world) {
    const auto* const* call = std::get_if<const OpenCall*>(&event.detail);
    if (call == nullptr || (*call)->opened == nullptr || !is_device(event.node)) return;
    const crypto::Kind kind = (*call)->request.kind;
    if (kind != crypto::Kind::draft && kind != crypto::Kind::tombstone) return;
    const auto content = crypto::unpad(kind, (*call)->opened->plaintext);
    if (!content) return;
    auto remote = draft::decode_payload(*content);
    if (!remote) return;
    const DeviceId device = device_of(event.node);
    const std::optional<ChatId> chat = chat_of(device, (*call)->request.slot_id, world);
    if (!chat) return;
    const Place place{device, {world.account_of(device), *chat}};
    const Draft& local = held_[place];
    if (local.logical_clock > 0 && remote->logical_clock > local.logical_clock + kFarAhead) {
      marks_.set(Mark::logical_clock_ahead);
    }
    if (!local.vv.empty()) compared_with(local, *remote);
    std::deque<Draft>& drafts = remotes_[place];
    if (drafts.size() == kRemembered) drafts.pop_front();
    drafts.push_back(std::move(*remote));
  }

  std::optional<ChatId> chat_of(DeviceId device, const SlotId& slot, const World& world) {
    const std::size_t account = world.account_of(device);
    const auto known = chats_.find({account, slot});
    if (known != chats_.end()) return known->second;
    for (std::size_t i = 0; i < kChatsMax; ++i) {
      const ChatId chat = world.chat(account, i);
      if (const auto id = world.slot_id(account, chat)) chats_[{account, *id}] = chat;
    }
    const auto found = chats_.find({account, slot});
    if (found == chats_.end()) return std::nullopt;
    return found->second;
  }

  void compared_with(const Draft& local, const Draft& remote) {
    if (local.vv.covers(remote.vv) && !(local.vv == remote.vv)) {
      marks_.set(Mark::older_draft_seen);
    }
    for (const draft::Line& line : remote.lines) {
      if (local.cleared.covers(line.dot)) marks_.set(Mark::old_text_offered_after_a_clear);
    }
  }

  void sizes(const Draft& now) {
    if (now.copies.size() >= 2) marks_.set(Mark::two_kept_copies);
    if (now.copies.size() >= 4) marks_.set(Mark::four_kept_copies);
    if (now.copies.size() >= draft::kCopiesMax) marks_.set(Mark::eight_kept_copies);
    if (now.vv.entries().size() >= 3) marks_.set(Mark::three_writers_in_one_draft);
    if (now.vv.entries().size() >= 8) marks_.set(Mark::eight_writers_in_one_draft);
    std::set<std::uint64_t> writers;
    for (const draft::Line& line : now.lines) writers.insert(line.dot.writer.value);
    if (writers.size() >= 3) marks_.set(Mark::lines_of_three_writers);
  }

  void saved(const SlotChange& change) {
    const Place place{change.device, change.slot};
    if (const auto at = adopted_us_.find(place); at != adopted_us_.end()) {
      if (change.time_us - at->second <= kJustUs) marks_.set(Mark::edit_of_a_text_just_adopted);
    }
    if (!change.before.copies.empty()) {
      if (change.after.operation == Operation::clear)
        marks_.set(Mark::clear_of_a_draft_with_copies);
      if (change.after.operation == Operation::sent) marks_.set(Mark::send_of_a_draft_with_copies);
    }
    for (const Draft& remote : remotes_[place]) {
      const bool taken_in =
          change.after.vv.covers(remote.vv) && !change.before.vv.covers(remote.vv);
      if (taken_in) marks_.set(Mark::merged_at_the_next_save);
    }
    held_[place] = change.after;
  }

  void synced(const SlotChange& change) {
    const Place place{change.device, change.slot};
    const std::deque<Draft>& drafts = remotes_[place];
    for (auto remote = drafts.rbegin(); remote != drafts.rend(); ++remote) {
      if (*remote == change.after) {
        adopted(change, place);
        break;
      }
      const bool joined = change.after.vv == draft::joined(change.before.vv, remote->vv) &&
                          !change.before.vv.empty();
      if (joined && concurrent(change.before, *remote)) {
        merged(change, *remote);
        break;
      }
    }
    held_[place] = change.after;
  }

  void adopted(const SlotChange& change, const Place& place) {
    adopted_us_[place] = change.time_us;
    if (change.before.vv.empty()) {
      marks_.set(Mark::adopted_into_an_empty_slot);
    } else {
      marks_.set(Mark::adopted_a_newer_draft);
    }
    if (change.after.is_tombstone() && !change.before.lines.empty()) {
      marks_.set(Mark::deletion_adopted);
    }
  }

  void merged(const SlotChange& change, const Draft& remote) {
    const Draft& local = change.before;
    const Draft& after = change.after;
    const auto pair = std::minmax(local.vv.entries(), remote.vv.entries());
    auto [first, fresh] = merged_by_.emplace(pair, change.device);
    if (!fresh && first->second != change.device) marks_.set(Mark::same_pair_merged_on_two_devices);
    if (has_long_line(local.lines) || has_long_line(remote.lines)) {
      marks_.set(Mark::lines_over_256_bytes_merged);
    }
    operations(local, remote, after);
    if (!local.lines.empty() && !remote.lines.empty()) texts(change.slot, local, remote, after);
    copies(local, remote, after);
  }

  void operations(const Draft& local, const Draft& remote, const Draft& after) {
    const auto one_of = [&](Operation a, Operation b) {
      return (local.operation == a && remote.operation == b) ||
             (local.operation == b && remote.operation == a);
    };
    if (one_of(Operation::clear, Operation::set)) marks_.set(Mark::merge_of_a_clear_and_an_edit);
    if (one_of(Operation::sent, Operation::set)) marks_.set(Mark::merge_of_a_send_and_an_edit);
    if (one_of(Operation::clear, Operation::clear)) marks_.set(Mark::merge_of_two_clears);
    if (one_of(Operation::clear, Operation::sent)) marks_.set(Mark::merge_of_a_clear_and_a_send);
    const bool cleared = local.is_tombstone() != remote.is_tombstone();
    if (cleared && !after.lines.empty()) marks_.set(Mark::edit_survived_a_concurrent_clear);
    if (!local.is_tombstone() && !remote.is_tombstone() && after.is_tombstone()) {
      marks_.set(Mark::merge_left_nothing);
    }
  }

  void texts(const AccountChat& slot, const Draft& local, const Draft& remote, const Draft& after) {
    const std::string ours = draft::text_of(local);
    const std::string theirs = draft::text_of(remote);
    const std::string result = draft::text_of(after);
    if (ours == theirs) return marks_.set(Mark::merge_of_equal_texts);
    const bool disjoint =
        after.copies.size() <= std::max(local.copies.size(), remote.copies.size());
    if (disjoint && result != ours && result != theirs) {
      marks_.set(Mark::merge_of_disjoint_lines);
    }
    if (only_difference(local.lines, remote.lines))
      marks_.set(Mark::same_line_changed_on_both_sides);
    if (is_prefix(local.lines, remote.lines) || is_prefix(remote.lines, local.lines)) {
      marks_.set(Mark::one_text_the_prefix_of_the_other);
    }
    if (const Draft* base = common(slot, local, remote)) against(*base, local, remote);
  }

  // The latest save that both sides include.
  const Draft* common(const AccountChat& slot, const Draft& local, const Draft& remote) const {
    const auto saves = history_.saves().find(slot);
    if (saves == history_.saves().end()) return nullptr;
    for (auto save = saves->second.rbegin(); save != saves->second.rend(); ++save) {
      if (local.vv.covers(save->draft.vv) && remote.vv.covers(save->draft.vv)) return &save->draft;
    }
    return nullptr;
  }

  void against(const Draft& base, const Draft& local, const Draft& remote) {
    const auto ours = only_difference(base.lines, local.lines);
    const auto theirs = only_difference(base.lines, remote.lines);
    if (ours && theirs && (*ours + 1 == *theirs || *theirs + 1 == *ours)) {
      marks_.set(Mark::neighbouring_lines_changed);
    }
    const std::size_t lines = base.lines.size();
    const bool grew = local.lines.size() > lines || remote.lines.size() > lines;
    const bool shrank = local.lines.size() < lines || remote.lines.size() < lines;
    if (grew && shrank) marks_.set(Mark::one_side_inserted_lines_the_other_removed);
  }

  void copies(const Draft& local, const Draft& remote, const Draft& after) {
    const auto knew = [](const Draft& draft, const draft::Copy& copy) {
      return std::ranges::find(draft.copies, copy) != draft.copies.end();
    };
    for (const draft::Copy& copy : after.copies) {
      if (knew(local, copy) || knew(remote, copy)) continue;
      marks_.set(Mark::merge_kept_a_copy);
      const bool ours_lost = copy.lines == local.lines;
      marks_.set(ours_lost ? Mark::merge_won_by_the_remote_text
                           : Mark::merge_won_by_the_local_text);
    }
    for (const Draft* side : {&local, &remote}) {
      for (const draft::Copy& copy : side->copies) {
        if (knew(after, copy) || after.lines.empty()) continue;
        const bool was_text = copy.lines == local.lines || copy.lines == remote.lines;
        if (copy.lines == after.lines && !was_text) {
          marks_.set(Mark::copy_became_the_text);
        } else if (all_lines_in(copy.lines, after.lines)) {
          marks_.set(Mark::copy_dropped_because_it_is_in_the_text);
        }
      }
    }
  }

  static constexpr std::size_t kChatsMax = 8;

  using Entries = std::vector<draft::Dot>;

  MarkSet& marks_;
  SlotHistory history_;
  std::map<std::pair<std::size_t, SlotId>, ChatId> chats_;
  std::map<Place, Draft> held_;
  std::map<Place, std::deque<Draft>> remotes_;
  std::map<Place, Micros> adopted_us_;
  std::map<std::pair<Entries, Entries>, DeviceId> merged_by_;
};

}  // namespace

std::unique_ptr<Observer> merging_spotter(MarkSet& marks) {
  return std::make_unique<MergingSpotter>(marks);
}

}  // namespace dp::sim
