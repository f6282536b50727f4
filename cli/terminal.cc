#include "cli/terminal.h"

#include <unistd.h>

#include <cstdlib>

namespace dp::cli {
namespace {

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

Terminal::Terminal(std::FILE* out, ColorChoice color, bool quiet) : out_(out) {
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  const bool terminal = ::isatty(::fileno(out)) == 1;
  live_ = terminal && !dumb && !quiet && !is_set("CI");
  switch (color) {
    case ColorChoice::automatic:
      colored_ = terminal && !dumb && !is_set("NO_COLOR");
      break;
    case ColorChoice::always:
      colored_ = true;
      break;
    case ColorChoice::never:
      break;
  }
}

void Terminal::line(std::string_view text) {
  end_progress();
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fputc('\n', out_);
  std::fflush(out_);  // whoever reads a pipe sees a failure when it happens
}

void Terminal::progress(std::string_view text) {
  if (!live_) return;
  constexpr std::size_t kColumns = 79;
  std::fputs("\r\x1b[K", out_);
  std::fwrite(text.data(), 1, text.size() < kColumns ? text.size() : kColumns, out_);
  std::fflush(out_);
  progress_shown_ = true;
}

void Terminal::end_progress() {
  if (!progress_shown_) return;
  std::fputs("\r\x1b[K", out_);
  progress_shown_ = false;
}

std::string Terminal::inked(std::string_view text, Ink ink) const {
  if (!colored_ || ink == Ink::plain) return std::string(text);
  const char* code = ink == Ink::good ? "\x1b[32m" : ink == Ink::bad ? "\x1b[31m" : "\x1b[2m";
  return code + std::string(text) + "\x1b[0m";
}

bool Terminal::flush() {
  end_progress();
  return std::fflush(out_) == 0 && std::ferror(out_) == 0;
}

}  // namespace dp::cli
