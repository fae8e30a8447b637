# SPDX-License-Identifier: Apache-2.0
# cmake -D... -P BuildFacts.cmake: writes build_facts.cpp from its template, run at each build because a commit
# changes no file that a build depends on. The output is touched only when it differs, so nothing else is rebuilt.
#
#   input, output, source_dir, version, compiler, compiler_flags, build_type, sanitizers

function(git result)
  execute_process(COMMAND git ${ARGN} WORKING_DIRECTORY ${source_dir}
    OUTPUT_VARIABLE text OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
  set(${result} "${text}" PARENT_SCOPE)
  set(status ${status} PARENT_SCOPE)
endfunction()

set(commit "")
git(prefix rev-parse --show-prefix)
# A release archive unpacked inside some other checkout has a prefix there: that checkout's commit is not ours.
if(status EQUAL 0 AND prefix STREQUAL "")
  git(commit rev-parse --short=12 HEAD)
  if(NOT status EQUAL 0)
    set(commit "")
  else()
    git(changes status --porcelain --untracked-files=no)
    if(NOT changes STREQUAL "")
      string(APPEND commit "-dirty")
    endif()
  endif()
endif()

string(STRIP "${compiler_flags}" compiler_flags)
foreach(text IN ITEMS version compiler compiler_flags build_type sanitizers)
  string(REPLACE "\\" "\\\\" ${text} "${${text}}")
  string(REPLACE "\"" "\\\"" ${text} "${${text}}")
endforeach()
configure_file(${input} ${output} @ONLY)
