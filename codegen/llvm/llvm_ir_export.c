// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The exporter's walk. Symbols are declared first, so that bodies may refer to any of them;
// then initializers and bodies are filled in. Blocks are emitted in reverse postorder, in which
// every value is defined before its uses; block arguments are phis whose incoming values are
// added when all blocks are done.
//
//   ^bb1(%i: i64)          ->   bb1: %i = phi i64 [ %start, %bb0 ], [ %next, %bb1 ]
#include "codegen/llvm/llvm_ir_export.h"
#include "codegen/llvm/export_internal.h"

#include <stdlib.h>

// ---- the map

static size_t hash_pointer(const void *key)
{
    uint64_t bits = (uint64_t)(uintptr_t)key;
    return (size_t)((bits >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 20);
}

static size_t find_slot(const micai_export_map *map, const void *key)
{
    size_t at = hash_pointer(key) & (map->capacity - 1);
    while (map->keys[at] && map->keys[at] != key)
        at = (at + 1) & (map->capacity - 1);
    return at;
}

static bool grow_map(micai_export_map *map)
{
    micai_export_map grown = {.capacity = map->capacity ? 2 * map->capacity : 256};
    grown.keys = mica_calloc(grown.capacity, sizeof *grown.keys);
    grown.values = mica_calloc(grown.capacity, sizeof *grown.values);
    if (!grown.keys || !grown.values) {
        micai_export_map_free(&grown);
        return false;
    }
    for (size_t i = 0; i < map->capacity; i++)
        if (map->keys[i])
            micai_export_map_set(&grown, map->keys[i], map->values[i]);
    micai_export_map_free(map);
    *map = grown;
    return true;
}

bool micai_export_map_set(micai_export_map *map, const void *key, void *value)
{
    if (2 * map->count >= map->capacity && !grow_map(map))
        return false;
    size_t at = find_slot(map, key);
    map->count += map->keys[at] == NULL;
    map->keys[at] = key;
    map->values[at] = value;
    return true;
}

void *micai_export_map_find(const micai_export_map *map, const void *key)
{
    return map->capacity ? map->values[find_slot(map, key)] : NULL;
}

void micai_export_map_free(micai_export_map *map)
{
    mica_free(map->keys);
    mica_free(map->values);
}

// ---- access

LLVMValueRef micai_export_value(micai_exporter *exporter, const mica_value *value)
{
    return micai_export_map_find(&exporter->map, value);
}

LLVMValueRef micai_export_operand(micai_exporter *exporter, const mica_op *op, size_t index)
{
    return micai_export_value(exporter, mica_op_operand(op, index));
}

LLVMBasicBlockRef micai_export_block(micai_exporter *exporter, const mica_block *block)
{
    return micai_export_map_find(&exporter->map, block);
}

bool micai_export_result(micai_exporter *exporter, mica_op *op, LLVMValueRef value)
{
    if (mica_op_result_count(op) > 0)
        return micai_export_map_set(&exporter->map, mica_op_result(op, 0), value);
    return true;
}

int64_t micai_export_enum(const mica_op *op, const char *name, int64_t missing)
{
    const mica_attr *attr = mica_op_attr(op, name);
    if (!attr)
        return missing;
    return mica_attr_is(attr, MICA_ATTR_DIALECT) ? (int64_t)mica_attr_param(attr, 0)
                                                 : mica_integer_attr_value(attr);
}

bool micai_export_flag(const mica_op *op, const char *name)
{
    return mica_op_attr(op, name) != NULL;
}

int64_t micai_export_integer(const mica_op *op, const char *name, int64_t missing)
{
    const mica_attr *attr = mica_op_attr(op, name);
    return attr ? mica_integer_attr_value(attr) : missing;
}

static mica_string symbol_name(const mica_op *op)
{
    return mica_string_attr_text(mica_op_attr(op, "sym_name"));
}

LLVMValueRef micai_export_symbol(micai_exporter *exporter, mica_op *op, const mica_attr *name)
{
    mica_string text = mica_symbol_ref_attr_leaf(name);
    // Identifiers end in NUL.
    LLVMValueRef symbol = LLVMGetNamedFunction(exporter->module, text.data);
    if (!symbol)
        symbol = LLVMGetNamedGlobal(exporter->module, text.data);
    if (!symbol)
        mica_op_error(op, "refers to '%.*s', which is no function or global of the module",
                      MICA_STRING_ARG(text));
    return symbol;
}

// ---- declarations

static bool declare_global(micai_exporter *exporter, mica_op *op)
{
    LLVMTypeRef type = micai_export_type_attr(exporter, op, "global_type");
    if (!type)
        return false;
    const mica_attr *value = mica_op_attr(op, "value");
    LLVMValueRef initializer = NULL;
    if (value) {
        const mica_type *source = mica_type_attr_value(mica_op_attr(op, "global_type"));
        initializer = micai_export_initializer(exporter, op, value, source);
        if (!initializer)
            return false;
        type = LLVMTypeOf(initializer);
    }
    unsigned space = (unsigned)micai_export_integer(op, "addr_space", 0);
    LLVMValueRef global =
        LLVMAddGlobalInAddressSpace(exporter->module, type, symbol_name(op).data, space);
    if (initializer)
        LLVMSetInitializer(global, initializer);
    LLVMSetGlobalConstant(global, micai_export_flag(op, "constant"));
    LLVMSetThreadLocal(global, micai_export_flag(op, "thread_local_"));
    micai_export_linkage(op, global);
    return true;
}

static bool declare_function(micai_exporter *exporter, mica_op *op)
{
    LLVMTypeRef type = micai_export_type_attr(exporter, op, "function_type");
    if (!type)
        return false;
    // A function that was called by name only may already be declared by an intrinsic.
    LLVMValueRef function = LLVMGetNamedFunction(exporter->module, symbol_name(op).data);
    if (!function)
        function = LLVMAddFunction(exporter->module, symbol_name(op).data, type);
    micai_export_linkage(op, function);
    micai_export_function_attributes(exporter, op, function);
    return true;
}

static bool skip_op(micai_exporter *exporter, mica_op *op)
{
    (void)exporter, (void)op;
    return true;
}

// ---- bodies

static bool emit_op(micai_exporter *exporter, mica_op *op)
{
    const micai_emit_row *row = micai_export_map_find(&exporter->kinds, mica_op_get_kind(op));
    if (!row)
        return mica_op_error(op, "has no translation to LLVM IR");
    return row->emit(exporter, op, row);
}

/// Reverse postorder of the blocks of a region, unreachable ones last in their own order.
typedef struct block_order {
    mica_block **blocks; ///< filled from the end
    size_t count, first;
    mica_block **stack;
    size_t *next_successor;
    size_t depth;
    micai_export_map seen;
} block_order;

static void free_order(block_order *order)
{
    mica_free(order->blocks);
    mica_free(order->stack);
    mica_free(order->next_successor);
    micai_export_map_free(&order->seen);
}

static bool push_block(block_order *order, mica_block *block)
{
    if (micai_export_map_find(&order->seen, block))
        return true;
    if (!micai_export_map_set(&order->seen, block, block))
        return false;
    order->stack[order->depth] = block;
    order->next_successor[order->depth++] = 0;
    return true;
}

/// Depth-first from `root`; each block is placed before those already placed when it is left.
static bool order_from(block_order *order, mica_block *root)
{
    if (!push_block(order, root))
        return false;
    while (order->depth > 0) {
        mica_block *block = order->stack[order->depth - 1];
        const mica_op *terminator = mica_block_last(block);
        size_t next = order->next_successor[order->depth - 1]++;
        if (terminator && next < mica_op_successor_count(terminator)) {
            // From the last to the first, so that the first successor follows its block.
            size_t index = mica_op_successor_count(terminator) - 1 - next;
            if (!push_block(order, mica_op_successor(terminator, index)))
                return false;
            continue;
        }
        order->blocks[--order->first] = block;
        order->depth--;
    }
    return true;
}

static bool order_blocks(mica_region *region, block_order *order)
{
    mica_for_each_block(block, region) order->count++;
    order->first = order->count;
    order->blocks = mica_calloc(order->count + 1, sizeof *order->blocks);
    order->stack = mica_calloc(order->count + 1, sizeof *order->stack);
    order->next_successor = mica_calloc(order->count + 1, sizeof *order->next_successor);
    if (!order->blocks || !order->stack || !order->next_successor)
        return false;
    // Later roots are placed in front: start with the unreachable ones, end with the entry.
    mica_block *entry = mica_region_first(region);
    if (!order_from(order, entry))
        return false;
    size_t reachable = order->count - order->first;
    memmove(order->blocks, order->blocks + order->first, reachable * sizeof *order->blocks);
    order->first = order->count;
    size_t placed = reachable;
    mica_for_each_block(block, region)
    {
        size_t before = order->first;
        if (micai_export_map_find(&order->seen, block))
            continue;
        if (!order_from(order, block))
            return false;
        size_t count = before - order->first;
        memmove(order->blocks + placed, order->blocks + order->first,
                count * sizeof *order->blocks);
        placed += count;
        order->first = order->count;
    }
    return true;
}

static bool make_blocks(micai_exporter *exporter, mica_region *region, LLVMValueRef function)
{
    mica_for_each_block(block, region)
    {
        LLVMBasicBlockRef made = LLVMAppendBasicBlockInContext(exporter->llvm, function, "");
        if (!micai_export_map_set(&exporter->map, block, made))
            return false;
    }
    mica_block *entry = mica_region_first(region);
    for (size_t i = 0; i < mica_block_argument_count(entry); i++)
        if (!micai_export_map_set(&exporter->map, mica_block_argument(entry, i),
                                  LLVMGetParam(function, (unsigned)i)))
            return false;
    return true;
}

static bool emit_block(micai_exporter *exporter, mica_block *block, mica_op *function)
{
    LLVMPositionBuilderAtEnd(exporter->builder, micai_export_block(exporter, block));
    for (size_t i = 0; !mica_block_is_entry(block) && i < mica_block_argument_count(block);
         i++) {
        mica_value *argument = mica_block_argument(block, i);
        LLVMTypeRef type = micai_export_type(exporter, function, mica_value_type(argument));
        if (!type || !micai_export_map_set(&exporter->map, argument,
                                           LLVMBuildPhi(exporter->builder, type, "")))
            return false;
    }
    mica_for_each_op(op, block) if (!emit_op(exporter, op)) return false;
    return true;
}

/// The operands that a terminator hands to successor `index`: of its spec, for switch of a
/// group.
static size_t first_successor_operand(const mica_op *op, size_t index)
{
    size_t start = 0, count = 0;
    bool is_switch = mica_op_is(op, &mica_llvm_switch_kind);
    size_t spec = mica_op_is(op, &mica_llvm_br_kind) ? 0
                  : is_switch && index > 0           ? 2
                                                     : index + 1;
    mica_op_operand_range(op, spec, &start, &count);
    const mica_attr *groups = mica_op_attr(op, "case_operand_segments");
    for (size_t i = 1; is_switch && i < index; i++)
        start += (size_t)mica_dense_array_attr_int(groups, i - 1);
    return start;
}

static void connect_phis(micai_exporter *exporter, mica_block *block)
{
    size_t count = mica_block_argument_count(block);
    for (mica_block_use *use = mica_block_first_use(block); use;
         use = mica_block_use_next(use)) {
        mica_op *terminator = mica_block_use_owner(use);
        size_t index = mica_block_use_index(use);
        LLVMBasicBlockRef from =
            micai_export_map_find(&exporter->map, micai_export_edge_key(terminator, index));
        if (!from)
            from = micai_export_block(exporter, mica_op_block(terminator));
        size_t first = first_successor_operand(terminator, index);
        for (size_t i = 0; i < count; i++) {
            LLVMValueRef phi = micai_export_value(exporter, mica_block_argument(block, i));
            LLVMValueRef value = micai_export_operand(exporter, terminator, first + i);
            LLVMAddIncoming(phi, &value, &from, 1);
        }
    }
}

static bool define_function(micai_exporter *exporter, mica_op *op)
{
    mica_region *body = mica_op_region(op, 0);
    if (mica_region_is_empty(body))
        return true;
    LLVMValueRef function = LLVMGetNamedFunction(exporter->module, symbol_name(op).data);
    block_order order = {0};
    bool ok = make_blocks(exporter, body, function) && order_blocks(body, &order);
    for (size_t i = 0; ok && i < order.count; i++)
        ok = emit_block(exporter, order.blocks[i], op);
    free_order(&order);
    if (!ok)
        return false;
    mica_for_each_block(block, body)
    {
        if (!mica_block_is_entry(block) && mica_block_argument_count(block) > 0)
            connect_phis(exporter, block);
    }
    return true;
}

/// Evaluates an initializer region: LLVM's builder folds constants as it makes them.
static bool define_global(micai_exporter *exporter, mica_op *op)
{
    mica_region *region = mica_op_region(op, 0);
    if (mica_region_is_empty(region))
        return true;
    LLVMClearInsertionPosition(exporter->builder);
    mica_for_each_op(nested, mica_region_first(region))
    {
        if (mica_op_is(nested, &mica_llvm_return_kind)) {
            LLVMValueRef global = LLVMGetNamedGlobal(exporter->module, symbol_name(op).data);
            LLVMSetInitializer(global, micai_export_operand(exporter, nested, 0));
            return true;
        }
        if (!emit_op(exporter, nested))
            return false;
        LLVMValueRef value = micai_export_value(exporter, mica_op_result(nested, 0));
        if (!value || !LLVMIsConstant(value))
            return mica_op_error(nested, "is not a constant in an initializer");
    }
    return true;
}

/// `llvm.mlir.global_ctors`: an appending array of {priority, function, data}.
static bool define_structors(micai_exporter *exporter, mica_op *op, const char *name,
                             const char *field)
{
    const mica_attr *functions = mica_op_attr(op, field);
    const mica_attr *priorities = mica_op_attr(op, "priorities");
    unsigned count = (unsigned)mica_array_attr_count(functions);
    LLVMTypeRef pointer = LLVMPointerTypeInContext(exporter->llvm, 0);
    LLVMTypeRef members[] = {LLVMInt32TypeInContext(exporter->llvm), pointer, pointer};
    LLVMTypeRef entry = LLVMStructTypeInContext(exporter->llvm, members, 3, false);
    LLVMValueRef *entries = mica_calloc(count + 1, sizeof *entries);
    bool ok = entries != NULL;
    for (unsigned i = 0; ok && i < count; i++) {
        LLVMValueRef function =
            micai_export_symbol(exporter, op, mica_array_attr_element(functions, i));
        int64_t priority = mica_integer_attr_value(mica_array_attr_element(priorities, i));
        LLVMValueRef fields[] = {LLVMConstInt(members[0], (uint64_t)priority, true), function,
                                 LLVMConstNull(pointer)};
        ok = function != NULL;
        if (ok)
            entries[i] = LLVMConstStructInContext(exporter->llvm, fields, 3, false);
    }
    if (ok) {
        LLVMValueRef global =
            LLVMAddGlobal(exporter->module, LLVMArrayType2(entry, count), name);
        LLVMSetLinkage(global, LLVMAppendingLinkage);
        LLVMSetInitializer(global, LLVMConstArray2(entry, entries, count));
    }
    mica_free(entries);
    return ok;
}

static bool define_constructors(micai_exporter *exporter, mica_op *op)
{
    return define_structors(exporter, op, "llvm.global_ctors", "ctors");
}

static bool define_destructors(micai_exporter *exporter, mica_op *op)
{
    return define_structors(exporter, op, "llvm.global_dtors", "dtors");
}

// ---- module

typedef bool (*module_op_fn)(micai_exporter *exporter, mica_op *op);

static const struct module_row {
    mica_op_kind kind;
    module_op_fn declare, define;
} module_rows[] = {
    {&mica_llvm_func_kind, declare_function, define_function},
    {&mica_llvm_mlir_global_kind, declare_global, define_global},
    {&mica_llvm_mlir_global_ctors_kind, skip_op, define_constructors},
    {&mica_llvm_mlir_global_dtors_kind, skip_op, define_destructors},
    {&mica_llvm_linker_options_kind, skip_op, skip_op},
};

static const struct module_row *find_module_row(const mica_op *op)
{
    for (size_t i = 0; i < sizeof module_rows / sizeof *module_rows; i++)
        if (mica_op_is(op, module_rows[i].kind))
            return &module_rows[i];
    return NULL;
}

static bool export_symbols(micai_exporter *exporter, mica_op *module)
{
    mica_block *body = mica_module_body(module);
    mica_for_each_op(op, body)
    {
        const struct module_row *row = find_module_row(op);
        if (!row)
            return mica_op_error(op, "has no translation to LLVM IR at module level");
        if (!row->declare(exporter, op))
            return false;
    }
    mica_for_each_op(op, body) if (!find_module_row(op)->define(exporter, op)) return false;
    return true;
}

static void export_module_attributes(micai_exporter *exporter, mica_op *module)
{
    const mica_attr *layout = mica_op_attr(module, "llvm.data_layout");
    const mica_attr *triple = mica_op_attr(module, "llvm.target_triple");
    if (layout)
        LLVMSetDataLayout(exporter->module, mica_string_attr_text(layout).data);
    if (triple)
        LLVMSetTarget(exporter->module, mica_string_attr_text(triple).data);
    static const char flag[] = "Debug Info Version";
    LLVMValueRef version = LLVMConstInt(LLVMInt32TypeInContext(exporter->llvm), 3, false);
    LLVMAddModuleFlag(exporter->module, LLVMModuleFlagBehaviorWarning, flag, sizeof flag - 1,
                      LLVMValueAsMetadata(version));
}

static bool index_kinds(micai_exporter *exporter)
{
    for (size_t i = 0; i < micai_instruction_row_count; i++) {
        const micai_emit_row *row = &micai_instruction_rows[i];
        // The map hands out what it was given; rows are only read.
        if (!micai_export_map_set(&exporter->kinds, row->kind, (void *)(uintptr_t)row))
            return false;
    }
    for (size_t i = 0; i < micai_intrinsic_row_count; i++) {
        micai_emit_row *row = &exporter->intrinsics[i];
        row->kind = micai_intrinsic_rows[i].kind;
        row->emit = micai_emit_intrinsic;
        row->code = (int)i;
        if (!micai_export_map_set(&exporter->kinds, row->kind, row))
            return false;
    }
    return true;
}

mica_llvm_module *mica_llvm_export(mica_op *module, const mica_llvm_export_options *options)
{
    mica_context *context = mica_op_context(module);
    const char *name = options && options->name ? options->name : "LLVMDialectModule";
    mica_llvm_module *result = micai_llvm_module_create(context, name);
    if (!result)
        return NULL;
    mica_context *outer = micai_llvm_enter(context);
    micai_exporter exporter = {.context = context,
                               .llvm = result->llvm,
                               .module = result->module,
                               .builder = LLVMCreateBuilderInContext(result->llvm)};
    export_module_attributes(&exporter, module);
    exporter.intrinsics = mica_calloc(micai_intrinsic_row_count, sizeof *exporter.intrinsics);
    bool ok =
        exporter.intrinsics && index_kinds(&exporter) && export_symbols(&exporter, module);
    LLVMDisposeBuilder(exporter.builder);
    micai_export_map_free(&exporter.map);
    micai_export_map_free(&exporter.kinds);
    mica_free(exporter.named_structs);
    mica_free(exporter.intrinsics);
    ok = ok && mica_llvm_module_verify(result);
    micai_llvm_leave(outer);
    if (ok)
        return result;
    mica_llvm_module_destroy(result);
    return NULL;
}
