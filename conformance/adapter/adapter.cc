#include "conformance/adapter/adapter.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace dp::conformance {
namespace {

constexpr std::size_t kTranscriptLines = 400;
constexpr std::size_t kTranscriptColumns = 2'000;
constexpr std::size_t kSaidBytesMax = 64u << 20;
constexpr std::size_t kErrorColumns = 300;

}  // namespace

std::string json_quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Operation& Operation::with_json(std::string_view member, std::string_view json) {
  members_ += ",\"";
  members_ += member;
  members_ += "\":";
  members_ += json;
  return *this;
}

Operation& Operation::with(std::string_view member, std::string_view text) {
  return with_json(member, json_quoted(text));
}
Operation& Operation::with(std::string_view member, std::int64_t number) {
  return with_json(member, std::to_string(number));
}
Operation& Operation::with(std::string_view member, bool value) {
  return with_json(member, value ? "true" : "false");
}
Operation& Operation::with_null(std::string_view member) {
  return with_json(member, "null");
}

std::string Operation::line(std::uint64_t id) const {
  return "{\"id\":" + std::to_string(id) + ",\"op\":" + json_quoted(name_) + members_ + "}";
}

Result<Adapter> Adapter::start(const std::string& command, ProcessLimits limits) {
  auto process = Process::start(command, limits);
  if (!process) return std::unexpected(process.error());
  Adapter adapter(std::move(*process));
  const auto hello = adapter.call(
      Operation("hello").with("protocol", std::int64_t{1}).with("harness", "draftproof"));
  if (!hello) return std::unexpected(hello.error());
  if (!hello->ok() || !hello->hello) return fail(Fault::peer, "bad_reply", "no answer to hello");
  adapter.introduction_ = *hello->hello;
  return adapter;
}

bool Adapter::can(std::string_view capability) const {
  return std::ranges::find(introduction_.capabilities, capability) !=
         introduction_.capabilities.end();
}

void Adapter::remember(std::string_view mark, std::string_view line) {
  std::string entry(mark);
  entry += line.substr(0, kTranscriptColumns);
  if (line.size() > kTranscriptColumns) entry += "...";
  transcript_.push_back(std::move(entry));
  if (transcript_.size() > kTranscriptLines) transcript_.pop_front();
}

void Adapter::kill() {
  process_.kill();
  if (!broken_) broken_ = Error{Fault::peer, "closed", "killed by the harness"};
}

Result<Reply> Adapter::breach(Error error) {
  if (error.code == "closed") {
    error.detail = process_.ending();
    const std::string_view said = process_.errors().substr(0, kErrorColumns);
    if (!said.empty()) error.detail += ": " + std::string(said.substr(0, said.find('\n')));
  }
  process_.kill();
  remember("! ", error.code + " " + error.detail);
  broken_ = error;
  return std::unexpected(std::move(error));
}

Result<Reply> Adapter::call(const Operation& operation) {
  if (broken_) return std::unexpected(*broken_);
  const std::uint64_t id = next_id_++;
  const std::string line = operation.line(id);
  remember("> ", line);
  if (process_.has_output()) return breach({Fault::peer, "unasked_output", "before a request"});
  if (const auto sent = process_.write_line(line); !sent) return breach(sent.error());
  const auto answer = process_.read_line();
  if (!answer) return breach(answer.error());
  remember("< ", *answer);
  if (said_.size() < kSaidBytesMax) said_ += *answer + "\n";
  auto reply = read_reply(*answer);
  if (!reply) return breach(reply.error());
  if (reply->id != id) return breach({Fault::peer, "wrong_id", "asked " + std::to_string(id)});
  return reply;
}

}  // namespace dp::conformance
