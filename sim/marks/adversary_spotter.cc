// What a hostile network and a malicious server did to a device, and whether it noticed.
//
// A fault of a frame is traced before the frame it changed, so the frame that follows at the same
// device is the changed one.
#include <deque>
#include <map>
#include <set>
#include <string>

#include "sim/faults/fault_kind.h"
#include "sim/marks/frame_fields.h"
#include "sim/marks/spotters.h"
#include "sim/world/world.h"

namespace dp::sim {
namespace {

constexpr std::size_t kRemembered = 16;

class AdversarySpotter : public Observer {
 public:
  explicit AdversarySpotter(MarkSet& marks) : marks_(marks) {}

  void observe(const TraceEvent& event, const World& world) override {
    if (event.kind == EventKind::fault) {
      fault(static_cast<FaultKind>(event.number), NodeId{static_cast<std::uint32_t>(event.other)});
    }
    if (!is_device(event.node)) return;
    Victim& victim = victims_[event.node];
    switch (event.kind) {
      case EventKind::frame_forged:
        if (victim.struck_by) {
          if (victim.forged.size() == kRemembered) victim.forged.pop_front();
          victim.forged.emplace_back(*victim.struck_by, std::string(event.bytes));
          victim.struck_by.reset();
        }
        break;
      case EventKind::frame_came:
        after_a_forged_deletion(event, world, victim);
        came(event, victim);
        break;
      case EventKind::notice:
        notice(static_cast<client::NoticeKind>(event.number), victim);
        break;
      case EventKind::frame_sent:
        uploaded(event, victim);
        break;
      case EventKind::crash:
        victim.restarted = true;
        break;
      case EventKind::timer:
        after_a_forged_deletion(event, world, victim);
        break;
      default:
        break;
    }
  }

 private:
  struct Victim {
    std::optional<FaultKind> struck_by;
    std::deque<std::pair<FaultKind, std::string>> forged;  // not delivered yet
    std::optional<FaultKind> present;                      // of the frame being handled
    std::optional<std::string> deletion;                   // chat of a forged deletion
    std::set<std::string> acknowledged_falsely;            // chats
    bool restarted = false;
  };

  void fault(FaultKind kind, NodeId node) {
    if (family_of(kind) == Family::hostile) {
      if (kind == FaultKind::frame_reordered) marks_.set(Mark::frame_reordered);
      if (kind == FaultKind::frame_duplicated) marks_.set(Mark::frame_duplicated);
      if (kind == FaultKind::frame_dropped) marks_.set(Mark::frame_dropped);
      if (kind == FaultKind::frame_corrupted) marks_.set(Mark::frame_corrupted);
      if (kind == FaultKind::frame_replayed) marks_.set(Mark::frame_replayed);
    }
    if (kind == FaultKind::server_withholds) marks_.set(Mark::update_withheld);
    const bool frame_kind = kind == FaultKind::frame_corrupted ||
                            (family_of(kind) == Family::byzantine && !is_timed(kind));
    if (frame_kind && is_device(node)) victims_[node].struck_by = kind;
  }

  void came(const TraceEvent& event, Victim& victim) {
    victim.present.reset();
    for (auto one = victim.forged.begin(); one != victim.forged.end(); ++one) {
      if (one->second != event.bytes) continue;
      victim.present = one->first;
      victim.forged.erase(one);
      break;
    }
    if (!victim.present) return;
    if (family_of(*victim.present) == Family::byzantine) malformed(event.bytes);
    const std::string chat(text_field(event.bytes.substr(0, 400), "chat_id"));
    switch (*victim.present) {
      case FaultKind::server_replays_old:
        marks_.set(Mark::old_content_under_a_new_number);
        break;
      case FaultKind::server_swaps_chats:
        marks_.set(Mark::content_of_another_chat);
        break;
      case FaultKind::server_equivocates:
        marks_.set(Mark::older_world_shown_to_one_device);
        break;
      case FaultKind::server_forges_success:
        marks_.set(Mark::success_forged);
        victim.acknowledged_falsely.insert(chat);
        break;
      case FaultKind::server_forges_deletion:
        marks_.set(Mark::deletion_forged);
        victim.deletion = chat;
        break;
      case FaultKind::server_lies_about_versions:
        marks_.set(Mark::version_forged);
        break;
      default:
        break;
    }
  }

  // What the frame holds that an honest server never sends.
  void malformed(std::string_view frame) {
    constexpr std::string_view kBase64 =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    if (says(frame, ":9007199254740991")) marks_.set(Mark::extreme_number_delivered);
    if (says(frame, ":1152921504606846976")) marks_.set(Mark::number_beyond_the_limit_delivered);
    const std::string_view draft = text_field(frame, "encrypted_draft_md");
    if (draft.size() % 4 != 0 || draft.find_first_not_of(kBase64) != std::string_view::npos) {
      marks_.set(Mark::bad_encoding_delivered);
    }
  }

  void uploaded(const TraceEvent& event, Victim& victim) {
    if (event.name != "update_draft" && event.name != "sync_offline_changes") return;
    for (auto chat = victim.acknowledged_falsely.begin();
         chat != victim.acknowledged_falsely.end();) {
      if (says(event.bytes, *chat)) {
        marks_.set(Mark::forged_success_uploaded_again);
        chat = victim.acknowledged_falsely.erase(chat);
      } else {
        ++chat;
      }
    }
  }

  void notice(client::NoticeKind kind, const Victim& victim) {
    using enum client::NoticeKind;
    if (kind == security_rollback) marks_.set(Mark::rollback_noticed);
    if (kind == security_fork) marks_.set(Mark::fork_noticed);
    const bool alarm = kind == security_rollback || kind == security_fork;
    if (alarm && victim.restarted) marks_.set(Mark::alarm_after_a_restart);
    if (kind == protocol_error && victim.present == FaultKind::frame_corrupted) {
      marks_.set(Mark::corrupted_frame_not_readable);
    }
    if (kind != security_authentication) return;
    if (victim.present == FaultKind::server_swaps_chats) {
      marks_.set(Mark::foreign_content_refused);
    }
    if (victim.present == FaultKind::server_lies_about_versions ||
        victim.present == FaultKind::server_replays_old) {
      marks_.set(Mark::envelope_of_another_version_refused);
    }
  }

  // At the next thing that happens to the device: is the text still there?
  void after_a_forged_deletion(const TraceEvent& event, const World& world, Victim& victim) {
    if (!victim.deletion) return;
    for (const client::SlotFacts& slot : world.slots(device_of(event.node))) {
      if (slot.chat.text() == *victim.deletion && !slot.local.lines.empty()) {
        marks_.set(Mark::forged_deletion_not_believed);
      }
    }
    victim.deletion.reset();
  }

  MarkSet& marks_;
  std::map<NodeId, Victim> victims_;
};

}  // namespace

std::unique_ptr<Observer> adversary_spotter(MarkSet& marks) {
  return std::make_unique<AdversarySpotter>(marks);
}

}  // namespace dp::sim
