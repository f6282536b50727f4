#include "conformance/vectors/answer.h"

namespace dp::vectors {

Answerer answerer_of(std::string_view type) {
  for (const auto& room : {key_answerers, envelope_answerers, draft_answerers, frame_answerers,
                           server_answerers, sequence_answerers}) {
    for (const NamedAnswerer& one : room()) {
      if (one.type == type) return one.answer;
    }
  }
  return nullptr;
}

}  // namespace dp::vectors
