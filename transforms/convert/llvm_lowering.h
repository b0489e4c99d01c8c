// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the conversions to the llvm dialect share: what types become, memref descriptors in
// memref_descriptor.h, and how an op on n-D vectors is done lane by lane of its outer
// dimensions.
//
//   index           iN, N the index width
//   vector<2x4xf32> !llvm.array<2 x vector<4xf32>>
//   memref<?x4xf32> !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)>
//   memref<*xf32>   !llvm.struct<(i64, ptr)>
//   complex<f32>    !llvm.struct<(f32, f32)>
//   a function type !llvm.ptr
#ifndef MICA_TRANSFORMS_CONVERT_LLVM_LOWERING_H
#define MICA_TRANSFORMS_CONVERT_LLVM_LOWERING_H

#include "ir/rewrite/conversion.h"
#include "transforms/convert/llvm_builder.h"
#include "transforms/pass/pass.h"

/// Converts builtin types to those of LLVM. `index_width` in bits, 0: 64. NULL when out of
/// memory.
mica_type_converter *micai_llvm_type_converter_create(mica_context *context,
                                                      unsigned index_width);
const mica_type *micai_llvm_index_type(mica_type_converter *converter, mica_context *context);

/// One op becomes one op of the llvm dialect.
typedef struct micai_one_to_one {
    const char *from, *to;
    unsigned flags;        ///< micai_one_to_one_flag bits
    const char *immediate; ///< a bool attribute that is false, or NULL
} micai_one_to_one;
enum {
    MICAI_FASTMATH = 1, ///< `fastmath` becomes `fastmathFlags`
    MICAI_OVERFLOW = 2, ///< `overflowFlags` becomes that of LLVM
};
/// Adds a pattern for each row; the rows are borrowed.
bool micai_one_to_one_add(mica_conversion *conversion, const micai_one_to_one *rows,
                          size_t count);

/// Makes the value of one lane: `type` is the converted type of a scalar or 1-D vector result,
/// `operands` are such values. NULL: it can't.
typedef mica_value *(*micai_lane_fn)(mica_builder *builder, mica_op *op, const mica_type *type,
                                     mica_value *const *operands, const void *user);
/// Replaces `op` (one result) by what `lane` makes; where the result is an n-D vector, for each
/// position of its outer dimensions. Operands have the result's shape or are handed on whole.
bool micai_replace_by_lanes(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            micai_lane_fn lane, const void *user);

// Lanes of integer division that rounds down, up, and up for unsigned numbers; `user` unused.
mica_value *micai_llvm_floor_division(mica_builder *builder, mica_op *op, const mica_type *type,
                                      mica_value *const *operands, const void *user);
mica_value *micai_llvm_ceil_division(mica_builder *builder, mica_op *op, const mica_type *type,
                                     mica_value *const *operands, const void *user);
mica_value *micai_llvm_unsigned_ceil_division(mica_builder *builder, mica_op *op,
                                              const mica_type *type,
                                              mica_value *const *operands, const void *user);

/// The #llvm.fastmath of an op's #arith.fastmath attribute `fastmath`; NULL for none.
const mica_attr *micai_llvm_fastmath_of(const mica_op *op);

/// A pass that is one partial conversion to the llvm dialect.
typedef struct micai_llvm_conversion {
    const char *const *illegal_dialects; ///< NULL-terminated; may be NULL
    const char *const *illegal_ops;      ///< NULL-terminated; may be NULL
    bool (*populate)(mica_conversion *conversion, const mica_pass_options *options);
} micai_llvm_conversion;
bool micai_llvm_conversion_run(mica_pass_run *run, const micai_llvm_conversion *conversion);

/// The patterns of one pass, for passes that bring several.
bool micai_arith_to_llvm_add(mica_conversion *conversion);
bool micai_cf_to_llvm_add(mica_conversion *conversion);

/// The option `index-bitwidth` of all these passes.
#define MICAI_INDEX_BITWIDTH_OPTION                                                            \
    {                                                                                          \
        .name = "index-bitwidth", .kind = MICA_OPTION_INT,                                     \
        .summary = "Bits of the index type; 0: those of the machine", .default_text = "0"      \
    }
extern const char *const micai_llvm_dependent_dialects[];

#endif
