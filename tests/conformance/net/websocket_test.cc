// WebSockets between our own two ends on this machine.
#include "conformance/net/websocket.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/conformance/net/certificate.h"
#include "tests/conformance/net/raw_peer.h"

namespace dp::net {
namespace {

constexpr Micros kPatience = 30 * kSecond;

// A server that remembers what befell it, and one client.
class Sockets : public ::testing::Test {
 protected:
  void listen(ServerOptions options = {}) {
    ServerHandlers on;
    on.opened = [this](ConnId conn, Upgrade upgrade) { opened[conn] = std::move(upgrade); };
    on.text = [this](ConnId conn, std::string text) {
      texts.push_back(text);
      if (text.size() < 100) server->send(conn, "heard " + text);
    };
    on.written = [this](ConnId, std::size_t bytes) { written += bytes; };
    on.closed = [this](ConnId conn) { closed.push_back(conn); };
    on.http = [](const std::string& method, const std::string& target) {
      return HttpReply{200, method + " " + target};
    };
    auto made = WebSocketServer::listen(loop, std::move(options), std::move(on));
    ASSERT_TRUE(made) << made.error().detail;
    server = std::move(*made);
  }

  void connect(ClientOptions options = {}) {
    if (options.url.empty()) options.url = server->url();
    ClientHandlers on;
    on.opened = [this] { is_open = true; };
    on.text = [this](std::string text) { heard.push_back(std::move(text)); };
    on.closed = [this](std::uint16_t code, std::string reason) { end = {code, std::move(reason)}; };
    client = WebSocketClient::connect(loop, std::move(options), std::move(on));
  }

  bool until(const std::function<bool()>& holds) { return loop.run_until(holds, kPatience); }
  std::string port() const { return server->url().substr(server->url().rfind(':') + 1); }

  Loop loop;
  std::map<ConnId, Upgrade> opened;
  std::vector<std::string> texts;
  std::vector<ConnId> closed;
  std::size_t written = 0;
  std::unique_ptr<WebSocketServer> server;
  bool is_open = false;
  std::vector<std::string> heard;
  std::optional<std::pair<std::uint16_t, std::string>> end;
  std::unique_ptr<WebSocketClient> client;
};

TEST_F(Sockets, CarryTextBothWaysInOrder) {
  listen();
  connect({.token = "t.o-k_e~n"});
  ASSERT_TRUE(until([&] { return is_open; }));
  EXPECT_EQ(opened.begin()->second.token, "t.o-k_e~n");
  for (const char* text : {"one", "", "three \xE2\x82\xAC"}) client->send(text);
  ASSERT_TRUE(until([&] { return heard.size() == 3; }));
  EXPECT_EQ(heard, (std::vector<std::string>{"heard one", "heard ", "heard three \xE2\x82\xAC"}));
  ASSERT_TRUE(until([&] { return written == 9 + 6 + 15; })) << written;
}

TEST_F(Sockets, TakeTheTokenFromTheSubprotocolToo) {
  listen();
  connect({.token = "browser", .token_as_protocol = true});
  ASSERT_TRUE(until([&] { return is_open; }));
  EXPECT_EQ(opened.begin()->second.token, "browser");
}

TEST_F(Sockets, WithoutATokenTheOwnerIsTold) {
  listen();
  connect();
  ASSERT_TRUE(until([&] { return is_open; }));
  EXPECT_EQ(opened.begin()->second.token, "");
}

TEST_F(Sockets, ACloseCarriesItsCodeAfterWhatWasSentBefore) {
  listen();
  connect();
  ASSERT_TRUE(until([&] { return is_open; }));
  const ConnId conn = opened.begin()->first;
  server->send(conn, "last words");
  server->close(conn, 1008, "Invalid session");
  server->send(conn, "too late");
  ASSERT_TRUE(until([&] { return end.has_value() && !closed.empty(); }));
  EXPECT_EQ(heard, std::vector<std::string>{"last words"});
  EXPECT_EQ(end->first, 1008);
  EXPECT_EQ(end->second, "Invalid session");
  EXPECT_EQ(closed, std::vector{conn});
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(Sockets, AClientsGoodbyeIsToldToTheServer) {
  listen();
  connect();
  ASSERT_TRUE(until([&] { return is_open; }));
  client->close(1000, "");
  ASSERT_TRUE(until([&] { return closed.size() == 1 && end.has_value(); }));
  EXPECT_EQ(end->first, 1000);
}

TEST_F(Sockets, AClientThatIsGoneIsNoticed) {
  listen();
  connect();
  ASSERT_TRUE(until([&] { return is_open; }));
  client.reset();
  ASSERT_TRUE(until([&] { return closed.size() == 1; }));
  EXPECT_FALSE(end.has_value()) << "a client that was destroyed is told nothing";
}

TEST_F(Sockets, AServerThatIsGoneIsAnEndWithoutACode) {
  listen();
  connect();
  ASSERT_TRUE(until([&] { return is_open; }));
  server.reset();
  ASSERT_TRUE(until([&] { return end.has_value(); }));
  EXPECT_EQ(end->first, 0);
}

TEST_F(Sockets, NobodyThereIsAnEndWithoutACode) {
  listen();
  const std::string url = server->url();
  server.reset();
  connect({.url = url});
  ASSERT_TRUE(until([&] { return end.has_value(); }));
  EXPECT_EQ(end->first, 0);
  EXPECT_NE(end->second, "");
}

TEST_F(Sockets, AMessageAboveTheLimitArrivesCutByOneMoreThanAllowed) {
  ServerOptions options;
  options.limits.frame_bytes_max = 1000;
  listen(options);
  connect();
  ASSERT_TRUE(until([&] { return is_open; }));
  client->send(std::string(1000, 'a'));
  client->send(std::string(5'000'000, 'b'));
  client->send("still here");
  ASSERT_TRUE(until([&] { return texts.size() == 3; }));
  EXPECT_EQ(texts[0].size(), 1000u);
  EXPECT_EQ(texts[1], std::string(1001, 'b'));
  EXPECT_EQ(texts[2], "still here");
}

TEST_F(Sockets, AnOrdinaryRequestIsAnsweredOnTheSamePort) {
  listen();
  RawPeer peer(port());
  peer.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(until([&] { return peer.receive().find("GET /health") != std::string::npos; }));
  EXPECT_NE(peer.received().find("HTTP/1.1 200 OK"), std::string::npos);
  ASSERT_TRUE(until([&] {
    peer.receive();
    return peer.is_over();
  }));
  EXPECT_TRUE(opened.empty());
}

TEST_F(Sockets, WhoNeverFinishesTheHandshakeIsCut) {
  ServerOptions options;
  options.limits.handshake_timeout_us = 50 * kMillisecond;
  listen(options);
  RawPeer peer(port());
  peer.send("GET / HT");
  ASSERT_TRUE(until([&] {
    peer.receive();
    return peer.is_over();
  }));
  EXPECT_EQ(peer.received(), "");
}

TEST_F(Sockets, WhoDoesNotAnswerTheCloseIsCut) {
  ServerOptions options;
  options.limits.close_timeout_us = 50 * kMillisecond;
  listen(options);
  RawPeer peer(port());
  peer.send(RawPeer::upgrade());
  ASSERT_TRUE(until([&] { return !opened.empty(); }));
  server->close(opened.begin()->first, 1001, "going_away");
  ASSERT_TRUE(until([&] { return !closed.empty(); }));
  ASSERT_TRUE(until([&] {
    peer.receive();
    return peer.is_over();
  }));
  EXPECT_NE(peer.received().find(std::string("\x88\x0c\x03\xe9", 4) + "going_away"),
            std::string::npos);
}

TEST_F(Sockets, ABinaryMessageEndsWith1003AndBrokenTextWith1007) {
  listen();
  for (const auto& [frame, code] : {std::pair(RawPeer::frame(0x82, "bytes"), 1003),
                                    std::pair(RawPeer::frame(0x81, "\xC0\x80"), 1007)}) {
    RawPeer peer(port());
    peer.send(RawPeer::upgrade());
    ASSERT_TRUE(until([&] { return peer.receive().ends_with("\r\n\r\n"); }));
    peer.send(frame);
    const std::string wanted{'\x88'};
    const auto code_of_close = [&]() -> int {
      const std::string& all = peer.receive();
      const auto body = all.find("\r\n\r\n");
      if (body == std::string::npos || all.size() < body + 8 || all[body + 4] != wanted[0])
        return 0;
      return static_cast<unsigned char>(all[body + 6]) * 256 +
             static_cast<unsigned char>(all[body + 7]);
    };
    ASSERT_TRUE(until([&] { return code_of_close() != 0; })) << code;
    EXPECT_EQ(code_of_close(), code);
  }
  EXPECT_TRUE(texts.empty());
}

TEST_F(Sockets, WhoSpeaksBeforeTheHandshakeIsOverIsCut) {
  listen();
  RawPeer peer(port());
  peer.send(RawPeer::upgrade() + RawPeer::frame(0x81, "hasty"));
  ASSERT_TRUE(until([&] {
    peer.receive();
    return peer.is_over();
  }));
  EXPECT_TRUE(opened.empty());
}

TEST_F(Sockets, SpeakTlsToAClientThatTrustsThem) {
  const testing::Certificate certificate("127.0.0.1");
  listen({.certificate_file = certificate.file(), .key_file = certificate.key_file()});
  EXPECT_TRUE(server->url().starts_with("wss://"));
  connect({.ca_file = certificate.file()});
  ASSERT_TRUE(until([&] { return is_open || end; })) << end->second;
  ASSERT_TRUE(is_open) << end->second;
  client->send("sealed twice");
  ASSERT_TRUE(until([&] { return !heard.empty(); }));
  EXPECT_EQ(heard.front(), "heard sealed twice");
}

TEST_F(Sockets, AClientDoesNotTrustACertificateOfAnotherName) {
  const testing::Certificate certificate("elsewhere.example");
  listen({.certificate_file = certificate.file(), .key_file = certificate.key_file()});
  connect({.token = "secret", .ca_file = certificate.file()});
  ASSERT_TRUE(until([&] { return end.has_value(); }));
  EXPECT_FALSE(is_open);
  EXPECT_TRUE(opened.empty()) << "the token was shown to a stranger";
}

TEST_F(Sockets, AKeyThatIsNotTheCertificatesIsRefused) {
  const testing::Certificate one("127.0.0.1");
  const testing::Certificate other("127.0.0.1");
  const auto made = WebSocketServer::listen(
      loop, {.certificate_file = one.file(), .key_file = other.key_file()}, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "bad_certificate");
}

TEST_F(Sockets, APortThatIsTakenIsSaid) {
  listen();
  const auto number = static_cast<std::uint16_t>(std::stoi(port()));
  const auto made = WebSocketServer::listen(loop, {.port = number}, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "cannot_listen");
}

}  // namespace
}  // namespace dp::net
