#include "conformance/broken/client/switches.h"

#include <algorithm>
#include <fstream>
#include <utility>

namespace dp::conformance {
namespace {

class FixedRandom final : public Random {
 public:
  void fill(Draw, std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{7}); }
};

class SwitchedRandom final : public Random {
 public:
  SwitchedRandom(const Switches& switches, Random& real) : switches_(switches), real_(real) {}
  void fill(Draw label, std::span<std::uint8_t> out) override {
    real_.fill(label, out);
    if (switches_.draw) switches_.draw(label, out);
  }

 private:
  const Switches& switches_;
  Random& real_;
};

class SwitchedCipher final : public crypto::Cipher {
 public:
  SwitchedCipher(const Switches& switches, crypto::Cipher& real)
      : switches_(switches), real_(real) {}
  Hash32 sha256(ByteView bytes) const override { return real_.sha256(bytes); }
  Result<Bytes> seal(const crypto::SealRequest& request, ByteView padded, Random& random) override {
    crypto::SealRequest changed = request;
    Bytes content(padded.begin(), padded.end());
    if (switches_.seal && request.kind != crypto::Kind::local_row) switches_.seal(changed, content);
    if (!switches_.fixed_nonces || request.kind == crypto::Kind::local_row) {
      return real_.seal(changed, content, random);
    }
    changed.writer = changed.sequence = changed.boot = 0;
    FixedRandom fixed;
    return real_.seal(changed, content, fixed);
  }
  Result<crypto::Opened> open(const crypto::OpenRequest& request,
                              ByteView envelope) const override {
    crypto::OpenRequest changed = request;
    if (switches_.open && request.kind != crypto::Kind::local_row) {
      switches_.open(changed, envelope);
    }
    return real_.open(changed, envelope);
  }
  bool knows_key(crypto::KeyRef key, const KeyId& id) const override {
    return real_.knows_key(key, id);
  }
  Result<SlotId> slot_id(crypto::KeyRef key, const ChatId& chat) const override {
    return real_.slot_id(key, chat);
  }
  Result<SlotId> row_id(crypto::KeyRef key, std::string_view row_name) const override {
    return real_.row_id(key, row_name);
  }
  Result<Bytes> open_field(crypto::KeyRef key, ByteView bytes) const override {
    return real_.open_field(key, bytes);
  }

 private:
  const Switches& switches_;
  crypto::Cipher& real_;
};

class Altered final : public kit::Alteration {
 public:
  explicit Altered(Switches switches) : switches_(std::move(switches)) {}

  void configure(client::Config& config) override {
    if (switches_.configure) switches_.configure(config);
  }
  crypto::Cipher* cipher(crypto::Cipher& real) override {
    cipher_ = std::make_unique<SwitchedCipher>(switches_, real);
    return cipher_.get();
  }
  Random* random(Random& real) override {
    random_ = std::make_unique<SwitchedRandom>(switches_, real);
    return random_.get();
  }
  std::vector<client::Event> hear(const client::Event& event) override {
    if (const auto* edited = std::get_if<client::Edited>(&event)) typed_ = edited->text;
    client::Event heard = event;
    if (auto* frame = std::get_if<client::FrameArrived>(&heard); frame && switches_.heard_frame) {
      frame->text = switches_.heard_frame(frame->text);
    }
    if (switches_.hear) return switches_.hear(heard);
    return {heard};
  }
  std::vector<client::Effect> act(std::vector<client::Effect> effects) override {
    for (client::Effect& one : effects) {
      auto* send = std::get_if<client::ConnSend>(&one);
      if (send != nullptr && switches_.frame) send->text = switches_.frame(send->text, typed_);
    }
    if (switches_.act) switches_.act(effects);
    return effects;
  }
  std::vector<client::Event> afterwards() override {
    return switches_.afterwards ? switches_.afterwards() : std::vector<client::Event>();
  }
  bool keeps(const client::StoreWrite& write) override {
    return !switches_.keeps || switches_.keeps(write);
  }
  std::string url(std::string url, const std::string& token) override {
    return switches_.url ? switches_.url(std::move(url), token) : url;
  }
  void view(client::View& view) override {
    if (switches_.view) switches_.view(view);
  }
  void left_behind(const std::string& folder) override {
    if (!switches_.stray_file) return;
    std::ofstream(folder + "/notes.txt") << switches_.stray_file(typed_);
  }
  std::optional<std::string> reply(const std::string& request, std::string reply) override {
    if (switches_.reply) return switches_.reply(request, std::move(reply));
    return reply;
  }
  std::string log_prefix() override {
    return switches_.log_prefix ? switches_.log_prefix(typed_) : std::string();
  }

 private:
  Switches switches_;
  std::string typed_;
  std::unique_ptr<SwitchedCipher> cipher_;
  std::unique_ptr<SwitchedRandom> random_;
};

}  // namespace

std::unique_ptr<kit::Alteration> altered(Switches switches) {
  return std::make_unique<Altered>(std::move(switches));
}

}  // namespace dp::conformance
