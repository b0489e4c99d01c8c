// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a module needs of a consumer: the smallest version, and the capabilities and extensions
// without which one of its instructions, enumerants or types is not allowed.
#ifndef MICA_DIALECTS_SPIRV_REQUIREMENTS_H
#define MICA_DIALECTS_SPIRV_REQUIREMENTS_H

#include "ir/core/operation.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A #spirv.vce for a spirv.module. `given` (may be NULL), another such attribute, is part of
/// the result whether it is needed or not. `allowed` (may be NULL) limits the choice where
/// there is one; a need outside of it is reported at its op and gives NULL. NULL too when
/// memory is out.
MICA_API const mica_attr *mica_spirv_module_requirements(mica_op *module,
                                                         const mica_attr *given,
                                                         const mica_attr *allowed);

#ifdef __cplusplus
}
#endif

#endif
