# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# Whole builds compile several sources at once: most of a small source's time goes into its headers.
# Builds for work on the code do not, there one changed source should cost one compilation.
option(TOLLGATE_JOINED "Compile several sources of a target as one translation unit" OFF)
set(TOLLGATE_JOINED_SOURCES 24)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# tollgate_join_library(TARGET): its sources in groups, as scripts/join_plan.py plans them.
function(tollgate_join_library target)
  if(NOT TOLLGATE_JOINED)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  execute_process(
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/scripts/join_plan.py ${TOLLGATE_JOINED_SOURCES} ${sources}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE groups COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[0-9]+" groups "${groups}")
  foreach(source group IN ZIP_LISTS sources groups)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${target}_${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC warns of anonymous namespaces in what it takes for a header, the included source.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

# tollgate_test_sources(TARGET SOURCES...): adds them; those named *_test.cpp joined by
# scripts/join_tests.py, which keeps their anonymous namespaces apart.
function(tollgate_test_sources target)
  set(tests ${ARGN})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(NOT TOLLGATE_JOINED OR NOT tests)
    target_sources(${target} PRIVATE ${ARGN})
    return()
  endif()
  set(others ${ARGN})
  list(FILTER others EXCLUDE REGEX "_test\\.cpp$")
  target_sources(${target} PRIVATE ${others})
  list(LENGTH tests count)
  math(EXPR last "(${count} - 1) / ${TOLLGATE_JOINED_SOURCES}")
  foreach(batch RANGE ${last})
    math(EXPR begin "${batch} * ${TOLLGATE_JOINED_SOURCES}")
    list(SUBLIST tests ${begin} ${TOLLGATE_JOINED_SOURCES} sources)
    set(joined ${CMAKE_CURRENT_BINARY_DIR}/joined_${target}_${batch}.cpp)
    # Quoted includes are looked for beside the joined file, which is elsewhere.
    foreach(source IN LISTS sources)
      get_filename_component(folder ${source} DIRECTORY)
      target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
    endforeach()
    add_custom_command(OUTPUT ${joined}
      COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/scripts/join_tests.py ${joined} ${sources}
      DEPENDS ${sources} ${CMAKE_SOURCE_DIR}/scripts/join_tests.py
      WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} VERBATIM)
    target_sources(${target} PRIVATE ${joined})
  endforeach()
endfunction()
