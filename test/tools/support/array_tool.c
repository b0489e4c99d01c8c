// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What against_numpy.py runs: `copy IN OUT...` reads .npy files and writes them again; `compare
// A B RTOL ATOL NAN` prints how many elements differ and the largest error. Errors go to
// stderr.
#include "tools/support/array_compare.h"
#include "tools/support/npy.h"

#include <stdlib.h>
#include <string.h>

static int complain(const mica_tool_error *error)
{
    fprintf(stderr, "%s\n", error->text);
    return 1;
}

static int copy(const char *from, const char *to)
{
    mica_tool_error error;
    mica_array array;
    if (!mica_npy_read(from, &array, &error))
        return complain(&error);
    const bool is_written = mica_npy_write(to, &array, &error);
    mica_array_destroy(&array);
    return is_written ? 0 : complain(&error);
}

static int compare(char **arguments)
{
    mica_tool_error error;
    mica_array a = {0}, b = {0};
    mica_comparison result;
    const double rtol = strtod(arguments[2], NULL), atol = strtod(arguments[3], NULL);
    const bool is_compared =
        mica_npy_read(arguments[0], &a, &error) && mica_npy_read(arguments[1], &b, &error) &&
        mica_array_compare(&a, &b, rtol, atol, *arguments[4] == '1', &result, &error);
    mica_array_destroy(&a);
    mica_array_destroy(&b);
    if (!is_compared)
        return complain(&error);
    printf("%llu %llu %.17g %llu\n", (unsigned long long)result.count,
           (unsigned long long)result.mismatches, result.largest_error,
           (unsigned long long)result.largest_index);
    return 0;
}

int main(int count, char **arguments)
{
    if (count > 2 && count % 2 == 0 && strcmp(arguments[1], "copy") == 0) {
        int status = 0;
        for (int i = 2; i < count && status == 0; i += 2)
            status = copy(arguments[i], arguments[i + 1]);
        return status;
    }
    if (count == 7 && strcmp(arguments[1], "compare") == 0)
        return compare(arguments + 2);
    return 2;
}
