# A room is a folder of sources that becomes one static library, named after its path.
#   dp_room(core/wire USES core/vocabulary PRIVATELY nlohmann_json::nlohmann_json)
# USES names rooms (their headers are seen by ours), PRIVATELY libraries only the .cc files see,
# PUBLICLY libraries whose headers ours include.
# Sources are globbed, so that adding a file needs no edit here.
function(dp_room path)
  cmake_parse_arguments(ROOM "" "" "USES;PRIVATELY;PUBLICLY" ${ARGN})
  string(REPLACE "/" "_" name ${path})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${path}/*.cc)
  file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${path}/*.h)
  if(sources)
    add_library(${name} STATIC ${sources} ${headers})
    set(scope PUBLIC)
    target_link_libraries(${name} PRIVATE dp_warnings ${ROOM_PRIVATELY})
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${name} ${scope} ${PROJECT_SOURCE_DIR})
  foreach(used ${ROOM_USES})
    string(REPLACE "/" "_" used_name ${used})
    target_link_libraries(${name} ${scope} ${used_name})
  endforeach()
  target_link_libraries(${name} ${scope} ${ROOM_PUBLICLY})
endfunction()

# dp_test(core/wire [LINKS ...]): every tests/core/wire/*_test.cc in one GoogleTest program that
# links the room it mirrors.
function(dp_test path)
  cmake_parse_arguments(TEST "" "" "LINKS" ${ARGN})
  string(REPLACE "/" "_" name ${path})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${path}/*.cc)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_link_libraries(${name}_test PRIVATE dp_warnings GTest::gtest_main GTest::gmock rapidcheck
                                             rapidcheck_gtest ${TEST_LINKS})
  if(TARGET ${name})
    target_link_libraries(${name}_test PRIVATE ${name})
  endif()
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${name}_test PRIVATE DP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # A test's own code is compiled once and run for moments: only what it tests is optimised. A third
  # of all compiling is saved.
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_options(${name}_test PRIVATE -O0)
  endif()
  gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60)
endfunction()

# dp_cases(launcher tests/launcher/launcher_test): one test for each line that `PROGRAM --list`
# prints, run as `PROGRAM LINE`.
function(dp_cases name program)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${program})
  execute_process(COMMAND ${program} --list OUTPUT_VARIABLE listed COMMAND_ERROR_IS_FATAL ANY
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "\n" ";" cases "${listed}")
  foreach(case ${cases})
    add_test(NAME ${name}.${case} COMMAND ${program} ${case})
  endforeach()
endfunction()
