// What a person can tell `draftproof device`, one line each.
//
// Guarantees: total; a line that is not understood is answered with the nearest command.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace dp::hosts {

enum class Verb : unsigned char {
  nothing,  // an empty line or a comment
  help,
  list,
  create,
  open,
  close,
  show,
  type,
  line,
  set,
  save,
  clear,
  send,
  remove,
  archive,
  offline,
  online,
  wait,
  quit,
};

struct Order {
  Verb verb = Verb::nothing;
  std::string text;  // of type, line, set: with \n and \\ already read; of open, remove: the chat
  int seconds = 30;  // of wait
};

// Or a sentence that says what was wrong.
std::expected<Order, std::string> parse_order(std::string_view line);
std::string orders_help();

}  // namespace dp::hosts
