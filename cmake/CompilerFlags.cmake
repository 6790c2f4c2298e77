# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# Flags are global so that every target can share one precompiled header.
set(TOLLGATE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")
option(TOLLGATE_FUZZ "Build the fuzz targets with libFuzzer; needs Clang" OFF)
# stringop-overread: GCC 12 misjudges string_view::find. mismatched-new-delete: it takes the aligned
# allocation of Asio's coroutine frames for a mismatch.
add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-mismatched-new-delete -Wno-stringop-overread -Winvalid-pch -fpch-preprocess)
  # The compiler tidies its memory from 1 GiB on, not from 128 MiB: that took 7 % of its time.
  add_compile_options("SHELL:--param ggc-min-heapsize=1048576")
endif()
if(TOLLGATE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND TOLLGATE_SANITIZE)
  # Clang compiles instrumented code in little more than half of GCC's time. What it warns of is
  # left to clang-tidy, and GCC's warnings to the other presets.
  # -fno-pch-timestamp: with times in it, ccache would never know a precompiled header again.
  # -fmodules-codegen: the inline functions of the precompiled header are compiled once, into an
  # object of their own (src/precompiled), not in every unit that calls them.
  add_compile_options(-w "SHELL:-Xclang -fno-pch-timestamp" "SHELL:-Xclang -fmodules-codegen")
endif()
add_compile_definitions(
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_BOOST_COROUTINE
  BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ALL_NO_LIB
  SPDLOG_FMT_EXTERNAL
  # No JSON of ours holds a path, and <filesystem> would be in every unit.
  JSON_HAS_FILESYSTEM=0)
if(NOT TOLLGATE_SANITIZE)
  # Coroutine frames kept for reuse, per thread: a request nests about ten, Asio keeps two.
  add_compile_definitions(BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16)
endif()
if(TOLLGATE_SANITIZE)
  # -O0: optimising instrumented code costs a third of the compiler's time.
  set(TOLLGATE_INSTRUMENTATION -fsanitize=${TOLLGATE_SANITIZE} -fno-omit-frame-pointer -O0 -g1)
  if(TOLLGATE_SANITIZE MATCHES "undefined")
    # null and others: what the address sanitizer finds as well, at every use of a pointer; it
    # doubled the code.
    list(APPEND TOLLGATE_INSTRUMENTATION -fno-sanitize-recover=undefined
         -fno-sanitize=null,alignment,vptr)
  endif()
  add_compile_options(${TOLLGATE_INSTRUMENTATION})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC reports moved-from results as uninitialised once it instruments them.
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
  if(TOLLGATE_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)  # GCC says that it does not model fences, which Asio and std::shared_ptr contain
  endif()
  add_link_options(-fsanitize=${TOLLGATE_SANITIZE})
else()
  add_compile_options($<$<CONFIG:RelWithDebInfo>:-O2> $<$<CONFIG:RelWithDebInfo>:-g1>)
  add_compile_options(-D_GLIBCXX_ASSERTIONS)
  if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    add_compile_options(-D_FORTIFY_SOURCE=2)
  endif()
endif()
# Hardening for a daemon that faces a network and holds keys.
# -fPIE by hand: CMake would give libraries -fPIC, and the precompiled header takes one of the two
# only.
set(TOLLGATE_HARDENING -fstack-protector-strong -fPIE)
add_compile_options(${TOLLGATE_HARDENING})
add_link_options(-pie -Wl,-z,relro,-z,now)
