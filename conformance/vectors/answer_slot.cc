// Sections 4 and 5: what a server answers to a frame, given the frames before it.
//
// The reference server runs on a table in memory, with two connections of one account and one of a
// stranger. Every request of its database is answered at once.
#include <deque>

#include "conformance/vectors/input.h"
#include "core/crypto/sha256_hasher.h"
#include "core/server/database_table.h"
#include "core/server/server.h"

namespace dp::vectors {
namespace {

using namespace server;

class NoRandom final : public Random {
 public:
  void fill(Draw, std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{0}); }
};

constexpr ConnId kSender{1};
constexpr ConnId kOther{2};
constexpr ConnId kStranger{3};

class Household {
 public:
  Household() : server_(Config{}) {
    connect(kSender, 1);
    connect(kOther, 1);
    connect(kStranger, 2);
  }

  void say(ConnId conn, std::string text) { deliver(FrameArrived{conn, std::move(text)}); }
  Json heard(ConnId conn) { return std::exchange(heard_[conn], Json::array()); }

 private:
  void connect(ConnId conn, std::uint8_t account) {
    heard_[conn] = Json::array();
    AccountId id;
    id.bytes.fill(account);
    deliver(ConnOpened{conn, "token"});
    deliver(AuthJudged{conn, AuthJudged::Verdict::accepted, id});
  }

  void deliver(Event event) {
    std::deque<Event> due;
    due.push_back(std::move(event));
    while (!due.empty()) {
      const Event next = std::move(due.front());
      due.pop_front();
      Environment environment{{1'000'000, 1'700'000'000'000'000}, random_, hasher_};
      for (const Effect& effect : server_.step(next, environment).effects) {
        if (const auto* send = std::get_if<Send>(&effect)) {
          heard_[send->conn].push_back(without_clocks(Json::parse(send->text)));
          due.push_back(Written{send->conn, send->text.size()});
        } else if (const auto* query = std::get_if<Query>(&effect)) {
          due.push_back(DatabaseAnswered{query->query, table_.execute(query->request)});
        }
      }
    }
  }

  // Times and sentences are an implementation's own.
  static Json without_clocks(Json frame) {
    frame.erase("last_edited_overall_timestamp");
    if (frame.contains("type") && frame["type"] == "error") frame["payload"].erase("message");
    return frame;
  }

  Server server_;
  DatabaseTable table_;
  NoRandom random_;
  crypto::Sha256Hasher hasher_;
  std::map<ConnId, Json> heard_;
};

bool is_refusal(const Json& frame) {
  return frame.contains("type") && (frame["type"] == "error" || frame["type"] == "draft_conflict");
}

Answer slot(const Json& input) {
  Household house;
  for (const Json& one : member(input, "before")) {
    const bool stranger = one.contains("from") && one["from"] == "stranger";
    house.say(stranger ? kStranger : kSender, member(one, "frame").dump());
  }
  for (const ConnId conn : {kSender, kOther, kStranger}) house.heard(conn);
  house.say(kSender, member(input, "frame").dump());
  Json output = {{"reply", house.heard(kSender)}, {"others", house.heard(kOther)}};
  const Json ask = {{"type", "get_chat_details"},
                    {"payload", {{"chat_id", text_of(input, "chat_id")}}}};
  house.say(kSender, ask.dump());
  const Json after = house.heard(kSender);
  if (after.size() != 1) throw BadVector{"chat_id"};
  output["after"] = after[0];
  const bool refusal = std::ranges::any_of(output["reply"], is_refusal);
  return refusal ? refused(std::move(output)) : accepted(std::move(output));
}

}  // namespace

std::vector<NamedAnswerer> server_answerers() {
  return {{"slot", slot}};
}

}  // namespace dp::vectors
