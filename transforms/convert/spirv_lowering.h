// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the conversions to spirv share: the type converter, small builders, and the pattern
// tables of each dialect, which convert-gpu-to-spirv uses all together.
//
// Types: index is i32; scalars stay where the target has them. Without Int8 or Int16 (Float16)
// narrow integers (f16) become 32 bits wide: the upper bits of such an integer are anything,
// ops that read them extend it first. 64 bits without Int64 or Float64, and memory of narrow
// elements that the target lacks, have no counterpart: no bits are lost in silence. A memref is
// a pointer to a structure of one array, in the storage class that is its memory space:
//
//   memref<4x8xf32, #spirv.storage_class<StorageBuffer>>
//   -> !spirv.ptr<!spirv.struct<(!spirv.array<32 x f32, stride=4> [0])>, StorageBuffer>
#ifndef MICA_TRANSFORMS_CONVERT_SPIRV_LOWERING_H
#define MICA_TRANSFORMS_CONVERT_SPIRV_LOWERING_H

#include "dialects/spirv/spirv.h"
#include "ir/rewrite/conversion.h"
#include "transforms/pass/pass.h"

typedef struct micai_spirv_lowering {
    mica_context *context;
    mica_type_converter *converter;
    const mica_attr *vce; ///< what the target has; NULL: everything
} micai_spirv_lowering;

/// False when out of memory. `target` is a #spirv.target_env or NULL.
bool micai_spirv_lowering_begin(micai_spirv_lowering *lowering, mica_context *context,
                                const mica_attr *target);
void micai_spirv_lowering_end(micai_spirv_lowering *lowering);

/// What the type becomes; NULL with a note at `op` when it has no counterpart.
const mica_type *micai_spirv_converted(mica_rewriter *rewriter, mica_op *op,
                                       const mica_adapted *adapted, const mica_type *type);

/// The storage class that a memref's memory space stands for (NULL: StorageBuffer, numbers and
/// #gpu.address_space as upstream maps them for Vulkan); -1: none.
int64_t micai_spirv_storage_class_of(const mica_attr *space);

// ---- builders

/// Which bits above its own width an op reads of a narrow integer.
typedef enum micai_spirv_reads {
    MICAI_SPIRV_READS_OWN_BITS, ///< none
    MICAI_SPIRV_READS_SIGNED,   ///< copies of the sign
    MICAI_SPIRV_READS_UNSIGNED, ///< zeros
    MICAI_SPIRV_READS_SHIFTED,  ///< zeros in the second operand, the amount of a shift
} micai_spirv_reads;

mica_value *micai_spirv_build(mica_builder *builder, const char *name, const mica_type *result,
                              mica_value *const *operands, size_t count);
/// spirv.Constant; a splat where the type is a vector.
mica_value *micai_spirv_int(mica_builder *builder, const mica_type *type, int64_t value);
mica_value *micai_spirv_float(mica_builder *builder, const mica_type *type, double value);
mica_value *micai_spirv_i32(mica_builder *builder, int64_t value);
/// The value with the upper bits that `reads` names, where its type `before` the conversion was
/// narrower; else the value itself.
mica_value *micai_spirv_extended(mica_builder *builder, mica_value *value,
                                 const mica_type *before, micai_spirv_reads reads);
/// Pointer to the element at `index` (i32) of a converted memref.
mica_value *micai_spirv_element_pointer(mica_builder *builder, mica_value *memref,
                                        mica_value *index);
mica_value *micai_spirv_load(mica_builder *builder, mica_value *pointer);
void micai_spirv_store(mica_builder *builder, mica_value *pointer, mica_value *value);
/// A spirv.Variable of storage class Function.
mica_value *micai_spirv_variable(mica_builder *builder, const mica_type *type);
/// A branch with operands; spirv.BranchConditional without.
void micai_spirv_branch(mica_builder *builder, mica_block *to, mica_value *const *operands,
                        size_t count);
void micai_spirv_conditional(mica_builder *builder, mica_value *condition, mica_block *if_true,
                             mica_block *if_false);

// ---- patterns

/// One op of spirv stands for one op: "arith.addi" -> "spirv.IAdd".
typedef struct micai_spirv_row {
    const char *from, *to;
    micai_spirv_reads reads;
} micai_spirv_row;
/// Replaces an op by the op of the row with the same operands.
bool micai_spirv_replace_by_row(mica_rewriter *rewriter, mica_op *op,
                                const mica_adapted *adapted, void *row);

/// Adds such a pattern for each row; the rows are borrowed.
bool micai_spirv_add_rows(mica_conversion *conversion, const micai_spirv_row *rows,
                          size_t count);

/// One op becomes what `build` makes of its two integers.
typedef struct micai_spirv_division {
    const char *from;
    mica_value *(*build)(mica_builder *builder, mica_value *const *operands);
    micai_spirv_reads reads;
} micai_spirv_division;
/// Replaces an op as the micai_spirv_division says.
bool micai_spirv_replace_by_division(mica_rewriter *rewriter, mica_op *op,
                                     const mica_adapted *adapted, void *row);
mica_value *micai_spirv_signed_remainder(mica_builder *builder, mica_value *const *operands);
mica_value *micai_spirv_floor_division(mica_builder *builder, mica_value *const *operands);
mica_value *micai_spirv_ceil_division(mica_builder *builder, mica_value *const *operands);
mica_value *micai_spirv_unsigned_ceil_division(mica_builder *builder,
                                               mica_value *const *operands);

/// The comparison of integers for a predicate of arith.cmpi.
const char *micai_spirv_integer_comparison(int64_t predicate);

bool micai_spirv_add_arith(mica_conversion *conversion);
bool micai_spirv_add_math(mica_conversion *conversion);
bool micai_spirv_add_index(mica_conversion *conversion);
bool micai_spirv_add_memref(mica_conversion *conversion);
bool micai_spirv_add_scf(mica_conversion *conversion);

/// Runs patterns on the run's op: what the convert-x-to-spirv passes do. An op that is left of
/// `illegal_dialect` is an error; NULL: ops may stay.
bool micai_spirv_run(mica_pass_run *run, const char *illegal_dialect,
                     bool (*add)(mica_conversion *conversion));

#endif
