// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locations: one 64-bit word. The common file:line:col is packed; every other kind is an
// interned location attribute (MICA_ATTR_LOCATION_*), so that any location can be an attribute.
#ifndef MICA_IR_CORE_LOCATION_H
#define MICA_IR_CORE_LOCATION_H

#include "ir/core/types_forward.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline mica_location mica_location_unknown(void)
{
    mica_location location = {0};
    return location;
}

/// file:line:col; line and column start at 1 (0: not known). Packed where it fits (65,535
/// files, 2^26 lines, 2^20 columns), interned otherwise.
MICA_API mica_location mica_location_file(mica_context *context, mica_string file,
                                          uint32_t line, uint32_t column);
/// `child` may be unknown.
MICA_API mica_location mica_location_name(mica_context *context, mica_string name,
                                          mica_location child);
MICA_API mica_location mica_location_call_site(mica_context *context, mica_location callee,
                                               mica_location caller);
/// Fuses as MLIR does: duplicates are dropped and a single location without metadata stands for
/// itself. `metadata` may be NULL.
MICA_API mica_location mica_location_fused(mica_context *context,
                                           const mica_location *locations, size_t count,
                                           const mica_attr *metadata);

/// The location as an attribute (never NULL but out of memory), and back. `attr` must be one of
/// the MICA_ATTR_LOCATION_* kinds.
MICA_API const mica_attr *mica_location_to_attr(mica_context *context, mica_location location);
MICA_API mica_location mica_location_from_attr(const mica_attr *attr);

/// Parts of a location attribute. Children: of a name its child, of a call site callee and
/// caller, of a fused location its parts. The name: of a name location, or the file's.
MICA_API size_t mica_location_attr_child_count(const mica_attr *attr);
MICA_API const mica_attr *mica_location_attr_child(const mica_attr *attr, size_t index);
MICA_API mica_string mica_location_attr_name(const mica_attr *attr);
/// Of a fused location, or NULL.
MICA_API const mica_attr *mica_location_attr_metadata(const mica_attr *attr);

static inline bool mica_location_equal(mica_location a, mica_location b)
{
    return a.bits == b.bits;
}

/// The file, line and column that stand for a location: the location itself, a name's child, a
/// call site's callee, the first of a fused one. False when there is none.
MICA_API bool mica_location_resolve(mica_context *context, mica_location location,
                                    mica_string *file, uint32_t *line, uint32_t *column);

/// The name that stands for a location: its own, a name's of its first child, and so on down.
/// Empty when there is none. Of an imported model it is the node's.
MICA_API mica_string mica_location_first_name(mica_context *context, mica_location location);

#ifdef __cplusplus
}
#endif

#endif
