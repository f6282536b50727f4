#include "conformance/net/url.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace dp::net {
namespace {

TEST(Urls, OfServersHaveHostPortAndPath) {
  EXPECT_EQ(parse_url("ws://localhost"), (Url{false, "localhost", 80, "/"}));
  EXPECT_EQ(parse_url("wss://d.example:8443/sync"), (Url{true, "d.example", 8443, "/sync"}));
  EXPECT_EQ(parse_url("ws://[::1]:9"), (Url{false, "::1", 9, "/"}));
}

TEST(Urls, ThatCouldLeakATokenOrMeanNothingAreRefused) {
  for (const char* bad :
       {"", "ws://", "http://a", "ws://a?token=x", "ws://user@a", "ws://a/b?c", "ws://a:0",
        "ws://a:65536", "ws://a:01", "ws://a:", "ws://a/\r\nX: y", "ws://[::1", "ws://a b"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
}

TEST(Endpoints, HaveAHostAndAPort) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:0"), (Endpoint{"127.0.0.1", 0}));
  EXPECT_EQ(parse_endpoint("[::1]:80"), (Endpoint{"::1", 80}));
  for (const char* bad : {"", "80", ":80", "a", "a:", "a:x", "a:1:2", "a:70000"}) {
    EXPECT_FALSE(parse_endpoint(bad)) << bad;
  }
}

RC_GTEST_PROP(Urls, AnyTextIsReadOrRefusedAndWhatIsReadIsReadAgainTheSame, (std::string text)) {
  const auto url = parse_url("ws://" + text);
  if (!url) return;
  RC_ASSERT(parse_url("ws://" + authority_of(url->host, url->port) + url->path) == url);
}

}  // namespace
}  // namespace dp::net
