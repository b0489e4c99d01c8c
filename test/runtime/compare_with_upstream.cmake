# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Runs SOURCE in upstream's runner (TOOLS is the folder of mlir-opt and mlir-cpu-runner) with
# upstream's print libraries (LIBRARIES, comma-separated) and with OURS, and wants the same
# bytes, but for the addresses.
execute_process(
  COMMAND ${TOOLS}/mlir-opt ${SOURCE} -convert-vector-to-llvm -expand-strided-metadata
          -finalize-memref-to-llvm -convert-arith-to-llvm -convert-func-to-llvm
          -reconcile-unrealized-casts -o ${WORK}.mlir
  COMMAND_ERROR_IS_FATAL ANY)
function(run result libraries)
  execute_process(
    COMMAND ${TOOLS}/mlir-cpu-runner ${WORK}.mlir -e main -entry-point-result=void
            -shared-libs=${libraries}
    OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE "base@ = [^ ]*" "base@ =" output "${output}")
  set(${result} "${output}" PARENT_SCOPE)
endfunction()
run(expected ${LIBRARIES})
run(actual ${OURS})
string(LENGTH "${expected}" length)
if(length LESS 1000 OR NOT expected STREQUAL actual)
  message(FATAL_ERROR "upstream printed:\n${expected}\nwe printed:\n${actual}")
endif()
