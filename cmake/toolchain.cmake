# Flags shared by every target. Warnings are errors; doubles must not depend on the machine.
add_library(dp_warnings INTERFACE)
target_compile_options(dp_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                             -Werror)
add_compile_options(-ffp-contract=off -fno-strict-aliasing)

# Assertions mean programmer error and stay on in every build, so no configuration sets NDEBUG.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g")

find_program(DP_CCACHE ccache)
if(DP_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${DP_CCACHE})
endif()
find_program(DP_LLD NAMES ld.lld ld.lld-19)
if(DP_LLD)
  add_link_options(-fuse-ld=lld)
endif()

set(DRAFTPROOF_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")
if(DRAFTPROOF_SANITIZE)
  add_compile_options(-fsanitize=${DRAFTPROOF_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DRAFTPROOF_SANITIZE})
endif()
