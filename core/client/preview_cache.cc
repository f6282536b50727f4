#include "core/client/preview_cache.h"

#include <utility>

namespace dp::client {

void PreviewCache::put(const ChatId& chat, std::string preview, Micros fresh_until_us) {
  entries_.insert_or_assign(chat, Entry{std::move(preview), fresh_until_us});
}

void PreviewCache::drop_stale(Micros now_us) {
  std::erase_if(entries_, [&](const auto& entry) { return entry.second.fresh_until_us <= now_us; });
}

bool PreviewCache::holds(const ChatId& chat, Micros now_us) const {
  const auto found = entries_.find(chat);
  return found != entries_.end() && now_us < found->second.fresh_until_us;
}

std::optional<std::string> PreviewCache::find(const ChatId& chat, Micros now_us) const {
  if (!holds(chat, now_us)) return std::nullopt;
  return entries_.find(chat)->second.preview;
}

}  // namespace dp::client
