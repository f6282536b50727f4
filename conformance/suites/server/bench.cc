#include "conformance/suites/server/bench.h"

#include <algorithm>

namespace dp::conformance {
namespace {

std::string ca_of(const Subject& subject) {
  return subject.order().ca_file;
}

bool same(const wire::NullableText& held, const std::string& text) {
  return held.has_value() && *held == text;
}

}  // namespace

Bench::Bench(BenchOrder order)
    : order_(std::move(order)),
      patience_(order_.loop, order_.answer_us, order_.case_us, order_.stop) {
  std::uint64_t seed = order_.seed;
  for (const SubjectAccount& one : order_.accounts) parties_.emplace_back(one, ++seed);
}

// ---- who plays ----------------------------------------------------------------------------------

Party& Bench::sealed(std::size_t index) {
  std::size_t seen = 0;
  for (Party& one : parties_) {
    if (!one.account().field && seen++ == index) return one;
  }
  // Without any the server has no such dialect; one alone is for whoever wrote the profile to mend.
  if (seen == 0) {
    throw CaseOver{Verdict::unsupported, "sealed", "an account of the sealed dialect",
                   "the profile has none", ""};
  }
  throw CaseOver{Verdict::untestable, "accounts", "another account of the sealed dialect",
                 "the profile has " + std::to_string(seen), ""};
}

Party& Bench::field_party() {
  for (Party& one : parties_) {
    if (one.account().field) return one;
  }
  throw CaseOver{Verdict::unsupported, "field", "an account of the field dialect",
                 "the profile has none", ""};
}

std::int64_t Bench::limit(const std::string& name) const {
  if (const auto value = order_.subject.limit(name)) return *value;
  throw CaseOver{Verdict::not_applicable, "limit-unknown", "the limit " + name,
                 "the profile does not say what it is", ""};
}

std::size_t Bench::size_limit(const std::string& name) const {
  return static_cast<std::size_t>(limit(name));
}

SubjectOrder Bench::another_order(const std::string& name) const {
  SubjectOrder order = order_.subject.order();
  order.folder = order_.folder / name;
  order.profile.clear();
  order.accounts = order_.accounts;
  order.limits.clear();
  order.environment.clear();
  return order;
}

Subject& Bench::start(SubjectOrder order) {
  auto started = Subject::start(std::move(order));
  if (!started) {
    throw CaseOver{Verdict::fail, started.error().code, "a server that starts",
                   started.error().detail, ""};
  }
  subjects_.push_back(std::move(*started));
  return *subjects_.back();
}

// ---- connections --------------------------------------------------------------------------------

net::Url Bench::url() const {
  return net::parse_url(order_.subject.url()).value_or(net::Url{});
}

net::UpgradeRequest Bench::request_for(const std::string& token) const {
  return {.url = url(), .token = token};
}

Connection& Bench::add(std::string name, net::RawOrder order) {
  name += "#" + std::to_string(lines_.size() + 1);
  lines_.push_back(
      std::make_unique<Connection>(patience_, book_, std::move(name), std::move(order)));
  return *lines_.back();
}

Connection& Bench::connect(Party& party) {
  return connect(party, order_.subject);
}

Connection& Bench::connect(Party& party, Subject& to) {
  const net::Url where = net::parse_url(to.url()).value_or(net::Url{});
  const std::string request = net::upgrade_request({.url = where, .token = party.token()});
  Connection& line = add(party.name(), {.url = where, .request = request, .ca_file = ca_of(to)});
  line.must_open();
  line.expect_session();
  return line;
}

Connection& Bench::connect_when_there_is_room(Party& party) {
  constexpr std::uint16_t kTryLater = 1013;
  constexpr int kTries = 5'000;  // a busy machine takes its time to notice who left
  constexpr int kSilentMax = 20;
  int silent = 0;
  for (int i = 1;; ++i) {
    Connection& line = connect(party);
    line.say_text(R"({"type":"ping"})");
    const std::optional<Heard> heard = line.next();
    if (heard && heard->as<wire::Pong>() != nullptr) return line;
    const Ending& end = line.wait_for_end();
    // Whoever takes long to answer may still be seeing the others off.
    const bool is_slow = !heard && !end.ended && silent++ < kSilentMax;
    if (is_slow) line.cut();
    check((is_slow || end.code == kTryLater) && i < kTries,
          "room for a connection after others have left", end.how, "no-room");
    patience_.until([] { return false; }, 20 * kMillisecond);
  }
}

Connection& Bench::attempt(const std::string& token, bool as_protocol) {
  net::UpgradeRequest request = request_for(token);
  request.token_as_protocol = as_protocol;
  return attempt_bytes(net::upgrade_request(request));
}

Connection& Bench::attempt_bytes(std::string request) {
  return attempt_order({.url = url(), .request = std::move(request)});
}

Connection& Bench::attempt_order(net::RawOrder order) {
  order.ca_file = ca_of(order_.subject);
  return add("peer", std::move(order));
}

// ---- the usual ----------------------------------------------------------------------------------

wire::UpdateDraft Bench::store(Connection& line, Slot& slot) {
  wire::UpdateDraft frame = slot.update();
  const auto receipt = line.answer<wire::DraftUpdateReceipt>(frame);
  const Version proposed = *frame.proposed_v;
  check(receipt.success && !receipt.superseded, "a receipt that says stored", "another one",
        "not-stored");
  check_number(proposed, receipt.draft_v, "the receipt's draft_v");
  slot.accepted();
  return frame;
}

wire::DeleteDraft Bench::remove(Connection& line, Slot& slot) {
  wire::DeleteDraft frame = slot.deletion();
  const auto receipt = line.answer<wire::DraftDeleteReceipt>(frame);
  check(receipt.success, "a receipt that says deleted", "one without success", "not-deleted");
  check_number(*frame.proposed_v, receipt.draft_v.value_or(0), "the receipt's draft_v");
  slot.accepted();
  return frame;
}

Version Bench::store_field(Connection& line, const Slot&, const wire::UpdateDraft& frame) {
  const auto receipt = line.answer<wire::DraftUpdateReceipt>(frame);
  check(receipt.success && !receipt.superseded && receipt.draft_v > 0,
        "a receipt that says stored, with a version", "another one", "not-stored");
  return receipt.draft_v;
}

wire::ChatDetails Bench::read(Connection& line, const Slot& slot) {
  auto details = line.answer<wire::ChatDetails>(slot.details());
  check(details.chat_id == slot.id(), "details of the chat asked for", "of another", "wrong-chat");
  return details;
}

void Bench::check_holds(Connection& line, const Slot& slot) {
  const wire::ChatDetails held = read(line, slot);
  if (slot.holds_draft) {
    check_number(slot.version, held.draft_v, "draft_v of " + slot.chat);
    check(same(held.encrypted_draft_md, slot.sealed), "the draft as it was stored", "another one",
          "wrong-draft");
    check(same(held.encrypted_draft_preview, slot.preview), "the preview as it was stored",
          "another one", "wrong-preview");
    return;
  }
  check_number(0, held.draft_v, "draft_v of " + slot.chat);
  check(!held.encrypted_draft_md.has_value(), "no draft", "a draft", "draft-left");
  check_number(slot.version, held.cleared_draft_v, "cleared_draft_v of " + slot.chat);
  if (slot.version > 0) {
    check(same(held.encrypted_tombstone, slot.sealed), "the tombstone as it was stored",
          "another one", "wrong-tombstone");
  }
}

void Bench::check_empty(Connection& line, const Slot& slot) {
  const wire::ChatDetails held = read(line, slot);
  check_number(0, held.draft_v, "draft_v of an untouched slot");
  check_number(0, held.cleared_draft_v, "cleared_draft_v of an untouched slot");
  check(!held.encrypted_draft_md && !held.encrypted_draft_preview && !held.encrypted_tombstone,
        "nothing stored", "something is", "stored");
}

// ---- verdicts -----------------------------------------------------------------------------------

void Bench::check(bool holds, std::string_view expected, std::string_view actual,
                  std::string_view tag) {
  if (holds) return;
  throw CaseOver{Verdict::fail, std::string(tag.empty() ? "unmet" : tag), std::string(expected),
                 std::string(actual.empty() ? "it is not so" : actual), ""};
}

void Bench::check_number(std::uint64_t expected, std::uint64_t actual, std::string_view what) {
  check(expected == actual, std::string(what) + " is " + std::to_string(expected),
        std::to_string(actual), "wrong-number");
}

void Bench::check_text(std::string_view expected, std::string_view actual, std::string_view what) {
  check(expected == actual, std::string(what) + " is \"" + std::string(expected) + "\"",
        "\"" + std::string(actual.substr(0, 200)) + "\"", "wrong-text");
}

void Bench::should(bool holds, std::string_view expected, std::string_view actual,
                   std::string_view tag) {
  if (holds || loose_) return;
  loose_ =
      CaseOver{Verdict::loose, std::string(tag), std::string(expected), std::string(actual), ""};
}

void Bench::judge_close(const Ending& ending, std::uint16_t code, std::string_view reason,
                        bool is_binding) {
  close_.expected = "close " + std::to_string(code);
  if (!reason.empty()) close_.expected += " " + std::string(reason);
  close_.actual = ending.ended || ending.code > 0 ? ending.how : "still open";
  if (close_.actual.empty()) {
    close_.actual = "close " + std::to_string(ending.code) + " " + ending.reason;
  }
  const bool right = ending.code == code && (reason.empty() || ending.reason == reason);
  close_.verdict = right ? Verdict::pass : is_binding ? Verdict::fail : Verdict::loose;
}

void Bench::control() {
  const auto works = [this](Connection& line, Party& by) {
    Slot slot = by.slot();
    store(line, slot);
    check_holds(line, slot);
  };
  try {
    Party& by = party();
    const std::string mine = by.name() + "#";
    patience_.until([] { return false; }, kMillisecond);  // ends that were not heard yet
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i]->name().starts_with(mine) && lines_[i]->is_open()) works(*lines_[i], by);
    }
    for (auto& line : lines_) {  // room for one more, whatever the limit is
      if (!line->is_open()) continue;
      line->leave();
      line->wait_for_end();
    }
    works(connect_when_there_is_room(by), by);
  } catch (CaseOver& over) {
    over.tag = "control-" + over.tag;
    throw;
  }
}

std::vector<std::string> Bench::secrets() const {
  std::vector<std::string> out;
  for (const Party& one : parties_) {
    out.insert(out.end(), one.secrets().begin(), one.secrets().end());
    for (const auto* tokens : {&one.account().tokens, &one.account().unanswered_tokens}) {
      out.insert(out.end(), tokens->begin(), tokens->end());
    }
  }
  return out;
}

}  // namespace dp::conformance
