#include "conformance/hosts/device_orders.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "sim/scenario/suggestion.h"

namespace dp::hosts {
namespace {

constexpr int kWaitSecondsMax = 3600;

struct Entry {
  std::string_view word;
  Verb verb;
  std::string_view argument;  // "" is none; in brackets it may be left out
  std::string_view help;
};

constexpr std::array<Entry, 18> kEntries = {{
    {"list", Verb::list, "", "chats with their drafts; the open one has a star"},
    {"new", Verb::create, "", "begin a draft in a new chat"},
    {"open", Verb::open, "CHAT", "switch to a chat, by its number in the list or its id"},
    {"show", Verb::show, "", "the open draft, whole, and copies kept after a conflict"},
    {"type", Verb::type, "TEXT", "add TEXT at the end of the draft; \\n is a new line"},
    {"line", Verb::line, "TEXT", "add TEXT as a new line"},
    {"set", Verb::set, "[TEXT]", "replace the draft by TEXT"},
    {"save", Verb::save, "", "do not wait for a pause: save now"},
    {"send", Verb::send, "", "send the draft as a message"},
    {"clear", Verb::clear, "", "delete the draft on all devices"},
    {"close", Verb::close, "", "leave the chat; its draft stays"},
    {"delete", Verb::remove, "CHAT", "delete a chat on all devices"},
    {"archive", Verb::archive, "", "what was set aside instead of being lost"},
    {"offline", Verb::offline, "", "cut the network"},
    {"online", Verb::online, "", "restore it"},
    {"wait", Verb::wait, "[SECONDS]", "until everything is saved and synchronised; 30 at most"},
    {"help", Verb::help, "", "this list"},
    {"quit", Verb::quit, "", "save, say goodbye and end"},
}};

std::expected<std::string, std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char next = i + 1 < text.size() ? text[++i] : '\0';
    if (next != 'n' && next != '\\') {
      return std::unexpected("after \\ comes n for a new line, or another \\");
    }
    out += next == 'n' ? '\n' : '\\';
  }
  return out;
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::expected<Order, std::string> with_argument(const Entry& entry, std::string_view argument) {
  Order order;
  order.verb = entry.verb;
  const bool takes_text =
      entry.verb == Verb::type || entry.verb == Verb::line || entry.verb == Verb::set;
  if (takes_text) {
    auto text = unescaped(argument);
    if (!text) return std::unexpected(text.error());
    order.text = std::move(*text);
    return order;
  }
  argument = without_blanks(argument);
  if (entry.argument.empty() && !argument.empty()) {
    return std::unexpected(std::string(entry.word) + " stands alone");
  }
  if (entry.argument == "CHAT" && argument.empty()) {
    return std::unexpected(std::string(entry.word) + " which chat? See: list");
  }
  order.text = std::string(argument);
  if (entry.verb != Verb::wait || argument.empty()) return order;
  const char* end = argument.data() + argument.size();
  const auto [stop, error] = std::from_chars(argument.data(), end, order.seconds);
  if (error != std::errc() || stop != end || order.seconds < 1 || order.seconds > kWaitSecondsMax) {
    return std::unexpected("wait takes whole seconds, 1 to 3600");
  }
  return order;
}

}  // namespace

std::expected<Order, std::string> parse_order(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || line[first] == '#') return Order{};
  line.remove_prefix(first);
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  const auto entry = std::ranges::find(kEntries, word, &Entry::word);
  if (entry == kEntries.end()) {
    std::vector<std::string_view> words;
    for (const Entry& one : kEntries) words.push_back(one.word);
    return std::unexpected("there is no command \"" + std::string(word) + "\"" +
                           sim::suggestion(word, words));
  }
  // One blank ends the command; further ones belong to the text.
  return with_argument(*entry, line.size() > word.size() ? line.substr(word.size() + 1) : "");
}

std::string orders_help() {
  std::string text;
  for (const Entry& entry : kEntries) {
    std::string call(entry.word);
    if (!entry.argument.empty()) call += " " + std::string(entry.argument);
    call.resize(std::max<std::size_t>(call.size(), 16), ' ');
    text += "  " + call + std::string(entry.help) + "\n";
  }
  return text + "A draft is saved 1.2 seconds after the last change, without a command.\n";
}

}  // namespace dp::hosts
