// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as a .npy file: read or refused with a sentence. What is read is consistent and
// holds no more than the file did.
#include "tools/support/npy.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    mica_tool_error error = {""};
    mica_array array;
    if (!mica_npy_parse(bytes, size, &array, &error)) {
        if (error.text[0] == '\0' || array.data != NULL)
            abort();
        return 0;
    }
    static volatile double sink;
    if (array.size > size || array.count * mica_rt_type_size(array.type) != array.size)
        abort();
    for (uint64_t i = 0; i < array.count; ++i)
        sink = mica_array_value(&array, i);
    (void)sink;
    mica_array_destroy(&array);
    return 0;
}
