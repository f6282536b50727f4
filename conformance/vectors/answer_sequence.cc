// Sections 7.2 and 7.3: what a device concludes from the states that a server shows it.
//
// The reference client runs on sealed rows in memory and the real cipher. For each state it
// connects, asks what it asks, is told of that state only, and is cut off; what it offers itself
// is not answered.
#include <deque>
#include <set>

#include "conformance/vectors/input.h"
#include "core/client/client.h"
#include "core/crypto/real_cipher.h"
#include "core/wire/codec.h"

namespace dp::vectors {
namespace {

using namespace client;

class CountingRandom final : public Random {
 public:
  explicit CountingRandom(const crypto::Hasher& hasher) : hasher_(hasher) {}
  void fill(Draw label, std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) {
      Bytes name = {static_cast<std::uint8_t>(label)};
      append_u64(name, count_++);
      byte = hasher_.sha256(name)[0];
    }
  }

 private:
  const crypto::Hasher& hasher_;
  std::uint64_t count_ = 0;
};

const char* name_of(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::server_lost_recent:
      return "server_lost_recent";
    case NoticeKind::security_rollback:
      return "security_rollback";
    case NoticeKind::security_fork:
      return "security_fork";
    case NoticeKind::security_authentication:
      return "security_authentication";
    case NoticeKind::security_downgrade:
      return "security_downgrade";
    default:
      return nullptr;
  }
}

// What the server shows of the one chat.
struct Shown {
  ChatId chat;
  wire::ChatDetails details;
  bool deleted = false;
  std::optional<Hash32> hash;
};

class Device {
 public:
  Device(const Json& input, crypto::RealCipher& cipher)
      : cipher_(cipher), random_(cipher), client_(config_of(input)) {
    const auto master = array_of<32>(input, "master_key");
    const auto epoch = static_cast<std::uint32_t>(number_of(input, "epoch"));
    const auto key = cipher_.add_account(crypto::KeyView(master), epoch);
    if (!key) throw BadVector{"epoch"};
    tell(StoreOpened{{}, 1});
    tell(NetHint{false});
    tell(Unlocked{*key});
  }

  // The security notices that this state caused.
  std::set<std::string> show(std::uint64_t at_ms, const Shown& shown) {
    now_us_ = static_cast<Micros>(at_ms) * kMillisecond;
    shown_ = &shown;
    said_.clear();
    tell(NetHint{true});
    if (next_timer_us_) {  // the pause before the attempt, which is set to next to nothing
      now_us_ = std::max(now_us_, *next_timer_us_);
      tell(TimerFired{});
    }
    tell(NetHint{false});
    if (epoch_) tell(ConnClosed{*std::exchange(epoch_, std::nullopt), 1001});
    return said_;
  }

  std::shared_ptr<const draft::Draft> draft(const ChatId& chat) const {
    for (const SlotDraft& one : client_.drafts()) {
      if (one.chat == chat) return one.draft;
    }
    return nullptr;
  }

 private:
  static Config config_of(const Json& input) {
    Config config;
    config.account.bytes = array_of<16>(input, "account_id");
    config.reconnect_min_us = config.reconnect_max_us = 1;
    config.suite = static_cast<crypto::Suite>(number_of(input, "suite"));
    config.persistence_window_us =
        static_cast<Micros>(number_of(input, "persistence_window_ms")) * kMillisecond;
    return config;
  }

  void tell(Event event) {
    due_.push_back(std::move(event));
    while (!due_.empty()) {
      const Event next = std::move(due_.front());
      due_.pop_front();
      Environment environment{{now_us_, now_us_}, random_, cipher_};
      const Outcome outcome = client_.step(next, environment);
      next_timer_us_ = outcome.next_timer_us;
      for (const Effect& effect : outcome.effects) perform(effect);
    }
  }

  void perform(const Effect& effect) {
    if (const auto* open = std::get_if<ConnOpen>(&effect)) {
      epoch_ = open->epoch;
      due_.emplace_back(ConnOpened{open->epoch});
    } else if (const auto* send = std::get_if<ConnSend>(&effect)) {
      answer(*send);
    } else if (const auto* write = std::get_if<StoreWrite>(&effect)) {
      due_.emplace_back(StoreWritten{write->write, true});
    } else if (const auto* turn = std::get_if<SealTurn>(&effect)) {
      due_.emplace_back(SealTurnCame{turn->seal});
    } else if (const auto* notice = std::get_if<Notice>(&effect)) {
      if (const char* name = name_of(notice->kind)) said_.insert(name);
    }
  }

  void answer(const ConnSend& sent) {
    const auto frame = wire::decode_client_frame(sent.text, wire::WireLimits{});
    if (!frame || shown_ == nullptr) return;
    const auto reply = [&](const wire::ServerFrame& one) {
      due_.emplace_back(FrameArrived{sent.epoch, wire::encode(one)});
    };
    if (std::holds_alternative<wire::InitialSyncRequest>(*frame)) {
      wire::InitialSyncResponse listing;
      listing.chats.push_back(shown_->details);
      listing.authoritative = true;
      reply(listing);
    } else if (std::holds_alternative<wire::GetChatDetails>(*frame)) {
      reply(shown_->details);
    } else if (std::holds_alternative<wire::GetDraftVersions>(*frame)) {
      wire::DraftVersionsResponse versions;
      versions.versions.push_back({shown_->chat, shown_->details.draft_v});
      if (shown_->deleted) {
        versions.tombstone_versions.push_back({shown_->chat, shown_->details.cleared_draft_v});
      }
      if (shown_->hash) versions.hashes.push_back({shown_->chat, *shown_->hash});
      reply(versions);
    }
  }

  crypto::RealCipher& cipher_;
  CountingRandom random_;
  Client client_;
  Micros now_us_ = 0;
  std::optional<Micros> next_timer_us_;
  std::optional<ConnEpoch> epoch_;  // of the open connection
  std::deque<Event> due_;
  const Shown* shown_ = nullptr;
  std::set<std::string> said_;
};

wire::NullableText nullable(const Json& step, const char* name) {
  const Json& value = member(step, name);
  if (value.is_null()) return std::nullopt;
  return value.get<std::string>();
}

Shown shown_in(const Json& step, const ChatId& chat, const crypto::Hasher& hasher) {
  Shown shown;
  shown.chat = shown.details.chat_id = chat;
  shown.details.encrypted_draft_md = nullable(step, "encrypted_draft_md");
  shown.details.encrypted_draft_preview = nullable(step, "encrypted_draft_preview");
  shown.details.encrypted_tombstone = nullable(step, "encrypted_tombstone");
  shown.details.messages_v = 1;  // the chat stays in the list, whatever becomes of its draft
  shown.deleted = shown.details.encrypted_tombstone.has_value();
  const Version version = number_of(step, "version");
  (shown.deleted ? shown.details.cleared_draft_v : shown.details.draft_v) = version;
  const auto& text =
      shown.deleted ? shown.details.encrypted_tombstone : shown.details.encrypted_draft_md;
  if (text) {
    const auto bytes = base64_decode(*text);
    shown.hash = bytes ? hasher.sha256(*bytes) : hasher.sha256(as_bytes(*text));
  }
  return shown;
}

Answer sequence(const Json& input) {
  const auto chat = ChatId::parse(text_of(input, "chat_id"));
  if (!chat) throw BadVector{"chat_id"};
  auto cipher = crypto::RealCipher::create(*crypto::initialise(), crypto::KeyMemory::plain,
                                           crypto::KdfPolicy::simulation());
  if (!cipher) throw BadVector{"master_key"};
  Device device(input, *cipher);
  Json said = Json::array();
  for (const Json& step : member(input, "steps")) {
    const Shown shown = shown_in(step, *chat, *cipher);
    const std::set<std::string> notices = device.show(number_of(step, "at_ms"), shown);
    if (notices.size() > 1) throw BadVector{"steps"};
    said.push_back(notices.empty() ? Json(nullptr) : Json(*notices.begin()));
  }
  const auto draft = device.draft(*chat);
  Json copies = Json::array();
  if (draft) {
    for (const draft::Copy& copy : draft->copies) copies.push_back(draft::join_lines(copy.lines));
  }
  const bool quiet = said.empty() || said.back().is_null();
  Json output = {{"said", std::move(said)},
                 {"text", draft ? draft::text_of(*draft) : std::string()},
                 {"copies", std::move(copies)}};
  return quiet ? accepted(std::move(output)) : refused(std::move(output));
}

}  // namespace

std::vector<NamedAnswerer> sequence_answerers() {
  return {{"sequence", sequence}};
}

}  // namespace dp::vectors
