# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Compiler flags and the helper that makes one library layer of a folder.

find_package(Threads REQUIRED)

set(MICA_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)

# Flags that every target gets, hand-written or generated.
add_compile_definitions(_POSIX_C_SOURCE=200809L)
add_compile_options(-fno-strict-aliasing -ffp-contract=off -fno-semantic-interposition
                    -ftls-model=initial-exec -ffunction-sections -fdata-sections)
if(NOT MICA_ASSERTS)
  add_compile_definitions(NDEBUG)
else()
  string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")
  string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELWITHDEBINFO "${CMAKE_C_FLAGS_RELWITHDEBINFO}")
  add_compile_definitions(MICA_ASSERTS)
endif()
if(MICA_SANITIZE)
  add_compile_options(-fsanitize=${MICA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MICA_SANITIZE})
endif()

# Release builds with gcc optimise ir/ as one program when libmica.so is linked.
set(MICA_LINK_TIME OFF)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release" AND
   NOT MICA_SANITIZE)
  set(MICA_LINK_TIME ON)
endif()

# Hand-written sources of a folder and of the folders below it: the tree is the list.
# Folders named after EXCEPT are left out.
function(mica_collect_sources result)
  cmake_parse_arguments(arg "" "" "EXCEPT" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
  foreach(folder ${arg_EXCEPT})
    list(FILTER sources EXCLUDE REGEX "^${CMAKE_CURRENT_SOURCE_DIR}/${folder}/")
  endforeach()
  set(${result} ${sources} PARENT_SCOPE)
endfunction()

# Warnings are errors in hand-written code; generated C is compiled without -Werror.
function(mica_warn_sources)
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS ${MICA_WARNINGS})
endfunction()

# mica_object_library(NAME SOURCES ... [GENERATED ...]): one layer of libmica. GENERATED sources
# are compiled without -Werror.
function(mica_object_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;GENERATED" ${ARGN})
  mica_warn_sources(${arg_SOURCES})
  add_library(${name} OBJECT ${arg_SOURCES} ${arg_GENERATED})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
  set_property(GLOBAL APPEND PROPERTY MICA_LAYERS ${name})
  if(NOT name STREQUAL mica_ir)
    add_dependencies(${name} mica_dialect_headers) # made by mica-gen, which is made of mica_ir
  endif()
endfunction()

# mica_tool(NAME SOURCES... LIBRARIES ...): an executable in build/bin.
function(mica_tool name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  mica_warn_sources(${arg_SOURCES})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  set_target_properties(${name} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
  install(TARGETS ${name})
endfunction()
