# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Every generated file of the build: its source, its tool. All land in build/generated, in the
# folder that mirrors their source.

find_program(RE2C re2c REQUIRED)
find_program(LEMON lemon REQUIRED)

# mica_re2c(RESULT ir/text/lexer.re): makes lexer.c beside its mirror; RESULT gets the path.
function(mica_re2c result source)
  get_filename_component(name ${source} NAME_WE)
  get_filename_component(folder ${source} DIRECTORY)
  set(out ${PROJECT_BINARY_DIR}/generated/${folder}/${name}.c)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated/${folder})
  add_custom_command(OUTPUT ${out}
    COMMAND ${RE2C} -W -Werror -i --no-version --no-generation-date -o ${out}
            ${PROJECT_SOURCE_DIR}/${source}
    DEPENDS ${PROJECT_SOURCE_DIR}/${source} VERBATIM)
  set(${result} ${out} PARENT_SCOPE)
endfunction()

# mica_lemon(RESULT ir/text/type_attr.y [FLAGS...]): makes type_attr.c and type_attr.h.
function(mica_lemon result source)
  get_filename_component(name ${source} NAME_WE)
  get_filename_component(folder ${source} DIRECTORY)
  set(out_folder ${PROJECT_BINARY_DIR}/generated/${folder})
  file(MAKE_DIRECTORY ${out_folder})
  add_custom_command(OUTPUT ${out_folder}/${name}.c ${out_folder}/${name}.h
    COMMAND ${LEMON} -q -l ${ARGN} -d${out_folder} ${PROJECT_SOURCE_DIR}/${source}
    DEPENDS ${PROJECT_SOURCE_DIR}/${source} VERBATIM)
  set(${result} ${out_folder}/${name}.c PARENT_SCOPE)
endfunction()

# mica_embed(RESULT ir/definition/prelude.dialect SYMBOL): makes prelude_text.h with the file's
# bytes as the array SYMBOL.
function(mica_embed result source symbol)
  get_filename_component(name ${source} NAME_WE)
  get_filename_component(folder ${source} DIRECTORY)
  set(out ${PROJECT_BINARY_DIR}/generated/${folder}/${name}_text.h)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated/${folder})
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed_text.cmake)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${PROJECT_SOURCE_DIR}/${source} -DOUTPUT=${out}
            -DSYMBOL=${symbol} -P ${script}
    DEPENDS ${PROJECT_SOURCE_DIR}/${source} ${script} VERBATIM)
  set(${result} ${out} PARENT_SCOPE)
endfunction()
