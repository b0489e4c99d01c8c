// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Copies between memrefs of any layout. Dimensions are first reduced: those of size 1 vanish,
// and a dimension melts into the one inside it when both sides step through the pair as through
// one (a dense copy becomes one memcpy). What is left is walked by an odometer on the stack;
// each remaining dimension has at least 2 elements, so 63 counters suffice for any memory there
// is.
#include "runtime/mica_rt.h"

#include <string.h>

enum { MAX_DIMS = 64 };

// One dimension of the walk; strides in bytes.
typedef struct copy_dim {
    int64_t size, source_stride, target_stride;
} copy_dim;

// Fills `dims` from the innermost dimension outwards. Returns their number; -1: nothing to
// copy.
static int reduce_dims(int64_t element_size, const mica_rt_unranked_memref *source,
                       const mica_rt_unranked_memref *target, copy_dim *dims)
{
    const int64_t rank = source->rank;
    const int64_t *sizes = mica_rt_memref_sizes(source->descriptor);
    const int64_t *source_strides = mica_rt_memref_strides(source->descriptor, rank);
    const int64_t *target_strides = mica_rt_memref_strides(target->descriptor, rank);
    for (int64_t i = 0; i < rank; ++i) {
        if (sizes[i] <= 0)
            return -1;
    }
    int count = 0;
    for (int64_t i = rank - 1; i >= 0; --i) {
        const copy_dim dim = {sizes[i], source_strides[i] * element_size,
                              target_strides[i] * element_size};
        copy_dim *inner = count > 0 ? &dims[count - 1] : NULL;
        if (dim.size == 1)
            continue;
        if (inner != NULL && dim.source_stride == inner->size * inner->source_stride &&
            dim.target_stride == inner->size * inner->target_stride)
            inner->size *= dim.size;
        else if (count < MAX_DIMS)
            dims[count++] = dim;
    }
    return count;
}

static void copy_row(char *target, const char *source, const copy_dim *dim, size_t element_size)
{
    for (int64_t i = 0; i < dim->size; ++i) {
        memcpy(target, source, element_size);
        target += dim->target_stride;
        source += dim->source_stride;
    }
}

// Walks dims[1..count), copying a row along dims[0] at each place.
static void copy_rows(char *target, const char *source, const copy_dim *dims, int count,
                      size_t element_size)
{
    int64_t counters[MAX_DIMS] = {0};
    int level = 0;
    while (level < count) {
        copy_row(target, source, &dims[0], element_size);
        for (level = 1; level < count; ++level) {
            target += dims[level].target_stride;
            source += dims[level].source_stride;
            if (++counters[level] < dims[level].size)
                break;
            target -= dims[level].size * dims[level].target_stride;
            source -= dims[level].size * dims[level].source_stride;
            counters[level] = 0;
        }
    }
}

void mica_rt_memref_copy(int64_t element_size, const mica_rt_unranked_memref *source,
                         const mica_rt_unranked_memref *target)
{
    copy_dim dims[MAX_DIMS];
    const mica_rt_memref *from = source->descriptor;
    const mica_rt_memref *to = target->descriptor;
    const char *first = (const char *)from->aligned + from->offset * element_size;
    char *first_target = (char *)to->aligned + to->offset * element_size;
    const int count = reduce_dims(element_size, source, target, dims);
    if (count < 0)
        return;
    size_t unit = (size_t)element_size;
    int inner = 0;
    if (count > 0 && dims[0].source_stride == element_size &&
        dims[0].target_stride == element_size) {
        unit = (size_t)(dims[0].size * element_size);
        inner = 1;
    }
    if (inner == count)
        memcpy(first_target, first, unit);
    else
        copy_rows(first_target, first, dims + inner, count - inner, unit);
}
