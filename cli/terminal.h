// What a person sees while things run: colours and a progress line, on terminals only.
//
// Guarantees: nothing but plain lines when the stream is not a terminal, NO_COLOR is set or TERM is
// dumb; --color decides over both.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "cli/options.h"

namespace dp::cli {

enum class Ink : unsigned char { plain, good, bad, faint };

class Terminal {
 public:
  // Lines go to `out`; progress to the same stream if it is a terminal and not `quiet`.
  Terminal(std::FILE* out, ColorChoice color, bool quiet);

  void line(std::string_view text);      // wipes the progress first
  void progress(std::string_view text);  // replaces the last one
  void end_progress();
  std::string inked(std::string_view text, Ink ink) const;
  bool is_live() const { return live_; }
  bool flush();  // false if something could not be written

 private:
  std::FILE* out_;
  bool colored_ = false;
  bool live_ = false;
  bool progress_shown_ = false;
};

}  // namespace dp::cli
