# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# mica_dialect(NAME [DOCS_TABLE] [INCLUDES folders...] [DEPENDS files...]): one dialect.
#
# dialects/NAME/NAME.dialect is turned by mica-gen into build/generated/dialects/NAME/NAME_ops.h
# and NAME_ops.c and docs/dialects/NAME.md there, NAME.rewrite, where there is one, into
# NAME_rewrites.c with the table micai_NAME_rewrites; with the folder's C files they make one
# layer of libmica. DOCS_TABLE makes the page a table of ops. INCLUDES are more folders for `include`, DEPENDS generated files that it reads.
# What dialects exist is known to dialects/dialects.h through the property MICA_DIALECTS.
add_custom_target(mica_dialect_headers)

function(mica_dialect name)
  cmake_parse_arguments(arg "DOCS_TABLE" "" "INCLUDES;DEPENDS" ${ARGN})
  set(source ${PROJECT_SOURCE_DIR}/dialects/${name}/${name}.dialect)
  set(folder ${PROJECT_BINARY_DIR}/generated/dialects/${name})
  set(page ${PROJECT_BINARY_DIR}/generated/docs/dialects/${name}.md)
  file(MAKE_DIRECTORY ${folder} ${PROJECT_BINARY_DIR}/generated/docs/dialects)
  set(includes)
  foreach(include ${arg_INCLUDES})
    list(APPEND includes -I ${include})
  endforeach()
  set(docs --docs)
  if(arg_DOCS_TABLE)
    set(docs --docs-table)
  endif()
  set(header ${folder}/${name}_ops.h)
  set(tables ${folder}/${name}_ops.c)
  add_custom_command(OUTPUT ${tables} ${header} ${page}
    COMMAND mica-gen ${source} --name dialects/${name}/${name}.dialect ${includes}
            --header ${header} --source ${tables} ${docs} ${page} --depfile ${tables}.d
    DEPENDS mica-gen ${source} ${arg_DEPENDS} DEPFILE ${tables}.d VERBATIM)
  set(generated ${tables} ${header})
  set(rewrites ${PROJECT_SOURCE_DIR}/dialects/${name}/${name}.rewrite)
  if(EXISTS ${rewrites})
    set(out ${folder}/${name}_rewrites.c)
    add_custom_command(OUTPUT ${out}
      COMMAND mica-gen ${rewrites} --name dialects/${name}/${name}.rewrite --source ${out}
      DEPENDS mica-gen ${rewrites} VERBATIM)
    list(APPEND generated ${out})
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/dialects/${name}/*.c)
  list(FILTER sources EXCLUDE REGEX "/reader/")
  mica_object_library(mica_dialect_${name} SOURCES ${sources} GENERATED ${generated})
  add_custom_target(mica_dialect_${name}_tables DEPENDS ${header})
  add_dependencies(mica_dialect_headers mica_dialect_${name}_tables)
  set_property(GLOBAL APPEND PROPERTY MICA_DIALECTS ${name})
endfunction()

# mica_dialect_list(): the layer that registers all dialects declared so far.
function(mica_dialect_list)
  get_property(names GLOBAL PROPERTY MICA_DIALECTS)
  list(SORT names)
  set(declarations "")
  set(entries "")
  foreach(name ${names})
    string(APPEND declarations "extern const mica_dialect_entry micai_${name}_entry;\n")
    string(APPEND entries "    &micai_${name}_entry,\n")
  endforeach()
  set(out ${PROJECT_BINARY_DIR}/generated/dialects/dialect_list.h)
  file(CONFIGURE OUTPUT ${out} CONTENT
"// The dialects of this build, in order of names.
${declarations}
static const mica_dialect_entry *const dialect_list[] = {
${entries}};
")
  mica_object_library(mica_dialects SOURCES ${PROJECT_SOURCE_DIR}/dialects/dialects.c)
endfunction()
