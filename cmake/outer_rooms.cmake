# Rooms outside core, in the order of the arrows: sim may use core, conformance may use sim, and cli
# may use all of them.

# The simulated world. Its parts know nothing of each other; sim/world puts them together.
dp_room(sim/faults)
dp_room(sim/tape         USES sim/faults core/vocabulary)
dp_room(sim/schedule     USES core/vocabulary)
dp_room(sim/trace        USES core/client core/server PRIVATELY PkgConfig::xxhash)
dp_room(sim/disk         USES core/client)
dp_room(sim/network      USES sim/trace)
dp_room(sim/field_client USES core/client)
dp_room(sim/byzantine    USES core/wire sim/faults)
dp_room(sim/world        USES core/client core/server sim/faults sim/tape sim/schedule sim/trace
                              sim/disk sim/network sim/field_client sim/byzantine)
dp_room(sim/people       USES sim/world)

# The scenario language (no world needed to read a file), and what a run reports.
dp_room(sim/scenario     USES sim/faults sim/network sim/world PRIVATELY fmt::fmt
                         nlohmann_json::nlohmann_json)
dp_room(sim/report       USES core/vocabulary PRIVATELY fmt::fmt nlohmann_json::nlohmann_json)

# The laws every run is held to.
dp_room(sim/oracles      USES sim/world)

# A seed's whole run, and the same judged by the laws.
dp_room(sim/runner       USES sim/people sim/oracles)

# The pure merge code alone, in many small histories.
dp_room(sim/planner      USES sim/people sim/tape core/draft)

# Named situations a campaign must have met.
dp_room(sim/marks        USES sim/oracles)

# A scenario played on a world and judged.
dp_room(sim/player       USES sim/scenario sim/report sim/oracles PRIVATELY fmt::fmt)

# Two runs that differ in a secret, and what an adversary may tell apart: nothing.
dp_room(sim/two_run      USES sim/runner)

# Fuzzing: a case and the file it is kept in, making it smaller, and adding up many.
dp_room(sim/capsule      USES sim/two_run sim/planner sim/player PRIVATELY fmt::fmt)
dp_room(sim/shrink       USES sim/capsule PRIVATELY fmt::fmt)
dp_room(sim/campaign     USES sim/capsule sim/marks PRIVATELY fmt::fmt)

# Real time: sockets, and the cores behind them. Beast is in one file of conformance/net.
dp_room(conformance/net   USES core/vocabulary
                          PRIVATELY Boost::headers OpenSSL::SSL Threads::Threads)
dp_room(conformance/hosts USES conformance/net core/client core/server sim/scenario sim/report
                          PRIVATELY Threads::Threads PUBLICLY SQLite::SQLite3)

# The program.
configure_file(cli/version.h.in ${PROJECT_BINARY_DIR}/generated/cli/version.h @ONLY)
file(GLOB cli_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cli/*.cc)
add_executable(draftproof_cli ${cli_sources})
set_target_properties(draftproof_cli PROPERTIES OUTPUT_NAME draftproof
                      RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/cli)
target_include_directories(draftproof_cli PRIVATE ${PROJECT_BINARY_DIR}/generated)
target_link_libraries(draftproof_cli PRIVATE dp_warnings sim_player sim_shrink sim_campaign
                                             CLI11::CLI11 fmt::fmt nlohmann_json::nlohmann_json
                                             Threads::Threads)

# A world is many small values that live for a moment, so generated runs gain an eighth by another
# allocator (bench/README.md). Sanitizers bring their own.
if(NOT DRAFTPROOF_SANITIZE)
  find_package(mimalloc 2.0 REQUIRED)
  target_link_libraries(draftproof_cli PRIVATE mimalloc)
endif()

# Judging clients that others wrote: what can be said of a case, the line to an adapter, our own
# adapter, and the cases. The specification's sentences travel inside the program.
file(READ ${PROJECT_SOURCE_DIR}/docs/protocol.md DP_SPECIFICATION)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${PROJECT_SOURCE_DIR}/docs/protocol.md)
configure_file(conformance/verdict/specification.h.in
               ${PROJECT_BINARY_DIR}/generated/conformance/verdict/specification.h @ONLY)
dp_room(conformance/verdict  USES sim/report PRIVATELY nlohmann_json::nlohmann_json)
target_include_directories(conformance_verdict PRIVATE ${PROJECT_BINARY_DIR}/generated)
dp_room(conformance/adapter  USES core/vocabulary PRIVATELY nlohmann_json::nlohmann_json)
dp_room(conformance/kits/cpp USES core/client conformance/net
                             PRIVATELY nlohmann_json::nlohmann_json)
target_link_libraries(draftproof_cli PRIVATE conformance_kits_cpp conformance_hosts)
dp_room(conformance/suites/client USES conformance/verdict conformance/adapter core/client
                                       core/server sim/tape sim/oracles conformance/net
                                       PRIVATELY Threads::Threads)
dp_room(conformance/broken/client USES conformance/suites/client conformance/kits/cpp
                                       PRIVATELY nlohmann_json::nlohmann_json)
target_link_libraries(draftproof_cli PRIVATE conformance_suites_client conformance_broken_client)

# Judging servers that others wrote.
dp_room(conformance/suites/server USES conformance/suites/client conformance/hosts conformance/net
                                       PRIVATELY nlohmann_json::nlohmann_json Threads::Threads)
target_link_libraries(draftproof_cli PRIVATE conformance_suites_server)
# Servers that are wrong on purpose; `serve --break` starts one. And how well the suites judge.
dp_room(conformance/broken/score USES core/vocabulary PRIVATELY nlohmann_json::nlohmann_json)
dp_room(conformance/broken/server USES conformance/broken/score conformance/suites/server
                                       conformance/hosts
                                       PRIVATELY nlohmann_json::nlohmann_json Threads::Threads)
target_link_libraries(draftproof_cli PRIVATE conformance_broken_server)

# Test vectors for implementers: what the reference makes of inputs chosen by rule or drawn.
dp_room(conformance/vectors USES core/client core/server
                            PRIVATELY nlohmann_json::nlohmann_json)
target_link_libraries(draftproof_cli PRIVATE conformance_vectors)

# The same clients in the simulated world: scenarios and seeds played by somebody else's program.
dp_room(conformance/foreign USES conformance/adapter sim/world sim/scenario)
target_link_libraries(draftproof_cli PRIVATE conformance_foreign)

# What came of judging, for people and for other tools.
file(READ ${PROJECT_SOURCE_DIR}/conformance/reports/page.html DP_REPORT_PAGE)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${PROJECT_SOURCE_DIR}/conformance/reports/page.html)
configure_file(conformance/reports/page.h.in
               ${PROJECT_BINARY_DIR}/generated/conformance/reports/page.h @ONLY)
dp_room(conformance/reports USES conformance/verdict sim/report
                            PRIVATELY fmt::fmt nlohmann_json::nlohmann_json)
target_include_directories(conformance_reports PRIVATE ${PROJECT_BINARY_DIR}/generated)
target_link_libraries(draftproof_cli PRIVATE conformance_reports)
