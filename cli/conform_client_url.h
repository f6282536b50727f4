// draftproof conform client --level L1: be the server of a client that has no adapter.
#pragma once

#include "cli/conform_client_command.h"
#include "conformance/verdict/case.h"

namespace dp::cli {

// Says on standard output where to connect and with which keys: one JSON line with "ready". Fails
// with a sentence in the detail.
Result<conformance::SuiteResult> judge_client_by_url(const ConformClientOptions& options);

}  // namespace dp::cli
