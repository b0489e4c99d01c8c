// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-memref-to-spirv: loads and stores go through a pointer to the element, whose
// number follows from the indices and the memref's strides. A kernel gets the address of a
// memref's first element, so offsets count as nothing.
//
//   memref.load %m[%i, %j] : memref<4x8xf32, ...>
//   -> %n = IAdd(IMul(%i, 8), %j);  %p = spirv.AccessChain %m[%zero, %n];  spirv.Load %p
#include <stdio.h>

#include "ir/core/symbol_table.h"
#include "transforms/convert/spirv_lowering.h"

enum { MOST_RANK = 32 };

// NULL with a reason when a stride is not known.
static mica_value *linear_index(mica_rewriter *rewriter, mica_op *op, const mica_type *type,
                                mica_value *const *indices)
{
    int64_t strides[MOST_RANK], offset;
    const size_t rank = mica_type_rank(type);
    if (rank > MOST_RANK || !mica_memref_type_strides(type, strides, &offset)) {
        mica_rewriter_fail(rewriter, op, "the memref has no strides");
        return NULL;
    }
    for (size_t i = 0; i < rank; ++i)
        if (strides[i] == MICA_DYNAMIC) {
            mica_rewriter_fail(rewriter, op, "a stride is not known at compile time");
            return NULL;
        }
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *sum = NULL;
    for (size_t i = 0; i < rank; ++i) {
        const mica_type *i32 = mica_value_type(indices[i]);
        mica_value *term = indices[i];
        if (strides[i] != 1) {
            mica_value *const factors[] = {term, micai_spirv_i32(builder, strides[i])};
            term = micai_spirv_build(builder, "spirv.IMul", i32, factors, 2);
        }
        mica_value *const terms[] = {sum, term};
        sum = sum ? micai_spirv_build(builder, "spirv.IAdd", i32, terms, 2) : term;
    }
    return sum ? sum : micai_spirv_i32(builder, 0);
}

// The pointer to the element of a load (memref is operand 0) or store (operand 1).
static mica_value *element_of(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                              size_t memref)
{
    const mica_type *type = mica_value_type(mica_op_operand(op, memref));
    if (!mica_spirv_type_is_pointer(mica_value_type(adapted->values[memref]))) {
        mica_rewriter_fail(rewriter, op, "the memref has no SPIR-V counterpart");
        return NULL;
    }
    mica_value *index = linear_index(rewriter, op, type, adapted->values + memref + 1);
    return index ? micai_spirv_element_pointer(mica_rewriter_builder(rewriter),
                                               adapted->values[memref], index)
                 : NULL;
}

static bool is_boolean(const mica_type *type)
{
    return mica_type_is_signless(type, 1);
}

static bool convert_load(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    mica_value *pointer = element_of(rewriter, op, adapted, 0);
    if (!pointer)
        return false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *value = micai_spirv_load(builder, pointer);
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (is_boolean(type)) { // held as a byte
        mica_value *const operands[] = {value,
                                        micai_spirv_int(builder, mica_value_type(value), 0)};
        value = micai_spirv_build(builder, "spirv.INotEqual", type, operands, 2);
    }
    return mica_rewriter_replace_op(rewriter, op, &value, 1);
}

static bool convert_store(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    (void)user;
    mica_value *pointer = element_of(rewriter, op, adapted, 1);
    if (!pointer)
        return false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_value *value = adapted->values[0];
    if (is_boolean(mica_value_type(value))) {
        const mica_type *byte = mica_spirv_pointer_pointee(mica_value_type(pointer));
        mica_value *const operands[] = {value, micai_spirv_int(builder, byte, 1),
                                        micai_spirv_int(builder, byte, 0)};
        value = micai_spirv_build(builder, "spirv.Select", byte, operands, 3);
    }
    micai_spirv_store(builder, pointer, value);
    return mica_rewriter_erase_op(rewriter, op);
}

// Memory of a workgroup is a global variable, which lives as long as the workgroup.
static bool convert_alloc(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                          void *user)
{
    (void)user;
    const mica_type *type =
        micai_spirv_converted(rewriter, op, adapted, mica_value_type(mica_op_result(op, 0)));
    if (!type)
        return false;
    if (mica_spirv_pointer_storage_class(type) != MICAI_SPIRV_STORAGE_CLASS_WORKGROUP)
        return mica_rewriter_fail(rewriter, op, "only memory of a workgroup can be allocated");
    mica_op *module = mica_symbol_table_nearest(op);
    char name[64];
    size_t number = 0;
    do
        snprintf(name, sizeof name, "__workgroup_mem__%zu", number++);
    while (mica_symbol_find_in(module, mica_string_from(name)));
    mica_builder *builder = mica_rewriter_builder(rewriter);
    mica_context *context = builder->context;
    mica_builder at_start = *builder;
    mica_builder_set_at_start(&at_start, mica_region_first(mica_op_region(module, 0)));
    mica_op_state state;
    mica_op_state_init(&state, context, "spirv.GlobalVariable", builder->location);
    mica_op_state_set_attr(&state, "sym_name",
                           mica_string_attr_get(context, mica_string_from(name)));
    mica_op_state_set_attr(&state, "type", mica_type_attr_get(type));
    mica_builder_create(&at_start, &state);
    mica_op_state_init(&state, context, "spirv.mlir.addressof", builder->location);
    mica_op_state_set_attr(&state, "variable",
                           mica_symbol_ref_attr_get(context, mica_string_from(name), NULL, 0));
    mica_op_state_add_result(&state, type);
    mica_value *address = mica_op_result(mica_builder_create(builder, &state), 0);
    return mica_rewriter_replace_op(rewriter, op, &address, 1);
}

static bool convert_dealloc(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                            void *user)
{
    (void)user;
    const mica_type *type = mica_value_type(adapted->values[0]);
    if (!mica_spirv_type_is_pointer(type) ||
        mica_spirv_pointer_storage_class(type) != MICAI_SPIRV_STORAGE_CLASS_WORKGROUP)
        return mica_rewriter_fail(rewriter, op, "only memory of a workgroup can be released");
    return mica_rewriter_erase_op(rewriter, op);
}

// By memref.atomic_rmw's kind; NULL: spirv has none.
static const char *const atomic_ops[] = {
    [1] = "spirv.AtomicIAdd", [4] = "spirv.AtomicSMax", [5] = "spirv.AtomicUMax",
    [7] = "spirv.AtomicSMin", [8] = "spirv.AtomicUMin", [11] = "spirv.AtomicOr",
    [12] = "spirv.AtomicAnd",
};

static bool convert_atomic(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    const uint64_t kind = (uint64_t)mica_integer_attr_value(mica_op_attr(op, "kind"));
    const char *name = kind < sizeof atomic_ops / sizeof *atomic_ops ? atomic_ops[kind] : NULL;
    if (!name || !mica_type_is_signless(type, 32))
        return mica_rewriter_fail(rewriter, op, "SPIR-V has no such atomic operation");
    mica_value *pointer = element_of(rewriter, op, adapted, 1);
    if (!pointer)
        return false;
    mica_builder *builder = mica_rewriter_builder(rewriter);
    const bool is_workgroup = mica_spirv_pointer_storage_class(mica_value_type(pointer)) ==
                              MICAI_SPIRV_STORAGE_CLASS_WORKGROUP;
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operand(&state, pointer);
    mica_op_state_add_operand(&state, adapted->values[0]);
    mica_op_state_set_attr(&state, "memory_scope",
                           mica_spirv_enum_attr_get(builder->context, "scope",
                                                    is_workgroup ? MICAI_SPIRV_SCOPE_WORKGROUP
                                                                 : MICAI_SPIRV_SCOPE_DEVICE));
    mica_op_state_set_attr(
        &state, "semantics",
        mica_spirv_enum_attr_get(builder->context, "memory_semantics",
                                 MICAI_SPIRV_MEMORY_SEMANTICS_ACQUIRE_RELEASE));
    mica_op_state_add_result(&state, type);
    return mica_rewriter_replace_op_with(rewriter, op, mica_builder_create(builder, &state));
}

// Private memory of an invocation.
static bool convert_alloca(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                           void *user)
{
    (void)user;
    const mica_type *type =
        micai_spirv_converted(rewriter, op, adapted, mica_value_type(mica_op_result(op, 0)));
    if (!type)
        return false;
    if (mica_spirv_pointer_storage_class(type) != MICAI_SPIRV_STORAGE_CLASS_FUNCTION)
        return mica_rewriter_fail(rewriter, op,
                                  "only memory of the class Function is a variable");
    mica_value *variable =
        micai_spirv_variable(mica_rewriter_builder(rewriter), mica_spirv_pointer_pointee(type));
    return mica_rewriter_replace_op(rewriter, op, &variable, 1);
}

bool micai_spirv_add_memref(mica_conversion *conversion)
{
    static const mica_conversion_pattern patterns[] = {
        {"load", "memref.load", 1, convert_load, NULL},
        {"store", "memref.store", 1, convert_store, NULL},
        {"alloc", "memref.alloc", 1, convert_alloc, NULL},
        {"dealloc", "memref.dealloc", 1, convert_dealloc, NULL},
        {"atomic", "memref.atomic_rmw", 1, convert_atomic, NULL},
        {"alloca", "memref.alloca", 1, convert_alloca, NULL},
    };
    return mica_conversion_add(conversion, patterns, sizeof patterns / sizeof *patterns);
}

static bool run_pass(mica_pass_run *run)
{
    return micai_spirv_run(run, NULL, micai_spirv_add_memref);
}

static const char *const dependent[] = {"spirv", NULL};
const mica_pass_def mica_pass_convert_memref_to_spirv = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-memref-to-spirv",
    .name = "ConvertMemRefToSPIRV",
    .summary = "Convert MemRef dialect to SPIR-V dialect",
    .dependent_dialects = dependent,
    .run = run_pass};
