// What a client remembers, in which order, how much at once, and what it puts away.
#include <algorithm>
#include <filesystem>
#include <set>

#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"
#include "core/crypto/envelope.h"

namespace dp::conformance {
namespace {

// The first write of a store was torn: less than a row is left of it. That can be made where the
// store is one file, and no row is shorter than a header, a tag and the smallest bucket.
void first_write_torn(Stage& stage) {
  constexpr std::uintmax_t kRowBytesMin = crypto::kHeaderBytes + crypto::kTagBytes + 512;
  Device& device = stage.device();
  device.open();
  stage.settle();
  device.switch_to(stage.chat());
  device.edit(words(stage));
  device.blur();
  device.kill();
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(device.folder())) {
    if (entry.is_regular_file() && entry.file_size() > 0) files.push_back(entry.path());
  }
  if (files.size() != 1) {
    stage.does_not_apply("its store is of " + std::to_string(files.size()) + " files");
  }
  stage.check(fs::file_size(files[0]) >= kRowBytesMin, "a row in the store", "less than one",
              "harness");
  fs::resize_file(files[0], kRowBytesMin / 2);
  device.forget();
  device.open();
  for (const char* kind : {"store_row_damaged", "store_rolled_back", "store_key_lost"}) {
    stage.check(device.notices(kind) == 0, "a store that counts as empty", kind, "alarm");
  }
  device.switch_to(stage.chat());
  stage.settle();
  const std::string text = words(stage);
  save(stage, device, text);
  stage.check_text(text, stage.server_text(stage.chat()), "it is used like a new one: the server");
}

// An old broadcast of a deleted chat, after so many other deletions.
auto stays_deleted(int others, bool killed) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string chat = stage.chat(3);
    std::string old;
    stage.on_down = [&](Device&, const std::string& frame) -> std::vector<std::string> {
      if (frame_type(frame) == "chat_draft_updated") old = frame;
      return {frame};
    };
    stage.author_saves(chat, words(stage));
    stage.advance(1'000);
    stage.on_down = nullptr;
    stage.check(lists(device, chat), "the chat appears", "it does not", "missing");
    stage.author_frame(R"({"type":"delete_chat","payload":{"chat_id":")" + chat +
                       R"(","change_id":"gone"}})");
    stage.advance(1'000);
    stage.check(!lists(device, chat), "the chat goes", "it stays", "stays");
    for (int i = 0; i < others; ++i) {
      device.receive(R"({"type":"chat_deleted","payload":{"chat_id":")" +
                     stage.vault().draw_chat() + R"("}})");
    }
    if (killed) {
      device.kill();
      device.open();
    } else {
      device.disconnect();
    }
    stage.settle();
    device.forget();
    device.hold_up = true;  // or it might ask, and be told the truth
    device.receive(old);
    stage.advance(1'000);
    stage.check(!lists(device, chat), "an old frame does not bring it back", "it is back", "back");
    device.hold_up = false;
    stage.settle();
  };
}

void writes_of_bounded_size(Stage& stage) {
  constexpr std::size_t kChats = 100;
  Device& device = stage.device();
  for (std::size_t i = 0; i < kChats; ++i) stage.author_saves(stage.chat(i), words(stage));
  device.open();
  stage.settle();
  std::uint64_t most = 0;
  for (const Did& one : device.did()) {
    if (one.effect.kind == "store.write") most = std::max(most, one.effect.number);
  }
  stage.check(most > 0, "a hundred drafts in the store", "no write", "not-stored");
  // Rows are counted, and a slot may have more than one: a hundred is not the work of 32 slots.
  stage.should(most < kChats, "rows of at most 32 slots in one write",
               std::to_string(most) + " rows", "one-write");
}

void order_of_the_listing(Stage& stage) {
  Device& device = stage.ready();
  std::string held;
  stage.on_down = [&](Device&, const std::string& frame) -> std::vector<std::string> {
    if (frame_type(frame) != "chat_draft_updated" || !held.empty()) return {frame};
    held = frame;
    return {};
  };
  stage.author_saves(stage.chat(1), words(stage));  // first at the server, second to be heard of
  stage.author_saves(stage.chat(2), words(stage));
  stage.on_down = nullptr;
  stage.advance(2'000);
  device.receive(held);
  stage.advance(2'000);
  const auto shown = [&] {
    std::vector<std::string> out;
    for (const ChatState& one : device.state().chats) {
      if (one.has_draft) out.push_back(one.chat);
    }
    return out;
  };
  const std::vector<std::string> heard = {stage.chat(2), stage.chat(1)};
  const std::vector<std::string> listed = {stage.chat(1), stage.chat(2)};
  stage.check(shown() == heard, "before a listing the order of hearing", "another", "order");
  device.disconnect();
  stage.settle();
  stage.check(shown() == listed, "after it the order of the listing", "another", "order");
}

draft::Draft with_copies(Stage& stage, std::string_view text,
                         const std::vector<std::string>& copies) {
  const auto head = stage.head(stage.chat());
  const draft::Draft* before = head ? &head->opened.draft : nullptr;
  std::vector<draft::Copy> kept;
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const draft::Dot dot = stage.author_dot();
    kept.push_back({i + 1, dot.writer, {{copies[i], dot}}});
  }
  const std::uint64_t clock = before != nullptr ? before->logical_clock + 1 : 1;
  draft::Draft out = draft::saved(before, text, stage.author_dot(), clock);
  out.copies = std::move(kept);
  return out;
}

bool archived(const ClientState& state, const std::string& text) {
  return std::ranges::any_of(state.archive,
                             [&](const ArchiveState& one) { return one.text == text; });
}

void copies_give_way(Stage& stage) {
  stage.settings.max_draft_chars = 4'000;  // a payload of 2047 bytes
  Device& device = stage.ready();
  save(stage, device, words(stage));
  std::vector<std::string> copies;
  for (int i = 0; i < 3; ++i) copies.push_back(words(stage) + std::string(400, 'c'));
  const bool stored = stage.upload(stage.chat(), with_copies(stage, words(stage), copies));
  stage.check(stored, "a draft with copies at the server", "it is refused", "harness");
  stage.settle();
  const std::string text = words(stage) + std::string(1'150, 't');
  save(stage, device, text);
  const auto head = stage.head(stage.chat());
  stage.check_text(text, head->text(), "the server has");
  const auto& left = head->opened.draft.copies;
  stage.check(left.size() == 1 && draft::join_lines(left[0].lines) == copies[2],
              "the newest copy stays with the text", std::to_string(left.size()) + " copies",
              "copies");
  const ClientState state = device.state();
  stage.check(archived(state, copies[0]) && archived(state, copies[1]),
              "the older ones in the archive", "they are not", "lost-text");
  stage.check(!state.too_long, "the text is not shown as too long", "it is", "too-long");
}

void an_archive_of_a_thousand(Stage& stage) {
  constexpr std::size_t kTexts = 992;  // and what else the device may have put away meanwhile
  constexpr std::size_t kAtOnce = 8;
  Device& device = stage.ready();
  std::vector<std::string> texts;
  const auto put_away = [&](const std::vector<std::string>& copies) {
    stage.upload(stage.chat(), with_copies(stage, "text", copies));
    stage.author_clears(stage.chat());
  };
  for (std::size_t i = 0; i < kTexts / kAtOnce; ++i) {
    std::vector<std::string> copies;
    for (std::size_t k = 0; k < kAtOnce; ++k) copies.push_back(words(stage));
    put_away(copies);
    texts.insert(texts.end(), copies.begin(), copies.end());
  }
  stage.settle();
  for (int i = 0; i < 3; ++i) {  // what is told again was put away already
    device.disconnect();
    stage.settle();
  }
  std::multiset<std::string> kept;
  for (const ArchiveState& one : device.state().archive) kept.insert(one.text);
  for (const std::string& text : texts) {
    stage.check(kept.contains(text), "each of 992 texts in the archive",
                std::to_string(kept.size()) + " texts, and one of them missing", "lost-text");
    stage.check(kept.count(text) == 1, "each text once", "one is there twice", "twice");
  }
}

}  // namespace

std::vector<ClientCase> memory_cases() {
  return {
      client_case("DP-STORE-010/torn", "A store whose first write was torn is an empty one",
                  first_write_torn),
      client_case("DP-STORE-011/once", "A deleted chat stays deleted", stays_deleted(0, false)),
      client_case("DP-STORE-011/killed", "A deleted chat stays deleted after kill -9",
                  stays_deleted(5, true)),
      client_case("DP-STORE-011/thousand", "A thousand deletions are remembered",
                  stays_deleted(999, true)),
      client_case("DP-STORE-012/hundred", "A hundred drafts are not one write",
                  writes_of_bounded_size),
      client_case("DP-LIST-006/listing", "Chats are shown in the order of the listing",
                  order_of_the_listing),
      client_case("DP-MERGE-027/text-first", "Copies give way to the text", copies_give_way, {},
                  {"archive"}),
      client_case("DP-MERGE-028/thousand", "The archive holds a thousand texts, each once",
                  an_archive_of_a_thousand, {}, {"archive"}),
  };
}

}  // namespace dp::conformance
