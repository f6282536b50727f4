#include "conformance/vectors/vectors.h"

#include "conformance/vectors/areas.h"

namespace dp::vectors {

std::expected<std::vector<VectorFile>, std::vector<std::string>> write_vectors() {
  std::vector<VectorFile> files;
  std::vector<std::string> complaints;
  for (const auto area :
       {keys_area, passwords_area, padding_area, envelopes_area, openings_area, base64_area,
        payloads_area, previews_area, merges_area, edits_area, frames_at_server_area,
        frames_at_client_area, server_rules_area, sequences_area}) {
    const Author author = area();
    files.push_back({author.area() + ".json", author.text()});
    complaints.insert(complaints.end(), author.complaints().begin(), author.complaints().end());
  }
  if (!complaints.empty()) return std::unexpected(std::move(complaints));
  return files;
}

}  // namespace dp::vectors
