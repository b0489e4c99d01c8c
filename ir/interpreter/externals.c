// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions without body that every program may call: memory of the C library, and its
// mathematics. Sorted by name; the caller of the interpreter adds its own.
#include <math.h>
#include <stdlib.h>

#include "ir/core/float_format.h"
#include "ir/interpreter/interpreter_internal.h"

// ---- mathematics
// -----------------------------------------------------------------------------

static double as_double(const mica_eval_value *value)
{
    double number;
    memcpy(&number, value->as.bits, sizeof number);
    return number;
}

static float as_float(const mica_eval_value *value)
{
    float number;
    memcpy(&number, value->as.bits, sizeof number);
    return number;
}

static mica_eval_value from_double(double number)
{
    mica_eval_value value = mica_eval_from_bits(0);
    memcpy(value.as.bits, &number, sizeof number);
    return value;
}

static mica_eval_value from_float(float number)
{
    mica_eval_value value = mica_eval_from_bits(0);
    memcpy(value.as.bits, &number, sizeof number);
    return value;
}

#define ONE_ARGUMENT(name)                                                                     \
    static bool call_##name(mica_eval_frame *frame, mica_op *op,                               \
                            const mica_eval_value *arguments, size_t count,                    \
                            mica_eval_value *results)                                          \
    {                                                                                          \
        if (count != 1)                                                                        \
            return mica_eval_error(frame, op, "passes %zu values to " #name, count);           \
        results[0] = from_double(name(as_double(&arguments[0])));                              \
        results[0].is_poison = arguments[0].is_poison;                                         \
        return true;                                                                           \
    }                                                                                          \
    static bool call_##name##f(mica_eval_frame *frame, mica_op *op,                            \
                               const mica_eval_value *arguments, size_t count,                 \
                               mica_eval_value *results)                                       \
    {                                                                                          \
        if (count != 1)                                                                        \
            return mica_eval_error(frame, op, "passes %zu values to " #name "f", count);       \
        results[0] = from_float(name##f(as_float(&arguments[0])));                             \
        results[0].is_poison = arguments[0].is_poison;                                         \
        return true;                                                                           \
    }
#define TWO_ARGUMENTS(name)                                                                    \
    static bool call_##name(mica_eval_frame *frame, mica_op *op,                               \
                            const mica_eval_value *arguments, size_t count,                    \
                            mica_eval_value *results)                                          \
    {                                                                                          \
        if (count != 2)                                                                        \
            return mica_eval_error(frame, op, "passes %zu values to " #name, count);           \
        results[0] = from_double(name(as_double(&arguments[0]), as_double(&arguments[1])));    \
        results[0].is_poison = arguments[0].is_poison || arguments[1].is_poison;               \
        return true;                                                                           \
    }                                                                                          \
    static bool call_##name##f(mica_eval_frame *frame, mica_op *op,                            \
                               const mica_eval_value *arguments, size_t count,                 \
                               mica_eval_value *results)                                       \
    {                                                                                          \
        if (count != 2)                                                                        \
            return mica_eval_error(frame, op, "passes %zu values to " #name "f", count);       \
        results[0] = from_float(name##f(as_float(&arguments[0]), as_float(&arguments[1])));    \
        results[0].is_poison = arguments[0].is_poison || arguments[1].is_poison;               \
        return true;                                                                           \
    }
// In order of names: the table below is searched by halves.
#define ONE_ARGUMENT_FUNCTIONS(X)                                                              \
    X(acos)                                                                                    \
    X(acosh)                                                                                   \
    X(asin)                                                                                    \
    X(asinh)                                                                                   \
    X(atan)                                                                                    \
    X(atanh)                                                                                   \
    X(cbrt) X(ceil) X(cos) X(cosh) X(erf) X(exp) X(exp2) X(expm1) X(fabs) X(floor) X(log)      \
        X(log10) X(log1p) X(log2) X(round) X(sin) X(sinh) X(sqrt) X(tan) X(tanh) X(trunc)
#define TWO_ARGUMENT_FUNCTIONS(X) X(atan2) X(copysign) X(fmax) X(fmin) X(fmod) X(pow)
ONE_ARGUMENT_FUNCTIONS(ONE_ARGUMENT)
TWO_ARGUMENT_FUNCTIONS(TWO_ARGUMENTS)

/// roundeven is not in every C library.
static double half_to_even(double value)
{
    const bool is_tie = fabs(value - trunc(value)) == 0.5;
    return is_tie ? copysign(2.0 * round(value / 2.0), value) : round(value);
}

static bool call_roundeven(mica_eval_frame *frame, mica_op *op,
                           const mica_eval_value *arguments, size_t count,
                           mica_eval_value *results)
{
    if (count != 1)
        return mica_eval_error(frame, op, "passes %zu values to roundeven", count);
    results[0] = from_double(half_to_even(as_double(&arguments[0])));
    results[0].is_poison = arguments[0].is_poison;
    return true;
}

static bool call_roundevenf(mica_eval_frame *frame, mica_op *op,
                            const mica_eval_value *arguments, size_t count,
                            mica_eval_value *results)
{
    if (count != 1)
        return mica_eval_error(frame, op, "passes %zu values to roundevenf", count);
    results[0] = from_float((float)half_to_even((double)as_float(&arguments[0])));
    results[0].is_poison = arguments[0].is_poison;
    return true;
}

// ---- memory
// ----------------------------------------------------------------------------------

static bool is_defined(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                       size_t count, size_t expected)
{
    for (size_t i = 0; i < count; i++)
        if (arguments[i].is_poison)
            return mica_eval_error(frame, op, "passes a poison value as argument %zu", i);
    return count == expected ||
           mica_eval_error(frame, op, "passes %zu values, not %zu", count, expected);
}

static bool allocate(mica_eval_frame *frame, mica_op *op, uint64_t size,
                     mica_eval_value *results)
{
    const mica_eval_allocation *made = mica_eval_allocate(frame, op, size, false);
    if (made)
        results[0] = mica_eval_from_bits(mica_eval_address(made, 0));
    return made != NULL;
}

static bool call_malloc(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                        size_t count, mica_eval_value *results)
{
    return is_defined(frame, op, arguments, count, 1) &&
           allocate(frame, op, arguments[0].as.bits[0], results);
}

static bool call_aligned_alloc(mica_eval_frame *frame, mica_op *op,
                               const mica_eval_value *arguments, size_t count,
                               mica_eval_value *results)
{
    return is_defined(frame, op, arguments, count, 2) &&
           allocate(frame, op, arguments[1].as.bits[0], results);
}

static bool call_free(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                      size_t count, mica_eval_value *results)
{
    (void)results;
    if (!is_defined(frame, op, arguments, count, 1) || arguments[0].as.bits[0] == 0)
        return arguments[0].as.bits[0] == 0 && count == 1;
    int64_t offset;
    mica_eval_allocation *allocation =
        mica_eval_find_allocation(frame, op, arguments[0].as.bits[0], &offset);
    if (!allocation)
        return false;
    if (offset != 0 || allocation->is_stack)
        return mica_eval_error(frame, op, "frees a pointer that no allocation gave");
    return mica_eval_free(frame, op, allocation);
}

static bool call_memcpy(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                        size_t count, mica_eval_value *results)
{
    if (!is_defined(frame, op, arguments, count, 3))
        return false;
    results[0] = arguments[0];
    const size_t size = (size_t)arguments[2].as.bits[0];
    if (size == 0)
        return true;
    int64_t to_offset, from_offset;
    mica_eval_allocation *to =
        mica_eval_find_allocation(frame, op, arguments[0].as.bits[0], &to_offset);
    mica_eval_allocation *from =
        to ? mica_eval_find_allocation(frame, op, arguments[1].as.bits[0], &from_offset) : NULL;
    unsigned char *target =
        from ? mica_eval_access(frame, op, to, to_offset, size, true) : NULL;
    const unsigned char *source =
        target ? mica_eval_access(frame, op, from, from_offset, size, false) : NULL;
    if (!source)
        return false;
    memmove(target, source, size);
    memmove(to->shadow + to_offset, from->shadow + from_offset, size);
    return true;
}

/// What a descriptor in memory describes, as the lowering of memrefs lays it out: rank and
/// address of {allocated, aligned, offset, sizes, strides}.
static bool read_descriptor(mica_eval_frame *frame, mica_op *op, uint64_t address,
                            size_t element_size, bool writes, mica_eval_view *view)
{
    uint64_t head[2], words[3 + 2 * MICA_EVAL_MAX_RANK];
    int64_t offset;
    mica_eval_allocation *place = mica_eval_find_allocation(frame, op, address, &offset);
    const void *data =
        place ? mica_eval_access(frame, op, place, offset, sizeof head, false) : NULL;
    if (!data)
        return false;
    memcpy(head, data, sizeof head);
    if (head[0] > MICA_EVAL_MAX_RANK)
        return mica_eval_unsupported(frame, op, "copies a memref of too high a rank");
    const size_t rank = (size_t)head[0], size = (3 + 2 * rank) * sizeof *words;
    place = mica_eval_find_allocation(frame, op, head[1], &offset);
    data = place ? mica_eval_access(frame, op, place, offset, size, false) : NULL;
    if (!data)
        return false;
    memcpy(words, data, size);
    mica_eval_memref *memref = mica_eval_memref_create(frame, rank);
    if (!memref)
        return false;
    memref->allocation = mica_eval_find_allocation(frame, op, words[1], &memref->base);
    memref->offset = (int64_t)words[2];
    memref->element_size = element_size;
    memcpy(memref->sizes, words + 3, rank * sizeof *words);
    memcpy(memref->strides, words + 3 + rank, rank * sizeof *words);
    const bool done =
        memref->allocation && mica_eval_view_of_memref(frame, op, memref, writes, view);
    mica_eval_release(frame, &memref->object);
    return done;
}

static bool call_memref_copy(mica_eval_frame *frame, mica_op *op,
                             const mica_eval_value *arguments, size_t count,
                             mica_eval_value *results)
{
    mica_eval_view from, to;
    (void)results;
    if (!is_defined(frame, op, arguments, count, 3))
        return false;
    const size_t size = (size_t)arguments[0].as.bits[0];
    return read_descriptor(frame, op, arguments[1].as.bits[0], size, false, &from) &&
           read_descriptor(frame, op, arguments[2].as.bits[0], size, true, &to) &&
           mica_eval_view_copy(frame, op, &to, &from);
}

static bool call_abort(mica_eval_frame *frame, mica_op *op, const mica_eval_value *arguments,
                       size_t count, mica_eval_value *results)
{
    (void)arguments;
    (void)count;
    (void)results;
    return mica_eval_error(frame, op, "aborts the program");
}

// ---- the table
// -------------------------------------------------------------------------------

#define ENTRY(name) {#name, call_##name}, {#name "f", call_##name##f},
static const mica_eval_external externals[] = {
    ONE_ARGUMENT_FUNCTIONS(ENTRY) TWO_ARGUMENT_FUNCTIONS(ENTRY)
        ENTRY(roundeven){"abort", call_abort},
    {"aligned_alloc", call_aligned_alloc},
    {"free", call_free},
    {"malloc", call_malloc},
    {"memcpy", call_memcpy},
    {"memmove", call_memcpy},
    {"memrefCopy", call_memref_copy},
};

const mica_eval_external *micai_eval_find_external(const mica_interpreter *interpreter,
                                                   mica_string name)
{
    for (size_t i = 0; i < interpreter->options.external_count; i++)
        if (mica_string_is(name, interpreter->options.externals[i].name))
            return &interpreter->options.externals[i];
    for (size_t i = 0; i < sizeof externals / sizeof *externals; i++)
        if (mica_string_is(name, externals[i].name))
            return &externals[i];
    return NULL;
}
