// Every envelope that went over the connections of one world, opened with the account's keys.
//
// The harness owns the keys, so what a foreign client sealed is known from its frames, and the laws
// about sealing are judged as if its cipher had been watched.
// Guarantees: an envelope is shown once, when it is first sent; what was delivered to a client
// before is not its seal.
// Does not: see what was sealed and never sent, or opened.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/real_cipher.h"
#include "sim/world/client_port.h"

namespace dp::conformance {

// Each JSON string in `frame` that begins as the base64 of an envelope does.
std::vector<std::string_view> envelopes_in(std::string_view frame);

class FrameAudit {
 public:
  FrameAudit();

  crypto::KeyRef add_account(const Bytes& master_key);
  void delivered(std::string_view frame);
  struct Sent {
    std::vector<sim::PortSealed> sealed;
    std::vector<ChatId> chats;   // of each of these; nil if the frame does not name it
    std::size_t unreadable = 0;  // that do not open
    std::size_t misplaced = 0;   // that open, and are of a chat the frame does not name
  };
  Sent sent(std::string_view frame, const AccountId& account, crypto::KeyRef key);

 private:
  std::map<SlotId, ChatId> slots_in(std::string_view frame, crypto::KeyRef key) const;

  crypto::RealCipher cipher_;
  std::set<Bytes> seen_;
};

}  // namespace dp::conformance
