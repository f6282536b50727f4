// What people do, and when: pauses around the debounce, leaving the editor, odd texts, previews.
#include <map>
#include <set>
#include <string>

#include "sim/marks/flight_log.h"
#include "sim/marks/spotters.h"
#include "sim/world/world.h"

namespace dp::sim {
namespace {

constexpr Micros kEdgeUs = 2 * kMillisecond;
constexpr Micros kPreviewLifeUs = 15 * kMinute;
constexpr std::size_t kManyLines = 50;

bool is_white(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

class TypingSpotter : public Observer {
 public:
  explicit TypingSpotter(MarkSet& marks) : marks_(marks) {}

  void observe(const TraceEvent& event, const World& world) override {
    if (!is_device(event.node)) return;
    if (event.kind == EventKind::conn_closed || event.kind == EventKind::crash) {
      if (event.kind == EventKind::crash) editors_.erase(event.node);
    }
    switch (event.kind) {
      case EventKind::person:
        person_did(event, world);
        break;
      case EventKind::timer:
        timer_fired(event, world);
        break;
      case EventKind::lifecycle:
        if (event.name == "locked") editors_[event.node].locked = true;
        if (event.name == "unlocked") editors_[event.node].locked = false;
        break;
      case EventKind::seal_turn:
        editors_[event.node].seals += event.other == 0 ? 1 : -1;
        break;
      case EventKind::cipher_seal:
        sealed(event, world);
        break;
      case EventKind::preview_invalidated:
        for (auto& [chat, drawn] : editors_[event.node].drawn) {
          if (chat == event.name) drawn = true;
        }
        break;
      default:
        break;
    }
    flights_.observe(event);
  }

 private:
  struct Editor {
    Micros edited_us = 0;  // by the device's monotonic clock
    bool edited = false;   // since the chat was opened
    bool waiting = false;  // for the debounce
    bool locked = false;
    bool too_long = false;
    bool composer = false;
    int seals = 0;
    std::optional<Micros> previews_us;
    std::map<std::string, bool, std::less<>> drawn;  // chat: invalidated since
  };

  void person_did(const TraceEvent& event, const World& world) {
    const DeviceId device = device_of(event.node);
    const client::View view = world.view(device);
    Editor& editor = editors_[event.node];
    const bool unsaved = view.unsaved_changes;
    if (event.name == "edited") return edited(event, world, view, editor);
    if (unsaved) left_unsaved(event, view);
    if (event.name == "previews_needed") return previews_needed(event, world, view, editor);
    if (event.name == "editor_reset") marks_.set(Mark::editor_reset_while_refilled);
    const bool clears = event.name == "clear_pressed";
    if (clears || event.name == "send_pressed") consumed(event, view, clears);
    if (event.name == "chat_delete_pressed") marks_.set(Mark::chat_deleted_by_its_person);
    if (event.name == "focused" || event.name == "shown") return;
    editor.waiting = false;
    editor.edited = false;
    editor.composer = event.name == "composer_opened";
  }

  void consumed(const TraceEvent& event, const client::View& view, bool clears) {
    if (view.editor_text.empty()) {
      marks_.set(clears ? Mark::clear_of_an_empty_editor : Mark::send_of_an_empty_editor);
    }
    if (!view.current_chat || !flights_.in_flight(event.node, view.current_chat->text())) return;
    marks_.set(clears ? Mark::clear_while_in_flight : Mark::send_while_in_flight);
  }

  void left_unsaved(const TraceEvent& event, const client::View& view) {
    if (event.name == "blurred") marks_.set(Mark::blur_with_unsaved_text);
    if (event.name == "hidden") marks_.set(Mark::hidden_with_unsaved_text);
    if (event.name == "closing") marks_.set(Mark::closing_with_unsaved_text);
    if (event.name == "clear_pressed") marks_.set(Mark::clear_with_unsaved_text);
    if (event.name == "send_pressed") marks_.set(Mark::send_with_unsaved_text);
    const bool another = !view.current_chat || view.current_chat->text() != event.bytes;
    if (event.name == "chat_opened" && another) marks_.set(Mark::chat_switched_with_unsaved_text);
    if (event.name == "chat_delete_pressed" && !another) {
      marks_.set(Mark::chat_deleted_with_unsaved_text);
    }
  }

  void edited(const TraceEvent& event, const World& world, const client::View& view,
              Editor& editor) {
    const DeviceId device = device_of(event.node);
    const client::Client* client = world.client(device);
    if (client == nullptr || !(view.current_chat || editor.composer)) return;
    const Micros now_us = world.device_now(device).monotonic_us;
    const Micros due_us = editor.edited_us + client->config().debounce_us;
    if (editor.edited) {
      if (now_us < due_us && now_us >= due_us - kEdgeUs && view.unsaved_changes) {
        marks_.set(Mark::keystroke_just_before_the_pause_ended);
      }
      if (now_us == due_us) marks_.set(Mark::keystroke_as_the_pause_ended);
      if (now_us > due_us && now_us <= due_us + kEdgeUs) {
        marks_.set(Mark::keystroke_just_after_the_pause_ended);
      }
    }
    editor.edited_us = now_us;
    editor.edited = true;
    editor.waiting = true;
    if (editor.locked) marks_.set(Mark::typed_while_locked);
    if (editor.seals > 0) marks_.set(Mark::typed_while_a_seal_was_awaited);
    if (view.connection == client::Connection::offline) marks_.set(Mark::typed_offline);
    if (event.bytes.empty() && !view.editor_text.empty()) marks_.set(Mark::emptied_by_typing);
    if (view.unsaved_changes && view.last_saved_text == event.bytes) {
      marks_.set(Mark::typed_back_to_the_saved_text);
    }
    if (editor.composer && !event.bytes.empty()) {
      marks_.set(Mark::composer_text_made_a_chat);
      editor.composer = false;
    }
    if (view.current_chat && flights_.in_flight(event.node, view.current_chat->text())) {
      marks_.set(Mark::typed_while_a_change_was_in_flight);
    }
    if (view.editor_text.empty() && !event.bytes.empty() && view.draft_version > 0 &&
        view.last_saved_text.value_or("").empty()) {
      marks_.set(Mark::typed_over_a_tombstone);
    }
    text_typed(event.bytes);
  }

  void text_typed(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) marks_.set(Mark::text_with_nul_typed);
    if (says(text, "\r\n")) marks_.set(Mark::text_with_crlf_typed);
    if (says(text, "\xE2\x80\xAE") || says(text, "\xD7\xA9")) {
      marks_.set(Mark::text_right_to_left_typed);
    }
    if (says(text, "\xCC\x81")) marks_.set(Mark::text_with_combining_marks_typed);
    if (says(text, "\xE2\x80\x8D\xF0\x9F")) marks_.set(Mark::text_with_joined_emoji_typed);
    if (!text.empty() && is_white(text)) marks_.set(Mark::text_of_white_space_typed);
    if (says(text, "{\"type\":")) marks_.set(Mark::text_that_looks_like_a_frame_typed);
    if (text.starts_with('@') && text.find_first_of(" \n") == std::string_view::npos) {
      marks_.set(Mark::mention_alone_typed);
    }
    if (occurrences(text, "\n") >= kManyLines) marks_.set(Mark::text_over_50_lines_typed);
  }

  void timer_fired(const TraceEvent& event, const World& world) {
    Editor& editor = editors_[event.node];
    const DeviceId device = device_of(event.node);
    const client::Client* client = world.client(device);
    if (!editor.waiting || client == nullptr) return;
    const Micros due_us = editor.edited_us + client->config().debounce_us;
    if (world.device_now(device).monotonic_us < due_us) return;
    editor.waiting = false;
    const client::View view = world.view(device);
    if (view.unsaved_changes) marks_.set(Mark::saved_after_a_pause);
    if (view.unsaved_changes && view.connection == client::Connection::offline) {
      marks_.set(Mark::saved_after_a_pause_offline);
    }
    if (view.too_long) marks_.set(Mark::text_over_the_limit);
    if (editor.too_long && !view.too_long) marks_.set(Mark::text_shortened_below_the_limit);
    editor.too_long = view.too_long;
  }

  void sealed(const TraceEvent& event, const World& world) {
    const client::Client* client = world.client(device_of(event.node));
    const auto* const* call = std::get_if<const SealCall*>(&event.detail);
    if (client == nullptr || call == nullptr || (*call)->request.kind != crypto::Kind::draft)
      return;
    const std::size_t chars = (event.bytes.size() + 2) / 3 * 4;
    if (4 * chars >= 3 * client->config().max_draft_chars) {
      marks_.set(Mark::text_near_the_limit_sealed);
    }
  }

  void previews_needed(const TraceEvent& event, const World& world, const client::View& view,
                       Editor& editor) {
    marks_.set(Mark::previews_drawn);
    const Micros now_us = world.device_now(device_of(event.node)).monotonic_us;
    if (editor.previews_us && now_us - *editor.previews_us <= kPreviewLifeUs) {
      marks_.set(Mark::previews_drawn_again_within_15_minutes);
    }
    editor.previews_us = now_us;
    for (const client::ChatListEntry& entry : view.chats) {
      if (!entry.has_draft) continue;
      bool& invalidated = editor.drawn[entry.chat.text()];
      if (invalidated) marks_.set(Mark::preview_invalidated_between_two_drawings);
      invalidated = false;
    }
  }

  MarkSet& marks_;
  std::map<NodeId, Editor> editors_;
  FlightLog flights_;
};

}  // namespace

std::unique_ptr<Observer> typing_spotter(MarkSet& marks) {
  return std::make_unique<TypingSpotter>(marks);
}

}  // namespace dp::sim
