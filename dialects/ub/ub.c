// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the ub dialect. Poison is a constant, so that equal ones become one and folders of
// other dialects see it as the attribute #ub.poison.
#include "dialects/ub/ub_ops.h"

mica_op *micai_ub_materialize_constant(mica_builder *builder, const mica_attr *value,
                                       const mica_type *type)
{
    if (mica_attr_definition(value) != &mica_ub_poison_attr)
        return NULL;
    return mica_ub_poison_build(builder, type, value);
}

mica_fold_status micai_ub_poison_fold(mica_op *op, const mica_attr *const *operands,
                                      mica_fold_result *results)
{
    (void)operands;
    results[0].attr = mica_ub_poison_value(op);
    return results[0].attr ? MICA_FOLD_REPLACED : MICA_FOLD_NONE;
}
