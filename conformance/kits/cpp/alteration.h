// Where a client can be made wrong, or merely different, without touching its core.
//
// The kit asks an Alteration at every seam between the core and the world. This one changes
// nothing; conformance/broken holds those that do.
// Does not: exist in a client meant for people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/client/client.h"

namespace dp::kit {

class Alteration {
 public:
  virtual ~Alteration() = default;
  // A client has just been started; whatever belongs to the one before is void.
  virtual void opened() {}
  virtual void configure(client::Config&) {}
  // The wrapped things live as long as the client.
  virtual crypto::Cipher* cipher(crypto::Cipher& real) { return &real; }
  virtual Random* random(Random& real) { return &real; }
  // What the client is told instead of this event: usually itself.
  virtual std::vector<client::Event> hear(const client::Event& event) { return {event}; }
  // What the client is seen to do instead of this.
  virtual std::vector<client::Effect> act(std::vector<client::Effect> effects) { return effects; }
  // Events it is told right after what it has just been seen to do.
  virtual std::vector<client::Event> afterwards() { return {}; }
  // false: the write is said to be durable, and is not.
  virtual bool keeps(const client::StoreWrite& write) {
    (void)write;
    return true;
  }
  virtual std::string url(std::string url, const std::string& token) {
    (void)token;
    return url;
  }
  virtual std::optional<Micros> timer(std::optional<Micros> next_us) { return next_us; }
  virtual void view(client::View&) {}
  virtual void slots(std::vector<client::SlotFacts>&) {}
  // Files it leaves in the store's folder beside the store, at every write.
  virtual void left_behind(const std::string& folder) { (void)folder; }
  // The whole reply before it is written; nullopt: nothing is written.
  virtual std::optional<std::string> reply(const std::string& request, std::string reply) {
    (void)request;
    return reply;
  }
  virtual std::string log_prefix() { return {}; }
};

}  // namespace dp::kit
