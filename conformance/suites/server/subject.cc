#include "conformance/suites/server/subject.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

#include "conformance/net/websocket.h"

namespace dp::conformance {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kTailChars = 300;
constexpr std::array<std::string_view, 2> kInEnvironment = {"DRAFT_PERSISTENCE_TTL_SECONDS",
                                                            "MAX_DRAFT_CHARS"};

bool write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  return static_cast<bool>(file.flush());
}

}  // namespace

std::string profile_json(const std::vector<SubjectAccount>& accounts, const SubjectLimits& limits) {
  Json all = Json::array();
  for (const SubjectAccount& one : accounts) {
    Json account = {
        {"name", one.name}, {"dialect", one.field ? "field" : "sealed"}, {"tokens", one.tokens}};
    if (!one.unanswered_tokens.empty()) account["unanswered_tokens"] = one.unanswered_tokens;
    all.push_back(std::move(account));
  }
  Json bounds = Json::object();
  for (const auto& [name, value] : limits) {
    if (std::ranges::find(kInEnvironment, name) == kInEnvironment.end()) bounds[name] = value;
  }
  return Json{{"accounts", all}, {"limits", bounds}}.dump(1);
}

std::optional<std::string> ready_url(std::string_view line) {
  const Json said = Json::parse(line, nullptr, false);
  if (!said.is_object() || !said.contains("ready") || said["ready"] != true) return std::nullopt;
  const auto url = said.find("url");
  if (url == said.end() || !url->is_string()) return std::nullopt;
  return url->get<std::string>();
}

std::string tail_of(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text.size() > kTailChars) text = text.substr(text.size() - kTailChars);
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return out;
}

Result<std::unique_ptr<Subject>> Subject::start(SubjectOrder order) {
  std::unique_ptr<Subject> subject(new Subject(std::move(order)));
  if (!subject->is_program()) {
    if (auto good = net::check_url(subject->order_.url); !good) {
      return fail(Fault::caller, "bad_url", subject->order_.url);
    }
    subject->url_ = subject->order_.url;
    return subject;
  }
  if (auto prepared = prepare(subject->order_); !prepared) {
    return std::unexpected(prepared.error());
  }
  if (auto launched = subject->launch(); !launched) return std::unexpected(launched.error());
  return subject;
}

std::optional<std::int64_t> Subject::limit(const std::string& name) const {
  const auto found = order_.limits.find(name);
  if (found == order_.limits.end()) return std::nullopt;
  return found->second;
}

Result<void> Subject::prepare(SubjectOrder& order) {
  std::error_code failure;
  std::filesystem::create_directories(order.folder / "scratch", failure);
  if (order.profile.empty()) order.profile = profile_json(order.accounts, order.limits);
  if (failure || !write_text(order.folder / "profile.json", order.profile)) {
    return fail(Fault::storage, "cannot_start",
                "the folder " + order.folder.string() + " cannot be written");
  }
  return {};
}

ProgramStart Subject::program_start(const SubjectOrder& order) {
  // A shell that stays in between must neither die of SIGTERM nor hide how the server ended.
  ProgramStart start{.command = "trap : TERM\n" + order.command, .environment = order.environment};
  const auto add = [&](const std::string& name, std::string value) {
    start.environment.emplace(name, std::move(value));
  };
  for (const auto& [name, value] : order.limits) {
    if (std::ranges::find(kInEnvironment, name) != kInEnvironment.end()) {
      add(name, std::to_string(value));
    }
  }
  add("DRAFTPROOF_DATA_DIR", (order.folder / "data").string());
  add("DRAFTPROOF_LISTEN", order.listen);
  add("DRAFTPROOF_PROFILE", (order.folder / "profile.json").string());
  add("HOME", (order.folder / "scratch").string());
  add("TMPDIR", (order.folder / "scratch").string());
  return start;
}

Result<void> Subject::launch() {
  said_ = everything_said();
  program_.reset();
  auto program = Program::start(program_start(order_));
  if (!program) return std::unexpected(program.error());
  program_ = std::move(*program);
  const auto line =
      program_->line_where([](const std::string& one) { return ready_url(one).has_value(); },
                           order_.ready_within, order_.stop);
  if (!line) {
    const bool ended = line.error().code == "ended";
    const std::string how =
        ended ? "it ended (" + program_->wait_for_end(std::chrono::seconds(1)).value_or("running") +
                    ") without the ready line"
              : "no ready line within " + std::to_string(order_.ready_within.count()) + " ms";
    const std::string said = program_->errors().empty() ? program_->output() : program_->errors();
    program_->kill();
    return fail(Fault::peer, "not_ready", how + "; it said: " + tail_of(said));
  }
  url_ = *ready_url(*line);
  if (auto good = net::check_url(url_); !good) {
    program_->kill();
    return fail(Fault::peer, "bad_ready_line", "its url is " + tail_of(url_));
  }
  return {};
}

bool Subject::alive() {
  return !is_program() || (program_ && program_->alive());
}

void Subject::kill() {
  program_->kill();
}

std::optional<std::string> Subject::stop(std::chrono::milliseconds at_most) {
  program_->terminate();
  auto ending = program_->wait_for_end(at_most);
  program_->kill();
  return ending;
}

std::string Subject::said_before() {
  return said_;
}

std::string Subject::everything_said() {
  if (!program_) return said_;
  return said_ + program_->output() + program_->errors();
}

}  // namespace dp::conformance
