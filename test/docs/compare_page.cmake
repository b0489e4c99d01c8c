# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake -DMADE=page -DCOMMITTED=page -P compare_page.cmake: fails, and says what to do, when the
# committed reference page is not the one that mica-gen made.
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${MADE} ${COMMITTED}
                RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
if(differs)
  message(FATAL_ERROR "${COMMITTED} is out of date: run `cmake --build BUILD --target docs`")
endif()
