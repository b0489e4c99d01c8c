# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# libmica: every layer made with mica_object_library, as one shared library for tools and plugins
# (target mica) and as an archive for embedders without plugins and for tests of private functions
# (target mica_static).

get_property(layers GLOBAL PROPERTY MICA_LAYERS)
set(objects)
foreach(layer ${layers})
  list(APPEND objects $<TARGET_OBJECTS:${layer}>)
endforeach()

add_library(mica SHARED ${objects})
set_target_properties(mica PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0)
target_link_options(mica PRIVATE
  -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/libmica.map
  -Wl,-Bsymbolic-functions -Wl,--gc-sections)
# Packed relocations: the tables of dialects have tens of thousands, read at every start.
include(CheckLinkerFlag)
check_linker_flag(C -Wl,-z,pack-relative-relocs MICA_PACKS_RELOCATIONS)
if(MICA_PACKS_RELOCATIONS)
  target_link_options(mica PRIVATE -Wl,-z,pack-relative-relocs)
endif()
set_property(TARGET mica APPEND PROPERTY LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/libmica.map)

add_library(mica_static STATIC ${objects})
set_target_properties(mica_static PROPERTIES OUTPUT_NAME mica)
if(MICA_LINK_TIME) # the archive's users need not wait for it
  target_link_options(mica PRIVATE -flto=2 -O3)
  target_link_options(mica_static INTERFACE -fno-lto)
endif()

foreach(library mica mica_static)
  target_include_directories(${library} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
    $<INSTALL_INTERFACE:include/mica>)
  target_link_libraries(${library} PUBLIC Threads::Threads m ${CMAKE_DL_LIBS})
endforeach()
set_target_properties(mica_static PROPERTIES EXPORT_NAME static)
