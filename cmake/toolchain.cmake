# Flags shared by every target. Warnings are errors; doubles must not depend on the machine.
add_library(dp_warnings INTERFACE)
target_compile_options(dp_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                             -Werror)
# libstdc++ 12 deprecated a function that its own std::stable_sort calls, and clang blames us.
target_compile_options(dp_warnings INTERFACE
                       $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
# g++ 12 sees overlapping copies in std::string::replace and operator+ where there are none
# (GCC bug 105651); only its optimiser does.
target_compile_options(dp_warnings INTERFACE
                       $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-restrict>)
add_compile_options(-ffp-contract=off -fno-strict-aliasing)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()
# Assertions mean programmer error and stay on in every build. Replacing instead of setting keeps
# the flags that a preset or a user chose.
foreach(config RELEASE RELWITHDEBINFO)
  string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_${config} "${CMAKE_CXX_FLAGS_${config}}")
  string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_${config} "${CMAKE_CXX_FLAGS_${config}}")
endforeach()

find_program(DP_CCACHE ccache)
if(DP_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${DP_CCACHE})
endif()
find_program(DP_LLD ld.lld)
if(DP_LLD)
  add_link_options(-fuse-ld=lld)
endif()

set(DRAFTPROOF_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")
if(DRAFTPROOF_SANITIZE)
  add_compile_options(-fsanitize=${DRAFTPROOF_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DRAFTPROOF_SANITIZE})
endif()
