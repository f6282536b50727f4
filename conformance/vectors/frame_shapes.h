// The fields of every frame, as the tables of sections 3.2 and 3.3 give them.
#pragma once

#include <string_view>
#include <vector>

#include "conformance/vectors/answer.h"

namespace dp::vectors {

enum class FieldKind : std::uint8_t {
  chat_id,
  name,  // change_id, message_id, page_token
  number,
  text,
  text_or_null,
  lenient_name,  // null may be taken for absence, or refused (section 3.1)
  lenient_text,
  flag,
  only_true,
  anything,
  object,
  list
};

enum class Absence : std::uint8_t { refused, fine, either };

struct FieldShape {
  std::string_view name;
  FieldKind kind = FieldKind::text;
  Absence absence = Absence::refused;
  Json example;
};

// `path` leads from the payload to the object that has the fields: empty, or the name of a list or
// object in it.
struct FrameShape {
  std::string_view type;
  std::string_view path;
  std::vector<FieldShape> fields;
};

const std::vector<FrameShape>& client_frames();
const std::vector<FrameShape>& server_frames();

// A frame of that shape, with or without what may be absent. Fields around the path are filled in.
Json example_payload(const FrameShape& shape, bool with_optional);
// The object that has the fields of the shape within a payload made by example_payload.
Json& fields_within(Json& payload, const FrameShape& shape);

Json enveloped(std::string_view type, Json payload);  // envelope A
Json flat(std::string_view event, const Json& payload);

}  // namespace dp::vectors
