// The editor: what a person types, when it counts as paused, and what the client may show.
#include <utility>

#include "core/client/transition.h"

namespace dp::client {
namespace {

// Hosts hand in UTF-8. What is not becomes U+FFFD byte by byte, so that whatever was typed can be
// stored and read again; nothing is cut off.
std::string as_utf8(const std::string& text) {
  if (is_valid_utf8(text)) return text;
  constexpr std::size_t kSequenceMax = 4;
  const std::string_view all = text;
  std::string out;
  for (std::size_t at = 0; at < all.size();) {
    std::size_t length = 1;
    while (length <= kSequenceMax && !is_valid_utf8(all.substr(at, length))) ++length;
    const bool valid = length <= kSequenceMax && at + length <= all.size();
    out += valid ? all.substr(at, length) : "\xef\xbf\xbd";
    at += valid ? length : 1;
  }
  return out;
}

}  // namespace

// The text the stored draft will have once everything already asked for is durable.
const std::string& Transition::expected_text(const Slot* slot) const {
  if (slot != nullptr) {
    if (!slot->inputs.ops.empty()) return slot->inputs.ops.back().text;
    if (slot->staged && !slot->staged->taken.ops.empty()) return slot->staged->expected;
  }
  return s_.editor.basis_text;
}

// A person has typed something that no save has been asked for yet.
bool Transition::editor_is_dirty(const ChatId& chat) {
  const Editor& editor = s_.editor;
  return editor.shows(chat) && !editor.artefact && editor.text != expected_text(find(chat));
}

void Transition::push_op(Slot& slot, PersonOp op) {
  std::vector<PersonOp>& ops = slot.inputs.ops;
  // A later snapshot replaces one that was not sealed yet (R51, R52); a send or clear stays.
  while (!ops.empty() && ops.back().kind == PersonOp::Kind::save) {
    op.basis = ops.back().basis;
    ops.pop_back();
  }
  const bool back_to_stored = op.kind != PersonOp::Kind::send && ops.empty() && !slot.staged &&
                              op.text == text_or_empty(op.basis) &&
                              (op.kind == PersonOp::Kind::save || !has_content(op.basis));
  if (!back_to_stored) ops.push_back(std::move(op));
  s_.store_retry_at_us.reset();  // a new save is a new try
  enqueue(slot);
}

// A pause has ended, or cannot be waited for: the text as it is now is to be saved.
void Transition::flush_editor() {
  Editor& editor = s_.editor;
  editor.debounce_at_us.reset();
  if (!editor.is_open() || !editor.chat || editor.artefact || !s_.loaded || !editor.restored) {
    return;
  }
  if (editor.text == expected_text(find(*editor.chat))) return;
  Slot& slot = slot_of(*editor.chat);
  const auto kind = editor.text.empty() ? PersonOp::Kind::clear : PersonOp::Kind::save;
  push_op(slot, {kind, editor.text, editor.basis});
  if (!s_.key && !slot.warned_unsaved) {
    slot.warned_unsaved = true;
    notice(NoticeKind::key_missing, slot.row.chat);
  }
}

void Transition::leave_editor() {
  flush_editor();
  const std::optional<ChatId> chat = s_.editor.is_open() ? s_.editor.chat : std::nullopt;
  if (chat && !s_.editor.restored && !s_.editor.text.empty() && !s_.editor.artefact) {
    // Typed before the store was read: it is merged with what the store holds.
    slot_of(*chat).inputs.ops.push_back({PersonOp::Kind::save, s_.editor.text, nullptr});
  }
  const bool focused = s_.editor.focused;
  s_.editor = Editor{};
  s_.editor.focused = focused;
  if (chat) {
    if (Slot* slot = find(*chat)) enqueue(*slot);
  }
}

// Fills an editor that has just been opened, or whose store has just been read.
void Transition::restore_editor() {
  Editor& editor = s_.editor;
  if (editor.mode != Editor::Mode::chat || editor.restored || !s_.loaded) return;
  editor.restored = true;
  Slot* slot = find(*editor.chat);
  const std::string typed = editor.artefact ? std::string() : editor.text;
  if (!typed.empty()) {  // typed before the stored text was known: a concurrent edit
    editor.debounce_at_us = now() + s_.config.debounce_us;
    return;
  }
  editor.artefact = false;
  if (slot == nullptr) return emit(EditorReplaced{*editor.chat, {}});
  const std::vector<PersonOp>& ops =
      !slot->inputs.ops.empty() || !slot->staged ? slot->inputs.ops : slot->staged->taken.ops;
  if (ops.empty()) {
    editor.basis = effective(slot->row);
    editor.basis_text = text_or_empty(editor.basis);
    editor.text = editor.basis_text;
  } else {  // left before it was durable: shown as it was left
    editor.basis = ops.front().basis;
    editor.basis_text = text_or_empty(editor.basis);
    editor.text = ops.back().text;
  }
  emit(EditorReplaced{*editor.chat, editor.text});
}

void Transition::show_in_editor(const DraftRef& draft) {
  Editor& editor = s_.editor;
  editor.basis = draft;
  editor.basis_text = text_or_empty(draft);
  if (editor.text == editor.basis_text) return;
  editor.text = editor.basis_text;
  editor.artefact = false;
  emit(EditorReplaced{*editor.chat, editor.text});
}

// A turn of the open chat has become durable. What a person typed since is never replaced.
void Transition::settle_editor(Slot& slot, const Staged& staged) {
  Editor& editor = s_.editor;
  const bool had_ops = !staged.taken.ops.empty();
  std::vector<PersonOp>& ops = slot.inputs.ops;
  if (had_ops && !ops.empty()) {
    ops.front().basis = staged.basis;
    // Typed back meanwhile to what has just been stored: nothing is left to save.
    const bool nothing_new =
        ops.front().kind == PersonOp::Kind::save && ops.front().text == text_or_empty(staged.basis);
    if (nothing_new) ops.erase(ops.begin());
  }
  if (!editor.shows(slot.row.chat) || !editor.restored) return;
  const std::string& expected = had_ops ? staged.expected : editor.basis_text;
  // A reset editor is filled once nothing of what was in it is still to be stored.
  const bool unchanged = editor.artefact || editor.text == expected;
  if (unchanged && ops.empty()) {
    show_in_editor(effective(slot.row));
  } else if (had_ops) {
    editor.basis = staged.basis;
    editor.basis_text = text_or_empty(staged.basis);
  }
}

void Transition::receive(const ChatOpened& event) {
  if (s_.editor.mode == Editor::Mode::chat && s_.editor.shows(event.chat)) return flush_editor();
  leave_editor();
  s_.editor.mode = Editor::Mode::chat;
  s_.editor.chat = event.chat;
  restore_editor();
}

void Transition::receive(const ComposerOpened&) {
  leave_editor();
  s_.editor.mode = Editor::Mode::composer;
  s_.editor.restored = true;
}

void Transition::receive(const ChatClosed&) {
  leave_editor();
}

void Transition::receive(const Edited& event) {
  Editor& editor = s_.editor;
  if (!editor.is_open()) return;
  std::string text = as_utf8(event.text);
  if (text == editor.text && !editor.artefact) return;
  editor.artefact = false;
  editor.text = std::move(text);
  if (!editor.chat && !editor.text.empty()) {
    editor.chat = ChatId::from_random(env_.random.bytes16(Draw::chat_id));
  }
  if (!editor.chat) return;
  editor.debounce_at_us = now() + s_.config.debounce_us;
  Slot* slot = find(*editor.chat);
  if (slot == nullptr) return;
  slot->warned_unsaved = false;
  // A text typed back to what it was leaves nothing unsaved, so a waiting remote may come in.
  if (editor.text == expected_text(slot)) enqueue(*slot);
  transmit(*slot);  // a first text emptied and typed again need not wait
}

void Transition::receive(const EditorReset&) {
  if (!s_.editor.is_open()) return;
  flush_editor();
  s_.editor.text.clear();
  s_.editor.artefact = true;
}

void Transition::receive(const Focused&) {
  s_.editor.focused = s_.editor.is_open();
}
void Transition::receive(const Blurred&) {
  s_.editor.focused = false;
  flush_editor();
}
void Transition::receive(const Hidden&) {
  flush_editor();
}
void Transition::receive(const Shown&) {}
void Transition::receive(const Closing&) {
  flush_editor();
}

void Transition::receive(const ClearPressed&) {
  Editor& editor = s_.editor;
  editor.debounce_at_us.reset();
  if (!editor.is_open() || !editor.chat || !editor.restored || editor.artefact) return;
  Slot& slot = slot_of(*editor.chat);
  const bool stored = has_content(editor.basis) || slot.staged;
  if (stored || !slot.inputs.ops.empty()) {
    const std::string& text = stored ? editor.text : std::string();
    push_op(slot, {PersonOp::Kind::clear, text, editor.basis});
  }
  if (stored) return;  // emptied once the deletion is durable (R50)
  if (!editor.text.empty()) {
    editor.text.clear();
    emit(EditorReplaced{*editor.chat, {}});
  }
  enqueue(slot);  // nothing is unsaved any more, so a waiting remote may come in
}

void Transition::receive(const SendPressed&) {
  Editor& editor = s_.editor;
  if (!editor.is_open() || !editor.chat || !editor.restored || editor.text.empty()) return;
  if (!s_.key || !s_.loaded) {
    notice(NoticeKind::key_missing, editor.chat);
    return flush_editor();
  }
  Slot& slot = slot_of(*editor.chat);
  const auto is_send = [](const PersonOp& op) { return op.kind == PersonOp::Kind::send; };
  const std::vector<PersonOp>& under_way =
      slot.staged ? slot.staged->taken.ops : std::vector<PersonOp>();
  // Pressed twice on one text: it is sent once.
  const bool again = (!slot.inputs.ops.empty() && is_send(slot.inputs.ops.back())) ||
                     (slot.inputs.ops.empty() && !under_way.empty() && is_send(under_way.back()));
  if (again && editor.text == expected_text(&slot)) return;
  if (s_.queued_changes >= s_.config.outbox_changes_max) {
    notice(NoticeKind::outbox_full, editor.chat);
    return flush_editor();
  }
  editor.debounce_at_us.reset();
  push_op(slot, {PersonOp::Kind::send, editor.text, editor.basis});
}

}  // namespace dp::client
