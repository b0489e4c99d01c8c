// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which buffers may share memory, and which loads and stores are of the same element: for
// passes over memrefs.
#ifndef MICA_TRANSFORMS_BUFFER_BUFFER_ALIAS_H
#define MICA_TRANSFORMS_BUFFER_BUFFER_ALIAS_H

#include "ir/core/operation.h"

/// What a buffer is a view of; NULL when it is none.
mica_value *micai_buffer_source(mica_value *memref);
/// The buffer that views lead to: an allocation, a global, an argument, or a value of which no
/// more is known.
mica_value *micai_buffer_root(mica_value *memref);
/// May the two have an element in common? Different allocations, and constant globals and
/// anything else, have none; arguments may be anything that the caller can reach.
bool micai_buffers_may_alias(mica_value *a, mica_value *b);

/// A memref.load or memref.store.
typedef struct micai_element_access {
    mica_op *op;
    mica_value *memref;
    size_t first_index; ///< operand
    size_t rank;
    bool is_store;
} micai_element_access;

/// False when the op is neither.
bool micai_element_access_get(mica_op *op, micai_element_access *access);
mica_value *micai_element_index(const micai_element_access *access, size_t dimension);
/// The same value, or equal constants?
bool micai_same_index(const mica_value *a, const mica_value *b);
/// Surely the same element of the same memref?
bool micai_same_element(const micai_element_access *a, const micai_element_access *b);

typedef enum micai_access_kind {
    MICAI_ACCESS_NONE,    ///< the op itself does nothing to memory (ops nested in it may)
    MICAI_ACCESS_ELEMENT, ///< a load or store
    MICAI_ACCESS_UNKNOWN, ///< anything
} micai_access_kind;
/// What the op itself does; fills in `access` for an element's.
micai_access_kind micai_access_of(mica_op *op, micai_element_access *access);

#endif
