// What `draftproof device` says on standard output, for a person or for a program.
//
// A program gets one JSON object a line, {"event": NAME, ...}; docs/hosting.md lists them. A person
// gets sentences. Both are told the same things.
// Does not: log. What is said here is the person's own text on the person's own screen.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/client/client.h"

namespace dp::hosts {

struct ShownChat {
  std::size_t number = 0;  // in this session
  ChatId chat;
  bool open = false;
  bool has_draft = false;
  bool pending = false;  // not yet on the server
  Version version = 0;
  std::string preview;
  std::string text;
  std::vector<std::string> copies;
};

struct ShownState {
  std::optional<ChatId> chat;
  client::Connection connection = client::Connection::offline;
  bool unsaved = false;
  bool unsynced = false;
  bool too_long = false;
  Version version = 0;
  bool operator==(const ShownState&) const = default;
};

class DeviceVoice {
 public:
  virtual ~DeviceVoice() = default;
  virtual void ready(std::size_t chats) = 0;
  virtual void state(const ShownState& state) = 0;
  virtual void editor(const ShownChat& chat, const std::string& text) = 0;  // changed by the client
  virtual void draft(const ShownChat& chat) = 0;  // the stored draft of a chat changed
  virtual void chats(const std::vector<ShownChat>& chats) = 0;
  virtual void shown(const ShownChat& chat, const ShownState& state) = 0;
  virtual void archive(const std::vector<client::ArchivedText>& texts) = 0;
  virtual void notice(const client::Notice& notice) = 0;
  virtual void waited(bool settled, const std::string& still) = 0;
  virtual void problem(const std::string& sentence) = 0;
  virtual void help(const std::string& text) = 0;
  virtual void bye(bool everything_synced) = 0;
};

std::unique_ptr<DeviceVoice> voice_for_programs();
std::unique_ptr<DeviceVoice> voice_for_people();

}  // namespace dp::hosts
