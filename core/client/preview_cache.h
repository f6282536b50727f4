// Decrypted previews of the chat list, kept for a while and only in memory.
//
// Guarantees: nothing is served after its time or after it was invalidated.
// Does not: fill itself. The client fills it when the list is drawn.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/vocabulary/ids.h"
#include "core/vocabulary/time.h"

namespace dp::client {

class PreviewCache {
 public:
  void put(const ChatId& chat, std::string preview, Micros fresh_until_us);
  void invalidate(const ChatId& chat) { entries_.erase(chat); }
  void clear() { entries_.clear(); }
  void drop_stale(Micros now_us);
  bool holds(const ChatId& chat, Micros now_us) const;
  std::optional<std::string> find(const ChatId& chat, Micros now_us) const;
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string preview;
    Micros fresh_until_us = 0;
  };
  std::map<ChatId, Entry> entries_;
};

}  // namespace dp::client
