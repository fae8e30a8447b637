# SPDX-License-Identifier: Apache-2.0
# Tests of the headers and guides themselves: each header compiles alone, and each example compiles and runs.

# Parts of optim/ that are libraries of their own, because they need other software: Perfopt::database, ...
set(PERFOPT_OPTIM_PARTS "")
if(PERFOPT_DATABASE)
  list(APPEND PERFOPT_OPTIM_PARTS database)
endif()
if(PERFOPT_DISTRIBUTED)
  list(APPEND PERFOPT_OPTIM_PARTS distributed)
endif()

# perfopt_public_headers(OUT MODULE): the headers of a library for its users, relative to lib/. A header with the line
# `//   internal` serves only the module itself: it is not installed and needs no example.
function(perfopt_public_headers out module)
  set(directory ${module})
  if(module IN_LIST PERFOPT_OPTIM_PARTS)
    set(directory optim/${module})
  endif()
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/lib
       ${PROJECT_SOURCE_DIR}/lib/perfopt/${directory}/*.hpp)
  if(module STREQUAL optim)
    list(FILTER headers EXCLUDE REGEX "^perfopt/optim/(database|distributed)/")
  endif()
  set(public "")
  foreach(header IN LISTS headers)
    file(STRINGS ${PROJECT_SOURCE_DIR}/lib/${header} internal REGEX "^//   internal$" LIMIT_COUNT 1)
    if(NOT internal)
      list(APPEND public ${header})
    endif()
  endforeach()
  set(${out} ${public} PARENT_SCOPE)
endfunction()

# perfopt_header_tests(): the object library header_tests, one source a header of lib/perfopt, which includes it first
# and twice.
function(perfopt_header_tests)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/lib ${PROJECT_SOURCE_DIR}/lib/perfopt/*.hpp)
  set(sources "")
  foreach(header IN LISTS headers)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/${header}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
    list(APPEND sources ${source})
  endforeach()
  add_library(header_tests OBJECT ${sources})
  target_include_directories(header_tests PRIVATE ${PROJECT_SOURCE_DIR}/lib)
  target_link_libraries(header_tests PRIVATE perfopt_build perfopt_warnings)
  foreach(part IN LISTS PERFOPT_OPTIM_PARTS)
    target_link_libraries(header_tests PRIVATE perfopt_${part})
  endforeach()
  target_compile_options(header_tests PRIVATE -O0 -g0)
  set_target_properties(header_tests PROPERTIES CXX_CLANG_TIDY "")
endfunction()

# perfopt_header_examples(MODULE): the program test_examples_MODULE, which runs the example of every public header of the
# library; registered as the test "examples.MODULE". A header without an example fails the build.
function(perfopt_header_examples module)
  perfopt_public_headers(headers ${module})
  set(declarations "")
  set(calls "")
  set(sources "")
  foreach(header IN LISTS headers)
    string(MAKE_C_IDENTIFIER "example_${header}" name)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/examples/${name}.cpp)
    set(input ${PROJECT_SOURCE_DIR}/lib/${header})
    add_custom_command(OUTPUT ${source}
      COMMAND awk -v path=${header} -v name=${name} -f ${CMAKE_CURRENT_SOURCE_DIR}/example.awk ${input} > ${source}
      DEPENDS ${input} ${CMAKE_CURRENT_SOURCE_DIR}/example.awk
      COMMENT "Example of ${header}" VERBATIM)
    list(APPEND sources ${source})
    string(APPEND declarations "void ${name}();\n")
    string(APPEND calls "  std::puts(\"${header}\");\n  ${name}();\n")
  endforeach()
  if(NOT headers)
    return()
  endif()
  set(main ${CMAKE_CURRENT_BINARY_DIR}/examples/main_${module}.cpp)
  file(CONFIGURE OUTPUT ${main} CONTENT "#include <cstdio>\n${declarations}int main() {\n${calls}}\n")
  add_executable(test_examples_${module} ${main} ${sources})
  target_link_libraries(test_examples_${module} PRIVATE Perfopt::${module} perfopt_warnings)
  target_compile_options(test_examples_${module} PRIVATE -UNDEBUG)
  set_target_properties(test_examples_${module} PROPERTIES CXX_CLANG_TIDY "")
  add_test(NAME examples.${module} COMMAND test_examples_${module})
  # Examples may write files: into a directory of their own.
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/examples/work)
  set_tests_properties(examples.${module} PROPERTIES WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/examples/work)
endfunction()

# perfopt_guide_program(NAME GUIDE FILE): the program NAME from the block of code that the guide calls FILE.
function(perfopt_guide_program name guide file)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/examples/${name}.cpp)
  add_custom_command(OUTPUT ${source}
    COMMAND awk -v want=${file} -f ${CMAKE_CURRENT_SOURCE_DIR}/guide.awk ${guide} > ${source}
    DEPENDS ${guide} ${CMAKE_CURRENT_SOURCE_DIR}/guide.awk COMMENT "${file} of the guide" VERBATIM)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE Perfopt::optim perfopt_warnings)
  set_target_properties(${name} PROPERTIES CXX_CLANG_TIDY "")
endfunction()
