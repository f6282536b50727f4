// The server's process, cache, queue and database.
#include <map>
#include <set>
#include <string>

#include "sim/marks/frame_fields.h"
#include "sim/marks/spotters.h"
#include "sim/world/world.h"

namespace dp::sim {
namespace {

class ServerSpotter : public Observer {
 public:
  explicit ServerSpotter(MarkSet& marks) : marks_(marks) {}

  void observe(const TraceEvent& event, const World&) override {
    if (event.kind == EventKind::notice &&
        event.number == static_cast<std::uint64_t>(client::NoticeKind::server_lost_recent)) {
      marks_.set(Mark::server_lost_recent_noticed);
    }
    if (event.node != kServerNode) return;
    switch (event.kind) {
      case EventKind::crash:
        if (event.other > 0) marks_.set(Mark::server_crash_between_effects);
        just_crashed_us_ = event.time_us;
        for (auto& [query, asked] : asked_) {
          if (!asked.is_job) continue;
          if (queued_[asked.chat] > 0) --queued_[asked.chat];
          if (!asked.applied) marks_.set(Mark::server_crash_lost_jobs);
        }
        asked_.clear();
        queued_.clear();
        acknowledged_.clear();
        break;
      case EventKind::power:
        if (event.name == "stopped") stopped_ = true;
        break;
      case EventKind::boot:
        if (stopped_) marks_.set(Mark::server_restarted_gracefully);
        stopped_ = false;
        asked_.clear();
        queued_.clear();
        break;
      case EventKind::job_lost:
        if (just_crashed_us_ != event.time_us) marks_.set(Mark::job_lost);
        break;
      case EventKind::cache_struck:
        cache_struck(event);
        break;
      case EventKind::db_asked:
        asked(event);
        break;
      case EventKind::db_applied:
        applied(event);
        break;
      case EventKind::db_answered:
        answered(event);
        break;
      case EventKind::frame_sent:
        sent(event);
        break;
      default:
        break;
    }
  }

 private:
  struct Asked {
    Micros time_us = 0;
    std::string chat;
    bool is_job = false;
    bool applied = false;
  };

  void cache_struck(const TraceEvent& event) {
    const std::string chat(event.bytes);
    if (event.name == "evicted") {
      const bool queued = queued_.contains(chat) && queued_.at(chat) > 0;
      marks_.set(queued ? Mark::cache_entry_evicted_with_a_job_queued : Mark::cache_entry_evicted);
      if (!queued) evicted_.insert(chat);
    }
    if (event.name == "hollowed") marks_.set(Mark::cache_entry_hollowed);
    if (event.name == "unavailable") marks_.set(Mark::cache_unavailable);
    if (event.name.starts_with("database restored")) {
      marks_.set(Mark::server_back_on_an_old_database);
    }
  }

  void asked(const TraceEvent& event) {
    Asked& asked = asked_[event.number];
    asked = Asked{event.time_us, std::string(event.bytes), event.other == 1, false};
    if (asked.is_job) ++queued_[asked.chat];
    if (event.name == "load_slot") {
      if (evicted_.erase(asked.chat) > 0) marks_.set(Mark::slot_loaded_after_eviction);
      if (queued_[asked.chat] > 0) marks_.set(Mark::slot_loaded_while_a_job_was_queued);
    }
    if (event.name == "drop_chat" && queued_[asked.chat] > 0) {
      marks_.set(Mark::chat_dropped_with_a_job_queued);
    }
  }

  void applied(const TraceEvent& event) {
    if (event.other > 0) marks_.set(Mark::job_ran_twice);
    const auto found = asked_.find(event.number);
    if (found != asked_.end()) found->second.applied = true;
    const auto* const* query = std::get_if<const server::Query*>(&event.detail);
    if (query == nullptr) return;
    const auto* write = std::get_if<server::WriteDraft>(&(*query)->request);
    if (write == nullptr) return;
    Row& row = rows_[write->row.slot];
    if (write->row.version <= row.version) return;
    if (write->row.deleted) marks_.set(Mark::tombstone_written);
    if (row.deleted && !write->row.deleted) marks_.set(Mark::content_written_over_a_tombstone);
    row = {write->row.version, write->row.deleted};
  }

  void answered(const TraceEvent& event) {
    const auto found = asked_.find(event.number);
    if (found == asked_.end()) return;
    const Asked asked = found->second;
    asked_.erase(found);
    const Micros took_us = event.time_us - asked.time_us;
    if (asked.is_job && queued_[asked.chat] > 0) --queued_[asked.chat];
    if (asked.is_job && took_us > 10 * kSecond) marks_.set(Mark::job_waited_over_ten_seconds);
    if (!asked.is_job && took_us > 5 * kSecond) marks_.set(Mark::lookup_took_over_five_seconds);
    const auto* const* detail = std::get_if<const server::DatabaseAnswered*>(&event.detail);
    if (detail == nullptr) return;
    const server::Answer& answer = (*detail)->answer;
    if (std::holds_alternative<server::RequestFailed>(answer)) {
      marks_.set(asked.is_job ? Mark::job_failed : Mark::lookup_failed);
      if (asked.is_job && asked.applied) marks_.set(Mark::job_carried_out_though_reported_failed);
    }
    if (const auto* written = std::get_if<server::DraftWritten>(&answer)) {
      if (!written->applied) marks_.set(Mark::job_overtaken);
    }
    if (const auto* loaded = std::get_if<server::SlotLoaded>(&answer)) {
      if (loaded->row && loaded->row->deleted) marks_.set(Mark::slot_loaded_holding_a_tombstone);
    }
    if (const auto* stored = std::get_if<server::MessageStored>(&answer)) {
      if (stored->duplicate) marks_.set(Mark::message_stored_twice);
      if (!stored->draft_deleted && !stored->duplicate) {
        marks_.set(Mark::message_stored_without_deleting);
      }
    }
    if (const auto* expired = std::get_if<server::TombstonesExpired>(&answer)) {
      if (!expired->slots.empty()) marks_.set(Mark::tombstone_expired);
    }
  }

  void sent(const TraceEvent& event) {
    if (event.name != "draft_update_receipt" && event.name != "draft_delete_receipt") return;
    const std::string change(text_field(event.bytes, "change_id"));
    if (change.empty()) return;
    if (!acknowledged_.insert(change).second) marks_.set(Mark::receipt_repeated);
  }

  struct Row {
    Version version = 0;
    bool deleted = false;
  };

  MarkSet& marks_;
  bool stopped_ = false;
  std::optional<Micros> just_crashed_us_;
  std::map<std::uint64_t, Asked> asked_;
  std::map<std::string, int> queued_;  // jobs of a chat that have no answer yet
  std::set<std::string> evicted_;
  std::set<std::string> acknowledged_;
  std::map<server::SlotKey, Row> rows_;
};

}  // namespace

std::unique_ptr<Observer> server_spotter(MarkSet& marks) {
  return std::make_unique<ServerSpotter>(marks);
}

}  // namespace dp::sim
