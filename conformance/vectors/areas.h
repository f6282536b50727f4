// The files, each written by its own function; vectors.cc puts them together.
#pragma once

#include "conformance/vectors/author.h"
#include "conformance/vectors/draws.h"

namespace dp::vectors {

Author keys_area();
Author passwords_area();
Author padding_area();
Author envelopes_area();
Author openings_area();
Author base64_area();
Author payloads_area();
Author previews_area();
Author merges_area();
Author edits_area();
Author frames_at_server_area();
Author frames_at_client_area();
Author server_rules_area();
Author sequences_area();

}  // namespace dp::vectors
