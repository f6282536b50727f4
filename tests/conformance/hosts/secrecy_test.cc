// What lies on the disks of devices and server after use: nothing that anybody could read.
#include <gtest/gtest.h>

#include "core/vocabulary/bytes.h"
#include "sim/oracles/pattern_index.h"
#include "sim/oracles/secret_views.h"
#include "tests/conformance/hosts/household.h"

namespace dp::hosts::testing {
namespace {

constexpr const char* kCanary = "Xq7ZpL2mVw9RtYc4BnHs6KdJf8GgTa1QeUo3WiNr5SbMx0Dk";
constexpr const char* kSecond = "v8Jc2Qw6Zt0Lk5Hn9Rb3Xs7Md1Fp4Gy8Ta2Ue6Wi0Oq5Nz9B";

class Searcher {
 public:
  explicit Searcher(std::string_view secret) {
    for (const std::string_view window : sim::windows_of(secret, 1)) {
      for (std::size_t view = 0; view < sim::kSecretViewCount; ++view) {
        index_.add(sim::written_as(static_cast<sim::SecretView>(view), window),
                   static_cast<std::uint32_t>(view));
      }
    }
  }
  std::string found_in(std::string_view bytes) const {
    const auto hit = index_.find(bytes);
    if (!hit) return "";
    return std::string(sim::name(static_cast<sim::SecretView>(hit->label)));
  }

 private:
  sim::PatternIndex index_;
};

TEST(Secrecy, NoTextPasswordOrTokenIsOnAnyDisk) {
  Household home;
  home.start_server();
  auto phone = home.start_device("phone", {"--log"});
  auto laptop = home.start_device("laptop", {"--log"});
  laptop->expect({{"event", "state"}, {"connection", "online"}});
  phone->tell("new");
  phone->tell(std::string("set ") + kCanary);
  phone->expect({{"event", "state"}, {"saved", true}, {"synced", true}, {"version", 1}});
  const std::string chat = laptop->expect({{"event", "draft"}}).value("chat", "");
  laptop->tell("open " + chat);
  laptop->tell(std::string("set ") + kSecond);
  phone->expect({{"event", "editor"}, {"text", kSecond}});
  phone->tell("send");
  phone->expect({{"event", "state"}, {"synced", true}, {"version", 3}});
  phone->kill_9();  // a crash image: journals and all
  laptop->tell("quit");
  EXPECT_EQ(laptop->exit_code(), 0);

  const std::string disks = bytes_below(home.at("phone")) + bytes_below(home.at("laptop")) +
                            bytes_of(home.at("server/server.sqlite3")) +
                            bytes_of(home.at("server/server.sqlite3-wal"));
  const std::string logs = phone->errors() + laptop->errors();
  ASSERT_GT(disks.size(), 20'000u);
  ASSERT_GT(logs.size(), 100u);
  for (const std::string& secret :
       {std::string(kCanary), std::string(kSecond), std::string(kPassword), home.token()}) {
    const Searcher searcher(secret);
    EXPECT_EQ(searcher.found_in(disks), "");
    EXPECT_EQ(searcher.found_in(logs), "");
    EXPECT_NE(searcher.found_in(disks + base64_encode(as_bytes("x" + secret)) + disks), "")
        << "the search is blind";
  }
}

// AddressSanitizer replaces mlock by a function that always succeeds.
#if defined(__has_feature)
#define DP_MLOCK_IS_REAL !__has_feature(address_sanitizer)
#else
#define DP_MLOCK_IS_REAL 1
#endif

#if DP_MLOCK_IS_REAL
TEST(Secrecy, ADeviceThatCannotLockMemoryRefusesToStart) {
  Household home;
  home.start_server();
  home.start_device("phone")->tell("quit");
  LivingProgram device({{"device", "--store", home.at("tablet"), "--url", home.url(),
                         "--token-file", home.at("token"), "--password-file", home.at("password"),
                         "--key-file", home.at("alice.key"), "--insecure-test-kdf", "--batch"},
                        {},
                        /*may_lock_memory=*/false});
  EXPECT_EQ(device.exit_code(), 3);
  EXPECT_NE(device.errors().find("cannot be locked"), std::string::npos) << device.errors();
  EXPECT_EQ(device.output(), "");
}
#endif

TEST(Secrecy, AKeyMadeForTestsIsRefusedWithoutTheFlagThatSaysSo) {
  Household home;
  home.start_server();
  home.start_device("phone")->tell("quit");
  LivingProgram device({{"device", "--store", home.at("tablet"), "--url", home.url(),
                         "--token-file", home.at("token"), "--password-file", home.at("password"),
                         "--key-file", home.at("alice.key"), "--batch"}});
  EXPECT_EQ(device.exit_code(), 2);
  EXPECT_NE(device.errors().find("--insecure-test-kdf"), std::string::npos) << device.errors();
}

TEST(Secrecy, AWrongPasswordOpensNothingAndChangesNothing) {
  Household home;
  home.start_server();
  home.start_device("phone")->tell("quit");
  const std::string before = bytes_of(home.at("phone/key.json"));
  home.folder().write("wrong", "correct horse battery staple 4712\n");
  LivingProgram device({{"device", "--store", home.at("tablet"), "--url", home.url(),
                         "--token-file", home.at("token"), "--password-file", home.at("wrong"),
                         "--key-file", home.at("alice.key"), "--insecure-test-kdf", "--batch"}});
  EXPECT_EQ(device.exit_code(), 2);
  EXPECT_NE(device.errors().find("wrong password"), std::string::npos) << device.errors();
  EXPECT_FALSE(std::filesystem::exists(home.at("tablet/key.json")));
  EXPECT_EQ(bytes_of(home.at("phone/key.json")), before);
}

}  // namespace
}  // namespace dp::hosts::testing
