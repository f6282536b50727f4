#include "conformance/broken/score/score.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace dp::conformance {
namespace {

using Came = ScoreRow::Came;
constexpr std::size_t kDetailChars = 160;

constexpr std::string_view kHeading =
    "# How well the suites judge\n\n"
    "Each row is an implementation with one thing wrong on purpose, or a legal twin: one that is "
    "unusual and right.\nCaught means that a case of the requirement it breaks failed. `draftproof "
    "conform broken` makes this page.\n";

// What may stand in a cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kDetailChars)) {
    if (c == '|') {
      out += "\\|";
    } else {
      out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
  return out;
}

std::string marker(std::string_view word, std::string_view suite) {
  return "<!-- " + std::string(word) + ": " + std::string(suite) + " -->\n";
}

std::string outcome(const ScoreRow& row) {
  switch (row.came) {
    case Came::caught:
      return "`" + row.by + "`";
    case Came::by_bystander:
      return "**by the bystander** `" + row.by + "`";
    case Came::missed:
      return "**nothing**";
    case Came::clean:
      return "nothing, as it should be";
    case Came::accused:
      return "**accused by** `" + row.by + "`: " + cell(row.detail);
  }
  return {};
}

}  // namespace

std::string_view name(Came came) {
  switch (came) {
    case Came::caught:
      return "caught";
    case Came::by_bystander:
      return "by-bystander";
    case Came::missed:
      return "missed";
    case Came::clean:
      return "clean";
    case Came::accused:
      return "accused";
  }
  return {};
}

bool ScoreSum::good_enough() const {
  return caught * 100 >= wrong * 98 && grave_caught == grave && clean == twins;
}

ScoreSum sum_of(const std::vector<ScoreRow>& rows) {
  ScoreSum sum;
  for (const ScoreRow& row : rows) {
    const bool twin = row.requirement.empty();
    ++(twin ? sum.twins : sum.wrong);
    if (row.came == Came::caught) ++sum.caught;
    if (row.came == Came::by_bystander) ++sum.by_bystander;
    if (row.came == Came::missed) ++sum.missed;
    if (row.came == Came::clean) ++sum.clean;
    if (!row.grave) continue;
    ++sum.grave;
    if (row.came == Came::caught) ++sum.grave_caught;
  }
  return sum;
}

std::string said_in_short(const ScoreSum& sum) {
  const auto of = [](std::size_t part, std::size_t whole) {
    return std::to_string(part) + " of " + std::to_string(whole);
  };
  return of(sum.caught, sum.wrong) + " wrong ones caught by a case of their requirement, " +
         std::to_string(sum.by_bystander) + " by a bystander only, " + std::to_string(sum.missed) +
         " missed; " + of(sum.grave_caught, sum.grave) + " that leak or lose caught; " +
         of(sum.clean, sum.twins) + " legal twins clean";
}

std::string score_markdown(std::string_view suite, const std::vector<ScoreRow>& rows) {
  std::string out = "\n## The " + std::string(suite) + " suite\n\n" + said_in_short(sum_of(rows)) +
                    ".\n\n| " + std::string(suite) +
                    " | what it does | breaks | caught by |\n|---|---|---|---|\n";
  for (const ScoreRow& row : rows) {
    out += "| `" + row.name + "` | " + cell(row.what) + (row.grave ? " (grave)" : "") + " | " +
           (row.requirement.empty() ? "nothing" : row.requirement) + " | " + outcome(row) + " |\n";
  }
  return out;
}

std::string score_json(std::string_view suite, const std::vector<ScoreRow>& rows) {
  const ScoreSum sum = sum_of(rows);
  nlohmann::ordered_json out = {{"format", "draftproof-score/1"},
                                {"suite", suite},
                                {"wrong", sum.wrong},
                                {"caught", sum.caught},
                                {"by_bystander", sum.by_bystander},
                                {"missed", sum.missed},
                                {"grave", sum.grave},
                                {"grave_caught", sum.grave_caught},
                                {"twins", sum.twins},
                                {"clean", sum.clean},
                                {"good_enough", sum.good_enough()},
                                {"rows", nlohmann::ordered_json::array()}};
  for (const ScoreRow& row : rows) {
    out["rows"].push_back({{"name", row.name},
                           {"requirement", row.requirement},
                           {"what", row.what},
                           {"grave", row.grave},
                           {"came", name(row.came)},
                           {"by", row.by},
                           {"detail", row.detail},
                           {"seconds", row.seconds}});
  }
  return out.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string with_score_part(std::string document, std::string_view suite, std::string_view part) {
  if (document.empty()) document = kHeading;
  const std::string begin = marker("part", suite);
  const std::string end = marker("end of part", suite);
  const std::string whole = begin + std::string(part) + end;
  const auto from = document.find(begin);
  const auto to = document.find(end);
  if (from == std::string::npos || to == std::string::npos || to < from) {
    return document + "\n" + whole;
  }
  return document.replace(from, to + end.size() - from, whole);
}

}  // namespace dp::conformance
