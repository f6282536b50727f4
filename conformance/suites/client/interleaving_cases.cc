// Orders of delivery as recorded choices: every order up to a bounded depth, each judged.
//
// A play is a sequence of choices among the frames that could move next; the same choices give the
// same play. Plays are enumerated depth first: after each, the last choice that had another option
// takes its next one.
#include <numeric>

#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"

namespace dp::conformance {
namespace {

constexpr std::size_t kPlaysMax = 40;

struct Choices {
  std::vector<std::pair<std::size_t, std::size_t>> made;  // chosen, of so many
  std::size_t at = 0;

  std::size_t choose(std::size_t options) {
    if (at == made.size()) made.emplace_back(0, options);
    return made[at++].first;
  }
  bool next() {  // false when every order was played
    at = 0;
    while (!made.empty()) {
      if (++made.back().first < made.back().second) return true;
      made.pop_back();
    }
    return false;
  }
  std::string text() const {
    std::string out;
    for (const auto& [chosen, options] : made) out += std::to_string(chosen);
    return out;
  }
};

// Moves frames one at a time in the chosen order, for `depth` choices; the rest in order.
void move_frames(Device& device, Choices& choices, std::size_t depth) {
  device.hold_up = true;
  device.hold_down = true;
  for (std::size_t i = 0; i < depth; ++i) {
    const bool up_first = choices.choose(2) == 0;
    const bool moved = up_first ? device.deliver_up() || device.deliver_down()
                                : device.deliver_down() || device.deliver_up();
    if (!moved) break;
  }
  device.hold_up = false;
  device.hold_down = false;
}

// An own change, another device's, and a third step, in every order of arrival.
auto every_order(int third, std::size_t depth) {
  return [=](Stage& stage) {
    Choices choices;
    Device& device = stage.ready();
    for (std::size_t play = 0; play < kPlaysMax; ++play) {
      const std::string chat = stage.chat(10 + play);
      device.switch_to(chat);
      save(stage, device, "alpha\nbeta\ngamma\ndelta");
      device.hold_up = true;
      device.hold_down = true;
      device.edit("alpha mine\nbeta\ngamma\ndelta");
      stage.advance(1'200);
      stage.author_saves(chat, "alpha\nbeta\ngamma\ndelta theirs");
      move_frames(device, choices, depth / 2);
      device.hold_up = true;
      device.hold_down = true;
      if (third == 1) device.clear();
      if (third == 2) device.send();
      if (third == 3) device.edit("alpha mine more\nbeta\ngamma\ndelta");
      stage.advance(1'200);
      move_frames(device, choices, depth - depth / 2);
      stage.settle();
      stage.advance(2'000);
      stage.settle();
      const std::string order = "order " + choices.text() + ": ";
      const auto head = stage.head(chat);
      const std::string text = head->deleted ? "" : head->text();
      stage.check_text(text, device.state().editor_text, order + "the editor shows");
      const bool theirs = text.find("theirs") != std::string::npos;
      if (third == 0 || third == 3) {
        stage.check(theirs && text.find("mine") != std::string::npos, order + "both edits", text,
                    "lost-text");
      } else {
        stage.check(text.find("mine") == std::string::npos,
                    order + "nothing cleared or sent comes back", text, "resurrected");
      }
      stage.check(head->opened.draft.copies.empty(), order + "no copy", "one", "copies");
      if (!choices.next()) return;
    }
  };
}

}  // namespace

std::vector<ClientCase> interleaving_cases() {
  return {
      client_case("DP-SYNC-010/every-order", "A conflict in every order of arrival",
                  every_order(0, 4), {"DP-SYNC-004"}),
      client_case("DP-EDIT-002/every-order", "Typing on during a conflict, in every order",
                  every_order(3, 5)),
      client_case("DP-MERGE-018/every-order", "Clearing during a conflict, in every order",
                  every_order(1, 5)),
      client_case("DP-SYNC-017/every-order", "Sending during a conflict, in every order",
                  every_order(2, 5)),
  };
}

}  // namespace dp::conformance
