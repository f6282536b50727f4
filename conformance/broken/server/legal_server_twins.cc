// Servers that are unusual and right. What they do is within the specification, so a case that
// accuses one of them is wrong itself.
#include <utility>

#include "conformance/broken/server/broken_servers.h"
#include "conformance/broken/server/server_switches.h"

namespace dp::conformance {
namespace {

BrokenServer twin(std::string name, std::string what, std::function<ServerSwitches()> make) {
  return {std::move(name), "", std::move(what), false,
          [make = std::move(make)] { return altered_server(make()); }};
}

ServerSwitches rewriting(std::function<std::string(const std::string&)> rewrite) {
  ServerSwitches out;
  out.say_text = [rewrite = std::move(rewrite)](Between&, ConnId, std::string& text) {
    text = rewrite(text);
    return false;
  };
  return out;
}

// Everything a connection is told, its close included, comes later, in the same order.
ServerSwitches late(std::function<Micros(ConnId)> by_us) {
  ServerSwitches out;
  out.leaves_at_us = [by_us = std::move(by_us)](ConnId conn, Micros now_us) {
    return now_us + by_us(conn);
  };
  return out;
}

// What is said within a while leaves together at its end.
ServerSwitches in_batches(Micros every_us) {
  ServerSwitches out;
  out.leaves_at_us = [every_us](ConnId, Micros now_us) {
    return (now_us / every_us + 1) * every_us;
  };
  return out;
}

// Letters as numbers and slashes with a backslash, as some libraries write them.
std::string escaped(const std::string& text) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      out += c;
      out += text[++i];
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (in_string && c == '/') {
      out += "\\/";
    } else if (in_string && (c == 'e' || c == 'A')) {
      out += c == 'e' ? "\\u0065" : "\\u0041";
    } else {
      out += c;
    }
  }
  return out;
}

// Whatever is sealed and may leave the cache leaves it after each frame.
ServerSwitches remembers_nothing() {
  ServerSwitches out;
  out.hear_text = [](Between& between, ConnId, const std::string&) {
    for (const server::SlotFacts& one : between.core().slots()) {
      if (!one.record || !one.record->sealed) continue;  // or ids would be forgotten with it
      between.tell_core(server::CacheEvicted{one.slot, true, true});
    }
    return false;
  };
  return out;
}

ServerSwitches with_more_fields() {
  return rewriting([](const std::string& text) {
    Json frame = Json::parse(text);
    frame["x_trace"] = {{"span", 7}, {"hops", {1, nullptr, "two"}}};
    if (frame.contains("payload")) frame["payload"]["x_extra"] = Json::array({1, nullptr});
    return frame.dump();
  });
}

ServerSwitches with_unknown_frames() {
  ServerSwitches out;
  out.say_text = [](Between& between, ConnId conn, const std::string&) {
    between.send(conn, R"({"type":"presence_changed","payload":{"devices":2}})");
    return false;
  };
  return out;
}

ServerSwitches closes_after_too_large() {
  ServerSwitches out;
  out.say = [](Between& between, ConnId conn, Json& frame) {
    if (text_in(fields(frame), "code") == "frame_too_large") {
      between.later(0, [&between, conn] { between.close(conn, 1009, "too large"); });
    }
    return false;
  };
  return out;
}

ServerSwitches talkative() {
  ServerSwitches out;
  out.event = [](Between&, const server::Event& event) {
    std::fprintf(stderr, "{\"event\":\"step\",\"kind\":%zu}\n", event.index());
    return false;
  };
  return out;
}

}  // namespace

std::vector<BrokenServer> legal_server_twins() {
  return {
      twin("sorted-keys", "writes keys in another order",
           [] {
             return rewriting(
                 [](const std::string& text) { return nlohmann::json::parse(text).dump(); });
           }),
      twin("white-space", "writes frames over several lines",
           [] { return rewriting([](const std::string& t) { return Json::parse(t).dump(3); }); }),
      twin("escapes", "writes letters as escapes", [] { return rewriting(escaped); }),
      twin("more-fields", "sends fields nobody knows", with_more_fields),
      twin("unknown-frames", "sends frames nobody knows", with_unknown_frames),
      twin("split-frames", "sends each message in many small pieces",
           [] {
             ServerSwitches out;
             out.configure = [](server::Config&, net::ServerOptions& options) {
               options.limits.fragment_bytes = 16;
             };
             return out;
           }),
      twin("slow", "answers everything late",
           [] { return late([](ConnId) { return 40 * kMillisecond; }); }),
      twin("uneven", "is slow on every other connection",
           [] {
             return late([](ConnId conn) {
               return static_cast<Micros>(conn.value % 2) * 70 * kMillisecond;
             });
           }),
      twin("batches", "sends what it has to say together",
           [] { return in_batches(25 * kMillisecond); }),
      twin("small-pages", "lists one chat a page",
           [] { return configured([](server::Config& config) { config.initial_sync_page = 1; }); }),
      twin("remembers-nothing", "keeps nothing sealed in its cache", remembers_nothing),
      twin("other-words", "words its errors differently",
           [] { return says("error", [](Json& all) { all["message"] = "No. See the code."; }); }),
      twin("closes-after-too-large", "closes after a frame that is too large",
           closes_after_too_large),
      twin("talkative", "logs a lot", talkative),
  };
}

}  // namespace dp::conformance
