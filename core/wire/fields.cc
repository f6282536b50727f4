#include "core/wire/fields.h"

#include <algorithm>

namespace dp::wire {

std::string Place::path() const {
  std::string path = outer == nullptr ? std::string() : outer->path();
  if (position != JsonIndex::kNone) {
    path += '[';
    path += std::to_string(position);
    path += ']';
  } else if (!name.empty()) {
    if (!path.empty()) path += '.';
    path += name;
  }
  return path;
}

void Fields::refuse_at(const Place& place, std::uint32_t object) {
  if (refusal_.refused) return;
  refusal_.refused = true;
  refusal_.path = place.path();
  refusal_.object = object;
}

std::uint32_t Fields::find(std::string_view name) {
  if (object_ == JsonIndex::kNone) return JsonIndex::kNone;
  if (last_hit_ != JsonIndex::kNone) {
    const std::uint32_t next = index_.next_sibling(object_, last_hit_);
    if (next != JsonIndex::kNone && index_.node(next).key == name) return last_hit_ = next;
  }
  const std::uint32_t found = index_.find(object_, name);
  if (found != JsonIndex::kNone) last_hit_ = found;
  return found;
}

const JsonNode* Fields::optional(std::string_view name, JsonKind kind) {
  const std::uint32_t found = find(name);
  if (found == JsonIndex::kNone) return nullptr;
  const JsonNode& node = index_.node(found);
  if (node.kind == kind) return &node;
  refuse(name);
  return nullptr;
}

const JsonNode* Fields::required(std::string_view name, JsonKind kind) {
  const JsonNode* const node = optional(name, kind);
  if (node == nullptr) refuse(name);  // a mistyped member has been refused already, under this name
  return node;
}

std::optional<ChatId> Fields::optional_chat_id(std::string_view name) {
  const JsonNode* const node = optional(name, JsonKind::string);
  if (node == nullptr) return std::nullopt;
  const std::optional<ChatId> id = ChatId::parse(node->text);
  if (!id) refuse(name);
  return id;
}

ChatId Fields::chat_id(std::string_view name) {
  const std::optional<ChatId> id = optional_chat_id(name);
  if (!id) refuse(name);
  return id.value_or(ChatId());
}

template <class Name>
Name Fields::opaque_name(std::string_view name, const JsonNode* node) {
  if (node == nullptr) return {};
  if (is_opaque_name(node->text)) return Name{std::string(node->text)};
  refuse(name);
  return {};
}

ChangeId Fields::change_id(std::string_view name) {
  return opaque_name<ChangeId>(name, required(name, JsonKind::string));
}

MessageId Fields::message_id(std::string_view name) {
  return opaque_name<MessageId>(name, required(name, JsonKind::string));
}

std::optional<ChangeId> Fields::optional_change_id(std::string_view name) {
  const JsonNode* const node = optional(name, JsonKind::string);
  if (node == nullptr) return std::nullopt;
  return opaque_name<ChangeId>(name, node);
}

std::uint64_t Fields::number(std::string_view name) {
  const JsonNode* const node = required(name, JsonKind::integer);
  return node == nullptr ? 0 : node->number;
}

std::optional<std::uint64_t> Fields::optional_number(std::string_view name) {
  const JsonNode* const node = optional(name, JsonKind::integer);
  if (node == nullptr) return std::nullopt;
  return node->number;
}

bool Fields::boolean(std::string_view name) {
  const JsonNode* const node = required(name, JsonKind::boolean);
  return node != nullptr && node->number == 1;
}

bool Fields::optional_boolean(std::string_view name) {
  const JsonNode* const node = optional(name, JsonKind::boolean);
  return node != nullptr && node->number == 1;
}

bool Fields::is_exactly_true(std::string_view name) {
  const std::uint32_t found = find(name);
  if (found == JsonIndex::kNone) return false;
  const JsonNode& node = index_.node(found);
  return node.kind == JsonKind::boolean && node.number == 1;
}

std::string Fields::text(std::string_view name) {
  const JsonNode* const node = required(name, JsonKind::string);
  return node == nullptr ? std::string() : std::string(node->text);
}

MaybeText Fields::maybe_text(std::string_view name) {
  const std::uint32_t found = find(name);
  if (found == JsonIndex::kNone) return {};
  const JsonNode& node = index_.node(found);
  if (node.kind == JsonKind::string) return {.present = true, .value = std::string(node.text)};
  if (node.kind != JsonKind::null) refuse(name);
  return {.present = true, .value = std::nullopt};
}

NullableText Fields::nullable_text(std::string_view name) {
  MaybeText maybe = maybe_text(name);
  if (!maybe.present) refuse(name);
  return std::move(maybe.value);
}

NullableText Fields::optional_nullable_text(std::string_view name) {
  return maybe_text(name).value;
}

bool Fields::has(std::string_view name) {
  return find(name) != JsonIndex::kNone;
}

Fields Fields::object(std::string_view name) {
  const bool found = required(name, JsonKind::object) != nullptr;
  return Fields(index_, found ? last_hit_ : JsonIndex::kNone, Place{&place_, name}, refusal_);
}

std::vector<ChatId> Fields::chat_ids(std::string_view name) {
  std::vector<ChatId> ids;
  const JsonNode* const list = required(name, JsonKind::array);
  if (list == nullptr) return ids;
  ids.reserve(list->number);
  const Place list_place{&place_, name};
  const std::uint32_t array = last_hit_;
  std::uint32_t position = 0;
  for (auto item = index_.first_child(array); item != JsonIndex::kNone;
       item = index_.next_sibling(array, item), ++position) {
    const JsonNode& node = index_.node(item);
    std::optional<ChatId> id;
    if (node.kind == JsonKind::string) id = ChatId::parse(node.text);
    if (!id) {
      refuse_at(Place{&list_place, {}, position}, object_);
      return ids;
    }
    ids.push_back(*id);
  }
  return ids;
}

}  // namespace dp::wire
