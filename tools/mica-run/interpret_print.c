// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Print functions for interpreted programs: scalars here, memrefs through the runtime's, which
// are given a descriptor that points into the interpreter's memory. A memref comes as a value
// (func.call), or, once lowered, as a rank and the address of a descriptor.
#include "tools/mica-run/interpret_print.h"

#include "runtime/print/mica_rt_print.h"

#include <inttypes.h>
#include <stdio.h>

// ---- scalars

static bool has_one(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                    size_t count)
{
    return (count == 1 && !arguments[0].is_poison) ||
           mica_eval_error(frame, op, "prints a value that is poison or not there");
}

static bool print_i64(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                      size_t count, mica_eval_value *results)
{
    (void)results;
    if (!has_one(frame, op, arguments, count))
        return false;
    printf("%" PRId64, (int64_t)arguments[0].as.bits[0]);
    return true;
}

static bool print_u64(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                      size_t count, mica_eval_value *results)
{
    (void)results;
    if (!has_one(frame, op, arguments, count))
        return false;
    printf("%" PRIu64, arguments[0].as.bits[0]);
    return true;
}

static bool print_f32(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                      size_t count, mica_eval_value *results)
{
    (void)results;
    if (!has_one(frame, op, arguments, count))
        return false;
    float value;
    memcpy(&value, arguments[0].as.bits, sizeof value);
    printf("%g", (double)value);
    return true;
}

static bool print_f64(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                      size_t count, mica_eval_value *results)
{
    (void)results;
    if (!has_one(frame, op, arguments, count))
        return false;
    double value;
    memcpy(&value, arguments[0].as.bits, sizeof value);
    printf("%lg", value);
    return true;
}

#define TEXT(function, text)                                                                   \
    static bool function(mica_eval_frame *frame, mica_op *op,                                  \
                         const mica_eval_value *arguments, size_t count,                       \
                         mica_eval_value *results)                                             \
    {                                                                                          \
        (void)frame;                                                                           \
        (void)op;                                                                              \
        (void)arguments;                                                                       \
        (void)count;                                                                           \
        (void)results;                                                                         \
        fputs(text, stdout);                                                                   \
        return true;                                                                           \
    }
TEXT(print_open, "( ")
TEXT(print_close, " )")
TEXT(print_comma, ", ")
TEXT(print_newline, "\n")

// ---- memrefs

enum { MAX_RANK = 16 };

/// A descriptor with room for sizes and strides.
typedef struct descriptor {
    mica_rt_memref head;
    int64_t sizes_and_strides[2 * MAX_RANK];
} descriptor;

static bool from_memref(mica_eval_frame *frame, mica_op *op, const mica_eval_memref *memref,
                        descriptor *made, int64_t *rank)
{
    if (memref->rank > MAX_RANK)
        return mica_eval_unsupported(frame, op, "prints a memref of too high a rank");
    unsigned char *data =
        mica_eval_access(frame, op, memref->allocation, memref->base, 0, false);
    if (!data)
        return false;
    *rank = memref->rank;
    made->head = (mica_rt_memref){memref->allocation->data, data, memref->offset};
    memcpy(made->sizes_and_strides, memref->sizes, memref->rank * sizeof(int64_t));
    memcpy(made->sizes_and_strides + memref->rank, memref->strides,
           memref->rank * sizeof(int64_t));
    return true;
}

static bool from_address(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                         descriptor *made, int64_t *rank)
{
    int64_t offset;
    *rank = (int64_t)arguments[0].as.bits[0];
    if (*rank < 0 || *rank > MAX_RANK)
        return mica_eval_unsupported(frame, op, "prints a memref of too high a rank");
    mica_eval_allocation *place =
        mica_eval_find_allocation(frame, op, arguments[1].as.bits[0], &offset);
    const size_t size = sizeof made->head + 2 * (size_t)*rank * sizeof(int64_t);
    const void *data = place ? mica_eval_access(frame, op, place, offset, size, false) : NULL;
    if (!data)
        return false;
    memcpy(made, data, size);
    uint64_t address;
    memcpy(&address, &made->head.aligned, sizeof address);
    place = mica_eval_find_allocation(frame, op, address, &offset);
    made->head.aligned = place ? mica_eval_access(frame, op, place, offset, 0, false) : NULL;
    return made->head.aligned != NULL;
}

static bool print_memref(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                         size_t count, uint32_t type)
{
    descriptor made = {0};
    int64_t rank = 0;
    const bool done = count == 1
                          ? from_memref(frame, op, arguments[0].as.memref, &made, &rank)
                          : count == 2 && from_address(frame, op, arguments, &made, &rank);
    if (done)
        mica_rt_print_memref(stdout, "Unranked Memref", type, rank, &made.head);
    return done;
}

#define MEMREF(name, type)                                                                     \
    static bool print_memref_##name(mica_eval_frame *frame, mica_op *op,                       \
                                    const mica_eval_value *arguments, size_t count,            \
                                    mica_eval_value *results)                                  \
    {                                                                                          \
        (void)results;                                                                         \
        return print_memref(frame, op, arguments, count, type);                                \
    }
MEMREF(i8, MICA_RT_I8)
MEMREF(i16, MICA_RT_I16)
MEMREF(i32, MICA_RT_I32)
MEMREF(i64, MICA_RT_I64)
MEMREF(f32, MICA_RT_F32)
MEMREF(f64, MICA_RT_F64)

// ---- the table

static const mica_eval_external externals[] = {
    {"printI64", print_i64},
    {"printU64", print_u64},
    {"printF32", print_f32},
    {"printF64", print_f64},
    {"printOpen", print_open},
    {"printClose", print_close},
    {"printComma", print_comma},
    {"printNewline", print_newline},
    {"printMemrefI8", print_memref_i8},
    {"printMemrefI16", print_memref_i16},
    {"printMemrefI32", print_memref_i32},
    {"printMemrefI64", print_memref_i64},
    {"printMemrefF32", print_memref_f32},
    {"printMemrefF64", print_memref_f64},
};

const mica_eval_external *interpret_print_externals(size_t *count)
{
    *count = sizeof externals / sizeof *externals;
    return externals;
}
