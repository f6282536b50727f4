// Wrong about when to save, when to try again, and what the person sees.
#include <algorithm>
#include <memory>
#include <utility>

#include "conformance/broken/client/broken_clients.h"
#include "conformance/broken/client/switches.h"

namespace dp::conformance {
namespace {

using Events = std::vector<client::Event>;

BrokenClient broken(std::string name, std::string requirement, std::string what, bool grave,
                    std::function<Switches()> make) {
  return {std::move(name), std::move(requirement), std::move(what), grave,
          [make = std::move(make)] { return altered(make()); }};
}

template <class Event>
Switches deaf_to() {
  Switches out;
  out.hear = [](const client::Event& event) {
    return std::holds_alternative<Event>(event) ? Events{} : Events{event};
  };
  return out;
}

Switches set(std::function<void(client::Config&)> configure) {
  Switches out;
  out.configure = std::move(configure);
  return out;
}

Switches drop_notices(std::vector<client::NoticeKind> kinds) {
  Switches out;
  out.act = [kinds = std::move(kinds)](std::vector<client::Effect>& effects) {
    std::erase_if(effects, [&](const client::Effect& one) {
      const auto* notice = std::get_if<client::Notice>(&one);
      return notice && std::ranges::find(kinds, notice->kind) != kinds.end();
    });
  };
  return out;
}

Switches saves_while_typing() {
  Switches out;
  out.hear = [count = 0](const client::Event& event) mutable {
    if (std::holds_alternative<client::Edited>(event) && ++count % 3 == 0) {
      return Events{event, client::Hidden{}};
    }
    return Events{event};
  };
  return out;
}

Switches empties_on_refill() {
  Switches out;
  out.hear = [](const client::Event& event) {
    if (std::holds_alternative<client::EditorReset>(event)) {
      return Events{client::Edited{""}, client::Blurred{}};
    }
    return Events{event};
  };
  return out;
}

Switches closed_as(std::uint16_t from, std::uint16_t to) {
  Switches out;
  out.hear = [=](const client::Event& event) {
    const auto* closed = std::get_if<client::ConnClosed>(&event);
    if (closed && (from == 0 || closed->code == from)) {
      return Events{client::ConnClosed{closed->epoch, to}};
    }
    return Events{event};
  };
  return out;
}

Switches forgets_while_offline() {
  auto online = std::make_shared<bool>(false);
  Switches out;
  out.hear = [online](const client::Event& event) {
    if (std::holds_alternative<client::StoreOpened>(event)) *online = true;
    if (std::holds_alternative<client::ConnOpened>(event)) *online = true;
    if (std::holds_alternative<client::ConnClosed>(event)) *online = false;
    return Events{event};
  };
  out.keeps = [online](const client::StoreWrite&) { return *online; };
  return out;
}

Switches overwrites_typing() {
  Switches out;
  out.hear = [](const client::Event& event) {
    const auto* frame = std::get_if<client::FrameArrived>(&event);
    if (frame && frame->text.find("chat_draft_updated") != std::string::npos) {
      return Events{client::EditorReset{}, event};
    }
    return Events{event};
  };
  return out;
}

Switches echoes_what_it_reads() {
  auto text = std::make_shared<std::optional<std::string>>();
  Switches out;
  out.hear = [text](const client::Event& event) {
    if (std::holds_alternative<client::FrameArrived>(event)) *text = "";
    if (std::holds_alternative<client::Edited>(event)) text->reset();
    return Events{event};
  };
  out.act = [text](std::vector<client::Effect>& effects) {
    for (const client::Effect& one : effects) {
      const auto* shown = std::get_if<client::EditorReplaced>(&one);
      if (shown && *text && !shown->text.empty()) *text = shown->text;
    }
  };
  out.afterwards = [text] {
    if (!*text || (*text)->empty()) return Events{};
    const std::string again = *std::exchange(*text, std::nullopt) + " ";
    return Events{client::Edited{again}, client::Blurred{}};
  };
  return out;
}

Switches with_view(std::function<void(client::View&)> change) {
  Switches out;
  out.view = std::move(change);
  return out;
}

}  // namespace

std::vector<BrokenClient> clients_broken_in_time() {
  using client::NoticeKind;
  return {
      broken("saves-early", "DP-SAVE-001", "saves after 1100 ms", false,
             [] { return set([](client::Config& c) { c.debounce_us -= 100 * kMillisecond; }); }),
      broken("saves-late", "DP-SAVE-001", "saves after 1201 ms", false,
             [] { return set([](client::Config& c) { c.debounce_us += kMillisecond; }); }),
      broken("saves-while-typing", "DP-SAVE-002", "does not wait for a pause", false,
             saves_while_typing),
      broken("deaf-to-blur", "DP-SAVE-003", "does not save on blur", true,
             deaf_to<client::Blurred>),
      broken("deaf-to-hiding", "DP-SAVE-003", "does not save when hidden", true,
             deaf_to<client::Hidden>),
      broken("deaf-to-closing", "DP-SAVE-003", "does not save when closed", true,
             deaf_to<client::Closing>),
      broken("never-durable", "DP-SAVE-010", "says durable and keeps nothing", true,
             [] {
               Switches out;
               out.keeps = [](const client::StoreWrite&) { return false; };
               return out;
             }),
      broken("forgets-offline", "DP-SAVE-010", "keeps nothing while offline", true,
             forgets_while_offline),
      broken("empties-on-refill", "DP-SAVE-011", "takes a refilled editor for a deletion", true,
             empties_on_refill),
      broken("ignores-the-limit", "DP-SAVE-014", "sends texts of any length", false,
             [] { return set([](client::Config& c) { c.max_draft_chars = 1'000'000; }); }),
      broken("hides-unsaved", "DP-SAVE-015", "never shows unsaved changes", false,
             [] { return with_view([](client::View& view) { view.unsaved_changes = false; }); }),
      broken("own-pause", "DP-SET-002", "has one pause for all settings", false,
             [] {
               return set([](client::Config& c) {
                 if (c.debounce_us < kSecond) c.debounce_us = 1'200 * kMillisecond;
               });
             }),
      broken("knocks-after-1008", "DP-CONN-006", "reconnects when signed out", false,
             [] { return closed_as(1008, 1006); }),
      broken("gives-up", "DP-CONN-007", "never reconnects", false,
             [] { return closed_as(0, 1008); }),
      broken("hammers", "DP-CONN-008", "reconnects every 100 ms", false,
             [] {
               return set([](client::Config& c) {
                 c.reconnect_min_us = c.reconnect_max_us = 100 * kMillisecond;
               });
             }),
      broken("waits-for-pong-for-ever", "DP-CONN-014", "never misses a pong", false,
             [] { return set([](client::Config& c) { c.pong_timeout_us = kDay; }); }),
      broken("waits-for-receipt-for-ever", "DP-OUT-004", "never misses a receipt", false,
             [] { return set([](client::Config& c) { c.receipt_timeout_us = kHour; }); }),
      broken("overwrites-typing", "DP-EDIT-001", "replaces text under the cursor", true,
             overwrites_typing),
      broken("takes-the-focus", "DP-EDIT-003", "takes the focus with every update", false,
             [] { return with_view([](client::View& view) { view.focused = true; }); }),
      broken("echoes", "DP-EDIT-004", "uploads what it has just read", false, echoes_what_it_reads),
      broken(
          "reverses-the-list", "DP-LIST-001", "shows the chats in reverse", false,
          [] { return with_view([](client::View& view) { std::ranges::reverse(view.chats); }); }),
      broken("silent-on-forgery", "DP-ALARM-005", "does not report what did not open", true,
             [] { return drop_notices({NoticeKind::security_authentication}); }),
      broken(
          "silent-on-rollback", "DP-ALARM-002", "does not report a rollback", true,
          [] { return drop_notices({NoticeKind::security_rollback, NoticeKind::security_fork}); }),
      broken("silent-on-loss", "DP-ALARM-001", "does not note a recent loss", false,
             [] { return drop_notices({NoticeKind::server_lost_recent}); }),
      broken("alarms-at-once", "DP-ALARM-001", "takes each loss for an attack", false,
             [] { return set([](client::Config& c) { c.persistence_window_us = 0; }); }),
      broken("silent-on-downgrade", "DP-ALARM-006", "does not report unsealed content", true,
             [] { return drop_notices({NoticeKind::security_downgrade}); }),
  };
}

}  // namespace dp::conformance
