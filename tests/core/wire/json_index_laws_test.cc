// The reader under the codec against an independent reader: both accept the same texts.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/wire/json_index.h"

namespace dp::wire {
namespace {

JsonStatus status_of(std::string_view text) {
  return JsonIndex(text, WireLimits()).status();
}

// True if nlohmann reads the text; it also refuses numbers that overflow a double, which are
// grammatical and which we ignore unread, so that one complaint does not count.
class Acceptor : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return nest(); }
  bool key(string_t& key) override { return keys_.back().insert(key).second || !(twice_ = true); }
  bool end_object() override { return unnest(); }
  bool start_array(std::size_t) override { return nest(); }
  bool end_array() override { return unnest(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& e) override {
    overflow_ = e.id == 406;
    return false;
  }
  bool overflow_ = false;
  bool twice_ = false;
  bool deep_ = false;

 private:
  bool nest() {
    keys_.emplace_back();
    deep_ = keys_.size() > WireLimits{}.nesting_max;
    return !deep_;
  }
  bool unnest() {
    keys_.pop_back();
    return true;
  }
  std::vector<std::set<std::string>> keys_;
};

// Text that is often almost JSON: fragments in any order.
rc::Gen<std::string> almost_json() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::oneOf(
          rc::gen::element<std::string>("{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"b\"", "\\",
                                        "\"\\u0061\"", "\\ud83d", "\\ude00", "0", "1", "-", ".",
                                        "e", "+", "true", "null", " ", "\n", "é", "{}", "[]"),
          rc::gen::map(rc::gen::arbitrary<char>(), [](char c) { return std::string(1, c); }))),
      [](const std::vector<std::string>& parts) {
        std::string text;
        for (const std::string& part : parts) text += part;
        return text;
      });
}

// A random document of a grammar that is usually valid, then perhaps damaged.
std::string document(int depth) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 8 : 6);
  static const std::vector<std::string> kScalars = {
      "null", "true", "0", "-1.5e3", "12345678901234567890", "\"\\u00e9\\n\"", "\"x\"", "1e999"};
  if (kind < 6) return *rc::gen::elementOf(kScalars);
  const int count = *rc::gen::inRange(0, 4);
  std::string text = kind == 6 ? "[" : "{";
  for (int i = 0; i < count; ++i) {
    if (i > 0) text += ", ";
    if (kind == 7)
      text += *rc::gen::element<std::string>("\"a\":", "\"b\" :", "\"\\u0062\":", "\"c\":");
    text += document(depth - 1);
  }
  return text + (kind == 6 ? "]" : "}");
}

void agree(const std::string& text) {
  Acceptor acceptor;
  const bool theirs = nlohmann::json::sax_parse(text, &acceptor);
  const bool is_object = [&] {
    const auto start = text.find_first_not_of(" \t\r\n");
    return start != std::string::npos && text[start] == '{';
  }();
  const bool ours = status_of(text) == JsonStatus::ok;
  if (acceptor.overflow_) return RC_TAG("number beyond a double");
  if (text.find('\0') != std::string::npos) {  // the other reader takes one for the end of the text
    RC_ASSERT(!ours);
    return RC_TAG("zero byte");
  }
  RC_ASSERT(ours == (theirs && is_object));
  RC_TAG(ours              ? "accepted"
         : acceptor.twice_ ? "duplicate key"
         : acceptor.deep_  ? "deep"
                           : "refused");
}

RC_GTEST_PROP(JsonIndexLaws, AcceptsFragmentsExactlyWhenAnIndependentReaderDoes, ()) {
  agree("{" + *almost_json() + "}");
}

RC_GTEST_PROP(JsonIndexLaws, AcceptsDocumentsExactlyWhenAnIndependentReaderDoes, ()) {
  std::string text = "{\"r\":" + document(9) + "}";
  if (*rc::gen::arbitrary<bool>()) {
    text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
  }
  agree(text);
}

}  // namespace
}  // namespace dp::wire
