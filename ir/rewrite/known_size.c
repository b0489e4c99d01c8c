// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sizes known at compile time.
#include "ir/rewrite/known_size.h"

#include "ir/rewrite/fold.h"

int64_t mica_mixed_known(mica_mixed mixed)
{
    int64_t number = mixed.constant;
    if (mixed.value && !mica_value_constant_int(mixed.value, &number))
        return MICA_DYNAMIC;
    return number;
}

mica_mixed mica_mixed_fold(mica_mixed mixed)
{
    int64_t number;
    if (mixed.value && mica_value_constant_int(mixed.value, &number))
        return mica_mixed_constant(number);
    return mixed;
}
