// What holds of every device of a testbed after every act, whatever a server said to it: what was
// authenticated never becomes older; stores and archives are bounded; notices, logs and frames hold
// nothing that was typed.
//
// What is typed has the word "quill" in it. Does not: know who typed what; that texts are kept is
// for the player to ask, with all_texts.
#pragma once

#include <array>
#include <map>
#include <string>
#include <utility>

#include "tests/core/client/testbed.h"
#include "tests/fuzz/script.h"

namespace dp::fuzz {

inline constexpr std::size_t kFuzzedDevices = 2;

// Every line of every text, copy and archive of the devices, each between line feeds.
inline std::string all_texts(client::Testbed& bed) {
  std::string all;
  const auto add = [&all](const draft::Lines& lines) {
    for (const draft::Line& line : lines) all += line.text + "\n";
  };
  for (std::size_t index = 0; index < kFuzzedDevices; ++index) {
    all += "\n";
    const client::Client& client = bed.client(index);
    for (const client::SlotFacts& facts : client.slots()) {
      add(facts.local.lines);
      for (const draft::Copy& copy : facts.local.copies) add(copy.lines);
    }
    for (const client::ArchivedText& text : client.archive()) add(text.lines);
  }
  return all;
}

inline bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text + "\n").find("\n" + line + "\n") != std::string::npos;
}

class ClientLaws {
 public:
  void check(client::Testbed& bed) {
    for (std::size_t index = 0; index < kFuzzedDevices; ++index) {
      check_effects(bed.device(index).effects);
      check_bounds(bed, index);
      check_nothing_becomes_older(bed, index);
    }
  }
  // The device has crashed: what its store has of what it knew is another question.
  void begins_anew(std::size_t index) { seen_[index].clear(); }

 private:
  static void check_effects(std::vector<client::Effect>& effects) {
    for (const client::Effect& effect : effects) {
      if (const auto* notice = std::get_if<client::Notice>(&effect)) {
        require(notice->detail.find("quill") == std::string::npos, "a notice repeats no text");
      } else if (const auto* line = std::get_if<client::Log>(&effect)) {
        for (const std::string& argument : line->arguments) {
          require(argument.size() <= 64 && argument.find("quill") == std::string::npos,
                  "a log line repeats no text");
        }
      } else if (const auto* frame = std::get_if<client::ConnSend>(&effect)) {
        require(frame->text.find("quill") == std::string::npos, "no text travels in the clear");
      }
    }
    // The last frames are what answers are forged for.
    if (effects.size() > 64) effects.erase(effects.begin(), effects.end() - 32);
  }

  static void check_bounds(client::Testbed& bed, std::size_t index) {
    const client::Client& client = bed.client(index);
    const client::Config& config = bed.config();
    require(client.archive().size() <= config.archive_entries_max, "an archive is bounded");
    const std::size_t rows = client.slots().size() + client.archive().size();
    require(bed.device(index).disk.size() <= 2 * rows + 64, "a store is bounded");
    require(client.pending().size() <= 4'096, "waiting is said in a sentence");
  }

  void check_nothing_becomes_older(client::Testbed& bed, std::size_t index) {
    for (const client::SlotFacts& now : bed.client(index).slots()) {
      auto& before = seen_[index][now.chat];
      require(now.high_water >= before.first, "what was authenticated never becomes older");
      require(now.fence >= before.second, "nor does what was cleared");
      before = {now.high_water, now.fence};
    }
  }

  std::array<std::map<ChatId, std::pair<Version, Version>>, kFuzzedDevices> seen_;
};

}  // namespace dp::fuzz
