# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT

# tollgate_compile_quickly(TARGET): what does no work for a request while others wait (commands,
# configuration, start) is compiled for the compiler's sake in a release: a quarter of its time.
function(tollgate_compile_quickly target)
  if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" AND NOT TOLLGATE_SANITIZE)
    target_compile_options(${target} PRIVATE -O1)
  endif()
endfunction()
set(TOLLGATE_QUICK_STAGES admin allocation app config credentials reconciliation reports trail)

# tollgate_library(STAGE SOURCES a.cpp ... [DEPENDS target ...])
# One static library per stage: public headers in include/tollgate/STAGE, private ones beside the
# sources.
function(tollgate_library stage)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(tollgate_${stage} STATIC ${ARG_SOURCES})
  target_include_directories(tollgate_${stage} PUBLIC ${CMAKE_SOURCE_DIR}/include
                             PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(tollgate_${stage} PUBLIC ${ARG_DEPENDS})
  target_precompile_headers(tollgate_${stage} REUSE_FROM tollgate_precompiled)
  tollgate_join_library(tollgate_${stage})
  if(stage IN_LIST TOLLGATE_QUICK_STAGES)
    tollgate_compile_quickly(tollgate_${stage})
  endif()
endfunction()

# Tests of a release build are compiled for the compiler's sake: what they test is optimised, they
# are not. With a precompiled header of their own, for it goes by these flags.
set(TOLLGATE_QUICK_TESTS OFF)
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" AND NOT TOLLGATE_SANITIZE)
  set(TOLLGATE_QUICK_TESTS ON)
endif()
function(tollgate_quick_flags target)
  target_compile_options(${target} PRIVATE -O0 -g0 -U_FORTIFY_SOURCE)
endfunction()
function(tollgate_precompile_test target)
  if(TOLLGATE_QUICK_TESTS)
    tollgate_quick_flags(${target})
    target_precompile_headers(${target} REUSE_FROM tollgate_precompiled_tests)
  else()
    target_precompile_headers(${target} REUSE_FROM tollgate_precompiled)
  endif()
endfunction()

# tollgate_register_test(TARGET THREADED): counted by `./dev test`; under the thread sanitizer only
# those with tests in which threads meet.
function(tollgate_register_test target threaded)
  add_test(NAME ${target} COMMAND ${target})
  if(threaded OR NOT TOLLGATE_SANITIZE MATCHES "thread")
    set_property(GLOBAL APPEND PROPERTY TOLLGATE_TEST_BINARIES ${target})
  endif()
endfunction()

# tollgate_unit_test(STAGE SOURCES a_test.cpp ... [THREADED a_test.cpp ...] [DEPENDS target ...])
# One test binary per stage, unit_STAGE; it may see the stage's private headers. THREADED: those of
# the tests in which threads meet, all that the thread sanitizer could find anything in.
function(tollgate_unit_test stage)
  cmake_parse_arguments(ARG "" "" "SOURCES;THREADED;DEPENDS" ${ARGN})
  foreach(test IN LISTS ARG_THREADED)
    if(NOT test IN_LIST ARG_SOURCES)
      message(FATAL_ERROR "unit_${stage}: THREADED names ${test}, which SOURCES does not")
    endif()
  endforeach()
  if(ARG_THREADED AND TOLLGATE_SANITIZE MATCHES "thread")
    list(FILTER ARG_SOURCES EXCLUDE REGEX "_test\\.cpp$")
    list(APPEND ARG_SOURCES ${ARG_THREADED})
  endif()
  add_executable(unit_${stage})
  tollgate_test_sources(unit_${stage} ${ARG_SOURCES})
  target_include_directories(unit_${stage} PRIVATE ${CMAKE_SOURCE_DIR}/src/${stage}
                             ${CMAKE_SOURCE_DIR}/tests/unit)
  target_link_libraries(unit_${stage} PRIVATE tollgate_${stage} ${ARG_DEPENDS} GTest::gmock
                        GTest::gtest GTest::gtest_main)
  tollgate_precompile_test(unit_${stage})
  tollgate_register_test(unit_${stage} "${ARG_THREADED}")
  add_dependencies(unit_tests unit_${stage})
endfunction()

# tollgate_integration_test(TOPIC [THREADED] SOURCES a_test.cpp ...)
# One test binary per topic, integration_TOPIC, on the harness of tests/integration. THREADED: the
# thread sanitizer runs it too.
function(tollgate_integration_test topic)
  cmake_parse_arguments(ARG "THREADED" "" "SOURCES" ${ARGN})
  add_executable(integration_${topic})
  tollgate_test_sources(integration_${topic} ${ARG_SOURCES})
  target_link_libraries(integration_${topic} PRIVATE integration_harness)
  tollgate_precompile_test(integration_${topic})
  tollgate_register_test(integration_${topic} ${ARG_THREADED})
endfunction()
