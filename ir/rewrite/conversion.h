// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dialect conversion: what is legal (the target), how illegal ops are rewritten (conversion
// patterns), and what types become (the converter). The driver (transforms/drivers/
// conversion_driver.c) walks forward once. A pattern gets the operands already in converted
// types; what it makes replaces the op at once. Where an op that stays still uses the old type,
// a builtin.unrealized_conversion_cast stands between; pairs of casts cancel at the end. There
// is no rollback: after a failure the IR is valid but half converted.
//
//   static bool convert_addi(mica_rewriter *rewriter, mica_op *op,
//                            const mica_adapted *adapted, void *user)
//   {
//       mica_op *add = mica_llvm_add_build(mica_rewriter_builder(rewriter),
//                                          adapted->values[0], adapted->values[1]);
//       return mica_rewriter_replace_op_with(rewriter, op, add);
//   }
//
//   mica_conversion *conversion = mica_conversion_create(context, converter);
//   mica_conversion_legal_dialect(conversion, "llvm");
//   mica_conversion_illegal_dialect(conversion, "arith");
//   mica_conversion_add(conversion, patterns, count);
//   bool ok = mica_conversion_run_partial(conversion, module);
//   mica_conversion_destroy(conversion);
#ifndef MICA_IR_REWRITE_CONVERSION_H
#define MICA_IR_REWRITE_CONVERSION_H

#include "ir/rewrite/rewriter.h"
#include "ir/rewrite/type_converter.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mica_conversion mica_conversion;

/// Operands of an op in converted types; patterns are not asked about an op with an operand
/// whose type has no counterpart. Operand i has values [offsets[i], offsets[i + 1]); where
/// every type becomes one type that is just values[i]. Valid during the pattern.
typedef struct mica_adapted {
    mica_value *const *values;
    size_t count;            ///< of values
    const uint32_t *offsets; ///< operand count + 1 entries
    mica_type_converter *converter;
    mica_conversion *conversion;
} mica_adapted;

/// Rewrites `op`; as mica_pattern_fn. Results may be replaced by values of other types.
typedef bool (*mica_conversion_fn)(mica_rewriter *rewriter, mica_op *op,
                                   const mica_adapted *adapted, void *user);

typedef struct mica_conversion_pattern {
    const char *name; ///< for diagnostics and logs; not NULL
    const char *root; ///< "dialect.op", or NULL: every op
    uint32_t benefit; ///< higher is tried first; 0 means 1
    mica_conversion_fn rewrite;
    void *user;
} mica_conversion_pattern;

/// `converter` is borrowed; NULL: types stay as they are.
MICA_API mica_conversion *mica_conversion_create(mica_context *context,
                                                 mica_type_converter *converter);
MICA_API void mica_conversion_destroy(mica_conversion *conversion);
MICA_API mica_type_converter *mica_conversion_converter(const mica_conversion *conversion);

// ---- target
// ----------------------------------------------------------------------------------

/// True: legal. Called for each op of the name before and after it could be converted.
typedef bool (*mica_legal_fn)(void *user, mica_op *op);

/// What is said of an op's name goes before what is said of its dialect; the last word counts.
/// Names are copied.
MICA_API void mica_conversion_legal_dialect(mica_conversion *conversion, const char *dialect);
MICA_API void mica_conversion_illegal_dialect(mica_conversion *conversion, const char *dialect);
MICA_API void mica_conversion_dynamic_dialect(mica_conversion *conversion, const char *dialect,
                                              mica_legal_fn is_legal, void *user);
MICA_API void mica_conversion_legal_op(mica_conversion *conversion, const char *op);
MICA_API void mica_conversion_illegal_op(mica_conversion *conversion, const char *op);
MICA_API void mica_conversion_dynamic_op(mica_conversion *conversion, const char *op,
                                         mica_legal_fn is_legal, void *user);
/// Ops that nothing was said of.
MICA_API void mica_conversion_dynamic_unknown(mica_conversion *conversion,
                                              mica_legal_fn is_legal, void *user);
/// A legal op of this name makes all that is nested in it legal.
MICA_API void mica_conversion_recursively_legal_op(mica_conversion *conversion, const char *op);

// ---- patterns
// --------------------------------------------------------------------------------

/// The structs are copied, strings and `user` borrowed. False only when out of memory.
MICA_API bool mica_conversion_add(mica_conversion *conversion,
                                  const mica_conversion_pattern *patterns, size_t count);
/// func.func (signature and body), func.call, func.return and the branches of cf: patterns that
/// convert types only, and their legality: all types convert to themselves.
MICA_API bool mica_conversion_add_function_types(mica_conversion *conversion);

// ---- running (transforms/drivers)
// --------------------------------------------------------------

/// Converts everything nested in `root` (not `root` itself): no op that is illegal may remain;
/// unknown ones stay. False after the diagnostic "failed to legalize operation 'x' that was
/// explicitly marked illegal" at the op, with notes that say which patterns were tried and why
/// they did not apply.
MICA_API bool mica_conversion_run_partial(mica_conversion *conversion, mica_op *root);
/// The same, and every op must be legal at the end: "failed to legalize operation 'x'".
MICA_API bool mica_conversion_run_full(mica_conversion *conversion, mica_op *root);

// ---- for patterns
// ----------------------------------------------------------------------------

/// Replaces results of `op` by runs of values (1:N): result i by values [offsets[i],
/// offsets[i + 1]). Returns true.
MICA_API bool mica_conversion_replace_op(mica_rewriter *rewriter, mica_op *op,
                                         mica_value *const *values, const uint32_t *offsets);
/// Converts the arguments of every block of `region` (its ops see the old types through
/// casts). `entry_types` NULL: the entry block like the others; otherwise the entry block gets
/// these types, argument i the run [entry_offsets[i], entry_offsets[i + 1]). False when a type
/// has no conversion; then nothing was changed.
MICA_API bool mica_conversion_convert_region(const mica_adapted *adapted,
                                             mica_rewriter *rewriter, mica_region *region,
                                             const mica_type *const *entry_types,
                                             const uint32_t *entry_offsets);
/// The converted values that stand for `value` (a cast if need be): as for operands.
/// For 1:1 types; NULL when the type has no conversion.
MICA_API mica_value *mica_conversion_adapt(const mica_adapted *adapted, mica_rewriter *rewriter,
                                           mica_value *value);

#ifdef __cplusplus
}
#endif

#endif
