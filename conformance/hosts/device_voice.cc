#include "conformance/hosts/device_voice.h"

#include <cstdio>
#include <string_view>

#include "core/client/words.h"
#include "sim/scenario/document.h"

namespace dp::hosts {
namespace {

void say(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);  // whoever listens waits for the line
}

class Json {
 public:
  explicit Json(std::string_view event) : text_("{\"event\":" + sim::json_quoted(event)) {}
  Json& with(std::string_view key, std::string_view value) {
    return raw(key, sim::json_quoted(value));
  }
  Json& with(std::string_view key, const char* value) { return with(key, std::string_view(value)); }
  Json& with(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  Json& with(std::string_view key, std::uint64_t value) { return raw(key, std::to_string(value)); }
  Json& with(std::string_view key, const std::optional<ChatId>& chat) {
    return raw(key, chat ? sim::json_quoted(chat->text()) : "null");
  }
  Json& with(std::string_view key, const std::vector<std::string>& texts) {
    std::string list = "[";
    for (const std::string& text : texts) {
      list += (list.size() == 1 ? "" : ",") + sim::json_quoted(text);
    }
    return raw(key, list + "]");
  }
  Json& raw(std::string_view key, const std::string& json) {
    text_ += "," + sim::json_quoted(key) + ":" + json;
    return *this;
  }
  void say_it() const { say(text_ + "}"); }
  std::string object() const { return text_ + "}"; }

 private:
  std::string text_;
};

Json& with_chat(Json& json, const ShownChat& chat) {
  return json.with("chat", std::optional(chat.chat))
      .with("number", std::uint64_t{chat.number})
      .with("text", chat.text)
      .with("preview", chat.preview)
      .with("version", chat.version)
      .with("pending", chat.pending)
      .with("copies", chat.copies);
}

class ProgramVoice final : public DeviceVoice {
 public:
  void ready(std::size_t chats) override {
    Json("ready").with("chats", std::uint64_t{chats}).say_it();
  }
  void state(const ShownState& state) override {
    Json("state")
        .with("chat", state.chat)
        .with("connection", std::string(client::word_of(state.connection)))
        .with("saved", !state.unsaved)
        .with("synced", !state.unsynced)
        .with("too_long", state.too_long)
        .with("version", state.version)
        .say_it();
  }
  void editor(const ShownChat& chat, const std::string& text) override {
    Json("editor").with("chat", std::optional(chat.chat)).with("text", text).say_it();
  }
  void draft(const ShownChat& chat) override {
    Json json("draft");
    with_chat(json, chat).say_it();
  }
  void chats(const std::vector<ShownChat>& chats) override {
    std::string list = "[";
    for (const ShownChat& chat : chats) {
      Json json("chat");
      with_chat(json, chat).with("open", chat.open).with("draft", chat.has_draft);
      list += (list.size() == 1 ? "" : ",") + json.object();
    }
    Json("chats").raw("chats", list + "]").say_it();
  }
  void shown(const ShownChat& chat, const ShownState& state) override {
    Json json("shown");
    with_chat(json, chat).with("saved", !state.unsaved).with("synced", !state.unsynced).say_it();
  }
  void archive(const std::vector<client::ArchivedText>& texts) override {
    std::vector<std::string> list;
    for (const client::ArchivedText& one : texts) list.push_back(draft::join_lines(one.lines));
    Json("archive").with("texts", list).say_it();
  }
  void notice(const client::Notice& notice) override {
    Json("notice")
        .with("kind", std::string(client::word_of(notice.kind)))
        .with("chat", notice.chat)
        .with("detail", notice.detail)
        .say_it();
  }
  void waited(bool settled, const std::string& still) override {
    Json("waited").with("settled", settled).with("still", still).say_it();
  }
  void problem(const std::string& sentence) override {
    Json("problem").with("message", sentence).say_it();
  }
  void help(const std::string& text) override { Json("help").with("text", text).say_it(); }
  void bye(bool everything_synced) override {
    Json("bye").with("synced", everything_synced).say_it();
  }
};

std::string_view chat_sentence(client::Connection connection) {
  switch (connection) {
    case client::Connection::offline:
      return "offline";
    case client::Connection::connecting:
      return "connecting";
    case client::Connection::reconciling:
      return "comparing drafts with the server";
    case client::Connection::online:
      return "online";
    case client::Connection::signed_out:
      return "signed out: the server does not accept the token";
  }
  return "";
}

class PersonVoice final : public DeviceVoice {
 public:
  void ready(std::size_t chats) override {
    say("Your drafts are unlocked; " + std::to_string(chats) + " chats are here. Try: help");
  }
  void state(const ShownState& state) override {
    if (state.connection != before_.connection) {
      say("-- " + std::string(chat_sentence(state.connection)));
    }
    const bool same_chat = state.chat == before_.chat;
    if (same_chat && before_.unsaved && !state.unsaved) say("-- saved on this device");
    if (same_chat && before_.unsynced && !state.unsynced) {
      say("-- on the server, version " + std::to_string(state.version));
    }
    if (state.too_long && !before_.too_long) say("-- too long for the server: it stays here only");
    before_ = state;
  }
  void editor(const ShownChat& chat, const std::string& text) override {
    say("== chat " + std::to_string(chat.number) + " now reads:");
    body(text);
  }
  void draft(const ShownChat& chat) override {
    if (chat.open) return;  // the editor says it
    say("** chat " + std::to_string(chat.number) + ": " +
        (chat.has_draft ? chat.preview : "no draft any more"));
  }
  void chats(const std::vector<ShownChat>& chats) override {
    if (chats.empty()) say("No chats yet. Begin one with: new");
    for (const ShownChat& chat : chats) {
      std::string line = (chat.open ? "* " : "  ") + std::to_string(chat.number) + "  ";
      line += chat.has_draft ? chat.preview : "(no draft)";
      if (chat.pending) line += "  [not yet on the server]";
      if (!chat.copies.empty()) line += "  [" + std::to_string(chat.copies.size()) + " copies]";
      say(line);
    }
  }
  void shown(const ShownChat& chat, const ShownState&) override {
    body(chat.text);
    for (const std::string& copy : chat.copies) {
      say("-- kept from another device:");
      body(copy);
    }
  }
  void archive(const std::vector<client::ArchivedText>& texts) override {
    if (texts.empty()) say("Nothing was set aside.");
    for (const client::ArchivedText& one : texts) {
      say("-- " + one.reason);
      body(draft::join_lines(one.lines));
    }
  }
  void notice(const client::Notice& notice) override {
    say("!! " + std::string(client::word_of(notice.kind)) +
        (notice.detail.empty() ? "" : ": " + notice.detail));
  }
  void waited(bool settled, const std::string& still) override {
    say(settled ? "-- everything is saved and synchronised" : "-- still waiting for " + still);
  }
  void problem(const std::string& sentence) override { say("?? " + sentence); }
  void help(const std::string& text) override { say(text); }
  void bye(bool everything_synced) override {
    say(everything_synced ? "Goodbye." : "Goodbye. What the server lacks is kept on this device.");
  }

 private:
  static void body(const std::string& text) {
    for (const std::string_view line : draft::split_lines(text)) say("   " + std::string(line));
  }
  ShownState before_;
};

}  // namespace

std::unique_ptr<DeviceVoice> voice_for_programs() {
  return std::make_unique<ProgramVoice>();
}
std::unique_ptr<DeviceVoice> voice_for_people() {
  return std::make_unique<PersonVoice>();
}

}  // namespace dp::hosts
