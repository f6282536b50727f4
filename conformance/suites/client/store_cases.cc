// Sections 6.2 to 6.4: the store, the editor, the chat list, previews.
#include <filesystem>

#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"

namespace dp::conformance {
namespace {

// ---- store --------------------------------------------------------------------------------------

void fresh_writer_ids(Stage& stage) {
  Device& device = stage.ready();
  std::set<std::uint64_t> writers;
  for (int i = 0; i < 3; ++i) {
    if (i > 0) {
      device.crash();
      device.reopen();
      device.switch_to(stage.chat());
      stage.settle();
    }
    save(stage, device, words(stage));
    writers.insert(stage.head(stage.chat())->opened.draft.dot.writer.value);
  }
  stage.check(writers.size() == 3, "three writer ids after three opens",
              std::to_string(writers.size()), "writer-reused");
}

void cloned_store(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  device.crash();
  const std::string copy = device.folder() + "-copy";
  device.perform(Operation("store.snapshot").with("dir", device.folder()).with("to", copy));
  device.reopen();
  device.switch_to(stage.chat());
  stage.settle();
  save(stage, device, words(stage));
  const draft::Dot first = stage.head(stage.chat())->opened.draft.dot;
  device.crash();
  device.perform(Operation("store.restore").with("dir", device.folder()).with("from", copy));
  device.reopen();
  device.switch_to(stage.chat());
  stage.settle();
  const std::string text = words(stage);
  save(stage, device, text);
  const draft::Dot second = stage.head(stage.chat())->opened.draft.dot;
  stage.check(!(first == second) && first.writer != second.writer,
              "another dot from a restored store", "the same writer id", "writer-reused");
  stage.check_text(text, stage.server_text(stage.chat()), "the server has");
}

void two_devices_two_writers(Stage& stage) {
  Device& one = stage.ready(0);
  save(stage, one, words(stage, "one "));
  const auto first = stage.head(stage.chat())->opened.draft.dot.writer;
  Device& two = stage.ready(1);
  save(stage, two, words(stage, "two "));
  const auto second = stage.head(stage.chat())->opened.draft.dot.writer;
  stage.check(first != second, "two writer ids", "one", "writer-shared");
}

void another_key(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  save(stage, device, text);
  device.crash();
  Vault stranger(0x5eed);
  device.forget();
  Operation open("client.open");
  open.with("dir", device.folder()).with("entropy", stage.vault().draw_hex(32));
  open.with("boot", std::int64_t{7}).with("url", "ws://draftproof.test/ws");
  open.with("token", "token-of-the-harness").with_json("account", stranger.account_json());
  const Reply reply = device.attempt(open);
  std::size_t said = 0;
  for (const AdapterEffect& one : reply.effects) {
    if (one.kind == "ui.notice" && one.text.starts_with("store_")) ++said;
  }
  stage.check(said > 0, "a notice that nothing in the store opens", "none", "silent");
  device.attempt(Operation("client.crash"));
  device.reopen();
  device.switch_to(stage.chat());
  stage.check_text(text, device.state().editor_text, "with the right key the editor shows");
  stage.settle();
  stage.check_text(text, stage.server_text(stage.chat()), "the server still has");
}

// Every file of the store loses its end, or has a byte changed: nothing is uploaded over the text.
auto damaged(bool cut) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string text = words(stage);
    save(stage, device, text);
    device.crash();
    namespace fs = std::filesystem;
    for (const auto& entry : fs::recursive_directory_iterator(device.folder())) {
      if (!entry.is_regular_file() || entry.file_size() < 64) continue;
      if (cut) {
        fs::resize_file(entry.path(), entry.file_size() - 7);
        continue;
      }
      const int at = static_cast<int>(entry.file_size() / 2);
      std::FILE* file = std::fopen(entry.path().c_str(), "r+b");
      std::fseek(file, at, SEEK_SET);
      const int byte = std::fgetc(file);
      std::fseek(file, at, SEEK_SET);
      std::fputc(byte ^ 0x40, file);
      std::fclose(file);
    }
    device.forget();
    device.reopen();
    device.switch_to(stage.chat());
    stage.advance(3'000);
    stage.check_text(text, stage.server_text(stage.chat()), "the server still has");
    const auto head = stage.head(stage.chat());
    stage.check(head && !head->deleted, "nothing is deleted", "a deletion", "deleted");
  };
}

void cut_short(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  save(stage, device, text);
  device.perform(Operation("store.fault").with("mode", "hold"));
  device.edit(words(stage));
  stage.advance(1'300);
  device.crash();
  device.online = false;
  device.reopen();
  device.switch_to(stage.chat());
  stage.check_text(text, device.state().editor_text, "after the crash the editor shows");
}

auto offline_deletion(bool full) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string text = words(stage);
    save(stage, device, text);
    device.go_offline();
    if (full) device.perform(Operation("store.fault").with("mode", "full"));
    device.clear();
    stage.advance(100);
    device.kill();
    device.online = true;
    device.open();
    device.switch_to(stage.chat());
    stage.settle();
    if (full) {
      stage.check_text(text, device.state().editor_text, "the deletion did not happen: the editor");
      stage.check_text(text, stage.server_text(stage.chat()), "and the server has");
    } else {
      const auto head = stage.head(stage.chat());
      stage.check(head && head->deleted, "the deletion reaches the server", "it does not", "lost");
    }
  };
}

void queue_survives(Stage& stage) {
  Device& device = stage.ready();
  device.go_offline();
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 5; ++i) {
    texts.push_back(words(stage));
    device.switch_to(stage.chat(i));
    device.edit(words(stage));
    stage.advance(1'200);
    device.edit(texts.back());
    stage.advance(1'200);
  }
  device.kill();
  device.online = true;
  device.open();
  stage.settle();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    stage.check_text(texts[i], stage.server_text(stage.chat(i)), "the server has");
  }
}

// ---- editor -------------------------------------------------------------------------------------

void typing_is_never_replaced(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage, "base "));
  const std::string mine = words(stage, "mine ");
  device.edit(mine);
  stage.author_saves(stage.chat(), words(stage, "theirs "));
  stage.advance(600);
  stage.check_text(mine, device.state().editor_text, "the editor shows");
  stage.check(device.count("ui.replaced") <= 1, "the text under the cursor is left alone",
              "it was replaced", "replaced");
}

void merged_at_the_next_save(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, "alpha\nbeta\ngamma\ndelta\nepsilon");
  device.edit("alpha mine\nbeta\ngamma\ndelta\nepsilon");
  stage.author_saves(stage.chat(), "alpha\nbeta\ngamma\ndelta\nepsilon theirs");
  stage.advance(1'200);
  stage.settle();
  const std::string both = "alpha mine\nbeta\ngamma\ndelta\nepsilon theirs";
  stage.check_text(both, stage.server_text(stage.chat()), "the server has");
  stage.check_text(both, device.state().editor_text, "the editor shows");
}

auto focus_stays(bool focused) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    save(stage, device, words(stage));
    if (!focused) device.blur();
    stage.author_saves(stage.chat(), words(stage));
    stage.advance(100);
    stage.check(device.state().focused == focused, "the focus where it was", "it moved", "focus");
  };
}

void no_echo(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  device.forget();
  for (int i = 0; i < 3; ++i) {
    stage.author_saves(stage.chat(), words(stage));
    stage.advance(3'000);
  }
  device.blur();
  device.switch_to(stage.chat(1));
  stage.advance(3'000);
  stage.check(device.changes().empty(), "nothing is uploaded", "a change", "echo");
}

void a_receipt_changes_no_text(Stage& stage) {
  Device& device = stage.ready();
  device.hold_down = true;
  device.edit(words(stage));
  stage.advance(1'200);
  const std::string later = words(stage);
  device.edit(later);
  device.forget();
  device.hold_down = false;
  stage.advance(10);
  stage.check(device.count("ui.replaced") == 0, "a receipt replaces no text", "it did", "replaced");
  stage.check_text(later, device.state().editor_text, "the editor shows");
}

// ---- list and previews --------------------------------------------------------------------------

std::vector<std::string> order_of(const ClientState& state, bool with_draft) {
  std::vector<std::string> out;
  for (const ChatState& one : state.chats) {
    if (one.has_draft == with_draft) out.push_back(one.chat);
  }
  return out;
}

void drafts_on_top(Stage& stage) {
  Device& device = stage.ready();
  for (std::size_t i = 0; i < 4; ++i) {
    device.switch_to(stage.chat(i));
    save(stage, device, words(stage));
    device.send();
    stage.settle();
  }
  const auto before = order_of(device.state(), false);
  stage.check(before.size() == 4, "four chats without a draft", std::to_string(before.size()),
              "harness");
  device.switch_to(before[2]);
  save(stage, device, words(stage));
  const ClientState state = device.state();
  stage.check(state.chats.at(0).chat == before[2], "the chat with the draft on top", "another",
              "order");
  const std::vector<std::string> rest = {before[0], before[1], before[3]};
  stage.check(order_of(state, false) == rest, "the others in their order", "another order",
              "order");
}

void unknown_chats_appear(Stage& stage) {
  Device& device = stage.ready();
  stage.author_saves(stage.chat(3), words(stage));
  stage.advance(2'000);
  stage.check(lists(device, stage.chat(3)), "the chat appears", "it does not", "missing");
}

void draft_only_chats_disappear(Stage& stage) {
  Device& device = stage.ready();
  stage.author_saves(stage.chat(3), words(stage));
  stage.advance(2'000);
  stage.check(lists(device, stage.chat(3)), "the chat appears", "it does not", "missing");
  stage.author_clears(stage.chat(3));
  stage.advance(2'000);
  stage.check(!lists(device, stage.chat(3)), "the chat disappears with its draft", "it stays",
              "stays");
  for (const PreviewState& one : device.list()) {
    stage.check(one.chat != stage.chat(3), "its preview is gone", "it is there", "stays");
  }
}

void chats_with_messages_stay(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  device.send();
  stage.settle();
  stage.author_saves(stage.chat(), words(stage));
  stage.advance(1'000);
  stage.author_clears(stage.chat());
  stage.advance(1'000);
  stage.check(lists(device, stage.chat()), "the chat stays", "it is gone", "gone");
}

auto deleted_elsewhere(bool synced) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    save(stage, device, words(stage));
    const std::string unsynced = words(stage);
    device.forget();
    if (!synced) device.edit(unsynced);
    stage.author_frame(R"({"type":"delete_chat","payload":{"chat_id":")" + stage.chat() +
                       R"(","change_id":"gone"}})");
    stage.advance(3'000);
    const ClientState state = device.state();
    bool kept = state.editor_text == unsynced;
    for (const ArchiveState& one : state.archive) kept = kept || one.text.ends_with(unsynced);
    if (synced) {
      stage.check(state.draft(stage.chat()) == nullptr, "the synced draft is removed", "it stays",
                  "stays");
      return;
    }
    stage.check(kept, "unsaved text is put away", "it is gone", "lost");
    stage.check(device.notices("chat_deleted_kept_text") > 0, "a notice says so", "none", "silent");
  };
}

auto preview(std::string text, std::string expected) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    save(stage, device, text);
    const auto head = stage.head(stage.chat());
    const auto opened = stage.vault().open_text(stage.chat(), crypto::Kind::preview, head->preview);
    stage.check(opened.has_value(), "a preview that opens", "it does not", "no-preview");
    stage.check_text(expected, *opened, "the preview is");
  };
}

void preview_in_memory_only(Stage& stage) {
  Device& device = stage.ready();
  stage.author_saves(stage.chat(1), words(stage));
  stage.advance(1'000);
  bool shown = false;
  for (const PreviewState& one : device.list()) {
    shown = shown || (one.chat == stage.chat(1) && one.preview);
  }
  stage.check(shown, "a preview of the other chat", "none", "no-preview");
  stage.advance(901'000);
  device.list();
  device.crash();
}

void preview_dropped_first(Stage& stage) {
  Device& device = stage.ready();
  stage.author_saves(stage.chat(1), words(stage));
  stage.advance(1'000);
  device.list();
  device.forget();
  const std::string text = words(stage);
  stage.author_saves(stage.chat(1), text);
  stage.advance(1'000);
  std::size_t dropped = 0;
  for (const Did& one : device.did()) {
    if (one.effect.chat != stage.chat(1)) continue;
    if (one.effect.kind == "ui.preview_dropped") ++dropped;
    if (one.effect.kind == "ui.draft") {
      stage.check(dropped > 0, "the preview dropped before the draft is announced", "after it",
                  "stale-preview");
    }
  }
  stage.check(dropped > 0, "the cached preview dropped", "it is kept", "stale-preview");
  for (const PreviewState& one : device.list()) {
    if (one.chat == stage.chat(1)) stage.check_text(text, one.preview.value_or(""), "the preview");
  }
}

void add_previews(std::vector<ClientCase>& all) {
  const std::string hundred(100, 'p');
  const std::vector<std::array<std::string, 3>> rows = {
      {"plain", "some words", "some words"},
      {"white-space", "  a \n\n\t b\r\nc  ", "a b c"},
      {"hundred", hundred, hundred},
      {"hundred-and-one", hundred + "q", hundred + "\xe2\x80\xa6"},
      {"markdown", "# head\n- item", "# head - item"},
  };
  for (const auto& [id, text, expected] : rows) {
    all.push_back(
        client_case("DP-PREV-001/" + id, "The preview of a text: " + id, preview(text, expected)));
  }
  std::string wide;
  for (int i = 0; i < 120; ++i) wide += "\xc3\xa9";
  all.push_back(client_case("DP-PREV-001/code-points", "A preview counts code points",
                            preview(wide, wide.substr(0, 200) + "\xe2\x80\xa6")));
  all.push_back(client_case("DP-PREV-005/nothing-visible", "Nothing visible: an empty preview",
                            preview(" \n\t ", "")));
  all.push_back(client_case("DP-PREV-006/zero-width", "Zero-width spaces are not visible",
                            preview("\xe2\x80\x8b \xe2\x81\xa0", "")));
  all.push_back(client_case("DP-PREV-006/other-spaces", "Spaces of Unicode are white space",
                            preview("a\xe2\x80\xa8\xc2\xa0\xe3\x80\x80z", "a z")));
  all.push_back(client_case("DP-PREV-002/sealed-apart", "Previews are sealed apart", workout));
  all.push_back(client_case("DP-PREV-003/memory-only", "Opened previews stay in memory",
                            preview_in_memory_only, {}, {"crash"}));
  all.push_back(client_case("DP-PREV-004/dropped-first",
                            "A stale preview is dropped before the change is announced",
                            preview_dropped_first));
}

}  // namespace

std::vector<ClientCase> store_cases() {
  std::vector<ClientCase> all = {
      client_case("DP-STORE-001/sealed", "The store holds no typed text", workout),
      client_case("DP-STORE-002/fresh-writers", "Each open draws a new writer id", fresh_writer_ids,
                  {}, {"crash"}),
      client_case("DP-STORE-002/restored", "A restored store reuses no dot", cloned_store, {},
                  {"crash", "snapshot"}),
      client_case("DP-STORE-009/two-devices", "Two devices have two writer ids",
                  two_devices_two_writers),
      client_case("DP-STORE-008/another-key", "A store that does not open is left alone",
                  another_key, {}, {"crash"}),
      client_case("DP-STORE-003/cut", "A store without its end uploads no emptiness", damaged(true),
                  {}, {"crash"}),
      client_case("DP-STORE-003/flipped", "A damaged store uploads no emptiness", damaged(false),
                  {}, {"crash"}),
      client_case("DP-STORE-005/cut-short", "An unfinished write leaves the old value", cut_short,
                  {}, {"crash", "store_hold"}),
      client_case("DP-STORE-006/offline-clear", "A deletion made offline survives kill -9",
                  offline_deletion(false)),
      client_case("DP-STORE-006/queue-fails", "A deletion that cannot be queued does not happen",
                  offline_deletion(true), {}, {"store_fault"}),
      client_case("DP-STORE-007/five-chats", "The queue survives kill -9", queue_survives),
  };
  add_previews(all);
  return all;
}

std::vector<ClientCase> editor_cases() {
  return {
      client_case("DP-EDIT-001/under-the-cursor", "Typed text is never replaced",
                  typing_is_never_replaced),
      client_case("DP-EDIT-002/merged-later", "A remote text is merged at the next save",
                  merged_at_the_next_save),
      client_case("DP-EDIT-003/focused", "An update does not take the focus", focus_stays(true)),
      client_case("DP-EDIT-003/blurred", "An update does not give the focus", focus_stays(false)),
      client_case("DP-EDIT-004/no-echo", "What was received is not sent back", no_echo),
      client_case("DP-EDIT-005/receipt", "A receipt changes no text", a_receipt_changes_no_text),
  };
}

std::vector<ClientCase> list_cases() {
  return {
      client_case("DP-LIST-001/order", "Drafts on top, orders kept", drafts_on_top),
      client_case("DP-LIST-002/unknown", "An unknown chat appears", unknown_chats_appear),
      client_case("DP-LIST-003/draft-only", "A draft-only chat goes with its draft",
                  draft_only_chats_disappear),
      client_case("DP-LIST-004/messages", "A chat with messages stays", chats_with_messages_stay),
      client_case("DP-LIST-005/unsaved", "Unsaved text outlives its chat", deleted_elsewhere(false),
                  {}, {"archive"}),
      client_case("DP-LIST-005/synced", "Synced text goes with its chat", deleted_elsewhere(true)),
  };
}

}  // namespace dp::conformance
