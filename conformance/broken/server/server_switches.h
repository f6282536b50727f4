// Alterations of a server made of functions, so that a broken server is a few lines.
//
//   ServerSwitches out;
//   out.say = [](Between&, ConnId, Json& frame) { return is(frame, "pong"); };  // swallows it
//   return altered_server(out);
//
// Guarantees: what a switch adds, drops, lengthens or delays does not disturb the core's account of
// what waits to be sent, so that only the switch itself is judged.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "conformance/hosts/server_alteration.h"

namespace dp::conformance {

using Json = nlohmann::ordered_json;

struct Peer {
  std::string token;
  AccountId account;
  bool accepted = false;
};

// What a switch sees of the server and can do to it, between the core and the sockets.
class Between {
 public:
  virtual ~Between() = default;
  virtual void tell_core(ConnId conn, const std::string& text) = 0;  // as if it had arrived
  virtual void tell_core(const server::Event& event) = 0;
  virtual void send(ConnId conn, const std::string& text) = 0;  // as if the core had said it
  virtual void close(ConnId conn, std::uint16_t code, const std::string& reason) = 0;
  virtual void ask_database(const server::Query& query) = 0;
  virtual void later(Micros after_us, std::function<void()> work) = 0;
  virtual const std::map<ConnId, Peer>& peers() const = 0;  // connected now
  virtual const server::Server& core() const = 0;
  virtual const std::filesystem::path& folder() const = 0;

  AccountId account_of(ConnId conn) const;  // zeros if it has left
  std::optional<server::SlotFacts> slot(ConnId conn, const std::string& chat) const;  // cached
};

// Each empty function changes nothing. Those that return a bool say true if the matter is settled
// and goes no further.
struct ServerSwitches {
  std::function<void(const std::filesystem::path& folder)> starting;
  std::function<void(server::Config&, net::ServerOptions&)> configure;
  bool forgives_settings = false;
  std::function<bool(Between&, const server::Event&)> event;  // before everything else
  std::function<bool(Between&, ConnId, std::string& text)> hear_text;
  std::function<bool(Between&, ConnId, Json& frame)> hear;  // what is JSON of either envelope
  std::function<bool(Between&, ConnId, Json& frame)> say;
  std::function<bool(Between&, ConnId, std::string& text)> say_text;  // after say
  std::function<bool(Between&, const server::Effect&)> effect;        // what is not a frame
  // When what is said or closed now is to leave; the order of a connection stays.
  std::function<Micros(ConnId, Micros now_us)> leaves_at_us;
  std::function<void(const server::Request&, server::Answer&)> found;
  std::function<Hash32(ByteView bytes, const Hash32& real)> hash;
  std::function<net::HttpReply(net::HttpReply)> http;
  std::function<net::HttpReply(const net::Upgrade&)> upgrade;
  std::function<std::string(std::string)> ready_line;
  std::function<int(int)> exit_status;
};

std::shared_ptr<hosts::ServerAlteration> altered_server(ServerSwitches switches);

// ---- frames
// -----------------------------------------------------------------------------------------

bool is(const Json& frame, std::string_view name);  // of either envelope
Json& fields(Json& frame);                          // the payload, or the flat frame itself
std::string text_in(const Json& fields, const char* name);
Json frame_a(const char* type, Json payload);
Json error_frame(const char* code, const Json& about);  // with the ids that `about` has

// Changes the fields of one type of frame, coming in or going out.
ServerSwitches hears(const char* type, std::function<void(Json& fields)> change);
ServerSwitches says(const char* type, std::function<void(Json& fields)> change);
ServerSwitches never_says(const char* type);
ServerSwitches configured(std::function<void(server::Config&)> configure);

}  // namespace dp::conformance
