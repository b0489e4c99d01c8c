# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What `cmake --install` brings, under one prefix that may be moved:
#
#   bin/                       the tools (mica_tool installs each)
#   lib/libmica.so, .a         the core; libmica_llvm.a, libmica_import.a, libmica_rt.a
#   lib/cmake/mica/            find_package(mica [COMPONENTS LLVM import runtime])
#   lib/pkgconfig/             mica.pc, mica-static.pc, mica-llvm.pc, mica-runtime.pc
#   include/mica/              headers, in the folders of the source tree: add this folder to the
#                              include path and write #include "mica.h"
#
# A header is public when it declares something MICA_API; private ones are not installed, so that
# nobody comes to depend on them.
include(CMakePackageConfigHelpers)

# Headers of types alone, which have nothing to export.
set(public_headers ir/core/traits.h ir/core/types_forward.h runtime/mica_rt.h
  runtime/mica_rt_gpu.h runtime/mica_rt_symbols.h runtime/print/mica_rt_print.h mica.h
  dialects/onnx/reader/import.h dialects/spirv/spirv_grammar.h)
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/ir/*.h ${PROJECT_SOURCE_DIR}/dialects/*.h
  ${PROJECT_SOURCE_DIR}/transforms/*.h ${PROJECT_SOURCE_DIR}/codegen/*.h)
list(FILTER headers EXCLUDE REGEX "_internal\\.h$")
if(NOT MICA_LLVM)
  list(FILTER headers EXCLUDE REGEX "^codegen/llvm/")
endif()
foreach(header ${headers})
  file(STRINGS ${PROJECT_SOURCE_DIR}/${header} exported REGEX "MICA_API" LIMIT_COUNT 1)
  if(exported)
    list(APPEND public_headers ${header})
  endif()
endforeach()
list(REMOVE_DUPLICATES public_headers)
foreach(header ${public_headers})
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${header} DESTINATION include/mica/${folder})
endforeach()
get_property(dialects GLOBAL PROPERTY MICA_DIALECTS)
foreach(name ${dialects})
  set(header dialects/${name}/${name}_ops.h)
  install(FILES ${PROJECT_BINARY_DIR}/generated/${header} DESTINATION include/mica/dialects/${name})
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/generated/dialects/spirv/spirv_numbers.h
  DESTINATION include/mica/dialects/spirv)

# Libraries, one export file a component. Names are those that users link: mica::mica, mica::static.
set(package_folder lib/cmake/mica)
function(mica_install_component name)
  install(TARGETS ${ARGN} EXPORT mica-${name} DESTINATION lib)
  install(EXPORT mica-${name} NAMESPACE mica:: DESTINATION ${package_folder})
endfunction()
set_target_properties(mica_rt PROPERTIES EXPORT_NAME runtime)
set_target_properties(mica_rt_print PROPERTIES EXPORT_NAME runtime_print)
set_target_properties(mica_import PROPERTIES EXPORT_NAME import)
mica_install_component(core mica mica_static)
mica_install_component(runtime mica_rt mica_rt_print)
mica_install_component(import mica_import)
if(MICA_LLVM)
  set_target_properties(mica_llvm PROPERTIES EXPORT_NAME llvm)
  mica_install_component(llvm mica_llvm)
  get_property(MICA_LLVM_LIBDIR TARGET mica_llvm PROPERTY MICA_LLVM_LIBDIR)
endif()

set(generated ${PROJECT_BINARY_DIR}/generated/install)
configure_package_config_file(cmake/mica-config.cmake.in ${generated}/mica-config.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${generated}/mica-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${generated}/mica-config.cmake ${generated}/mica-config-version.cmake
  DESTINATION ${package_folder})
set(pc_files mica mica-static mica-runtime)
if(MICA_LLVM)
  list(APPEND pc_files mica-llvm)
endif()
foreach(name ${pc_files})
  configure_file(cmake/${name}.pc.in ${generated}/${name}.pc @ONLY)
  install(FILES ${generated}/${name}.pc DESTINATION lib/pkgconfig)
endforeach()
