// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops as LLVM instructions: one short function a family, and the table that says which op is of
// which family. LLVM's builder folds constants, so a result need not be an instruction: flags
// and metadata are set only where it is one.
#include "codegen/llvm/export_internal.h"

#include <stdlib.h>

// ---- flags

void micai_export_fastmath(const mica_op *op, LLVMValueRef value)
{
    int64_t flags = micai_export_enum(op, "fastmathFlags", 0);
    if (flags == 0 || !LLVMIsAInstruction(value) || !LLVMCanValueUseFastMathFlags(value))
        return;
    // The dialect: nnan 1, ninf 2, ... afn 32, reassoc 64. LLVM-C: reassoc 1, nnan 2, ...
    enum { REASSOC = 64 };
    unsigned made = ((unsigned)flags & 63) << 1;
    if (flags & REASSOC)
        made |= LLVMFastMathAllowReassoc;
    LLVMSetFastMathFlags(value, (LLVMFastMathFlags)made);
}

static void set_overflow(const mica_op *op, LLVMValueRef value)
{
    enum { NSW = 1, NUW = 2 };
    int64_t flags = micai_export_enum(op, "overflowFlags", 0);
    if (flags == 0 || !LLVMIsAInstruction(value))
        return;
    LLVMSetNSW(value, (flags & NSW) != 0);
    LLVMSetNUW(value, (flags & NUW) != 0);
}

// ---- arithmetic, casts, comparisons

static bool emit_binary(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    LLVMValueRef value = LLVMBuildBinOp(exporter->builder, (LLVMOpcode)row->code,
                                        micai_export_operand(exporter, op, 0),
                                        micai_export_operand(exporter, op, 1), "");
    set_overflow(op, value);
    micai_export_fastmath(op, value);
    return micai_export_result(exporter, op, value);
}

static bool emit_negation(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    LLVMValueRef value =
        LLVMBuildFNeg(exporter->builder, micai_export_operand(exporter, op, 0), "");
    micai_export_fastmath(op, value);
    return micai_export_result(exporter, op, value);
}

static LLVMTypeRef result_type(micai_exporter *exporter, mica_op *op)
{
    return micai_export_type(exporter, op, mica_value_type(mica_op_result(op, 0)));
}

static bool emit_cast(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    LLVMTypeRef type = result_type(exporter, op);
    if (!type)
        return false;
    LLVMValueRef value = LLVMBuildCast(exporter->builder, (LLVMOpcode)row->code,
                                       micai_export_operand(exporter, op, 0), type, "");
    return micai_export_result(exporter, op, value);
}

static bool emit_integer_comparison(micai_exporter *exporter, mica_op *op,
                                    const micai_emit_row *row)
{
    (void)row;
    static const LLVMIntPredicate predicates[] = {
        LLVMIntEQ,  LLVMIntNE,  LLVMIntSLT, LLVMIntSLE, LLVMIntSGT,
        LLVMIntSGE, LLVMIntULT, LLVMIntULE, LLVMIntUGT, LLVMIntUGE,
    };
    LLVMValueRef value = LLVMBuildICmp(
        exporter->builder, predicates[micai_export_enum(op, "predicate", 0)],
        micai_export_operand(exporter, op, 0), micai_export_operand(exporter, op, 1), "");
    return micai_export_result(exporter, op, value);
}

static bool emit_float_comparison(micai_exporter *exporter, mica_op *op,
                                  const micai_emit_row *row)
{
    (void)row;
    static const LLVMRealPredicate predicates[] = {
        LLVMRealPredicateFalse,
        LLVMRealOEQ,
        LLVMRealOGT,
        LLVMRealOGE,
        LLVMRealOLT,
        LLVMRealOLE,
        LLVMRealONE,
        LLVMRealORD,
        LLVMRealUEQ,
        LLVMRealUGT,
        LLVMRealUGE,
        LLVMRealULT,
        LLVMRealULE,
        LLVMRealUNE,
        LLVMRealUNO,
        LLVMRealPredicateTrue,
    };
    LLVMValueRef value = LLVMBuildFCmp(
        exporter->builder, predicates[micai_export_enum(op, "predicate", 0)],
        micai_export_operand(exporter, op, 0), micai_export_operand(exporter, op, 1), "");
    micai_export_fastmath(op, value);
    return micai_export_result(exporter, op, value);
}

static bool emit_select(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    LLVMValueRef value = LLVMBuildSelect(
        exporter->builder, micai_export_operand(exporter, op, 0),
        micai_export_operand(exporter, op, 1), micai_export_operand(exporter, op, 2), "");
    micai_export_fastmath(op, value);
    return micai_export_result(exporter, op, value);
}

static bool emit_freeze(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    return micai_export_result(
        exporter, op,
        LLVMBuildFreeze(exporter->builder, micai_export_operand(exporter, op, 0), ""));
}

// ---- constants and symbols

static bool emit_constant(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    LLVMValueRef value = micai_export_constant(exporter, op, mica_op_attr(op, "value"),
                                               mica_value_type(mica_op_result(op, 0)));
    return value && micai_export_result(exporter, op, value);
}

enum { VALUE_UNDEF, VALUE_POISON, VALUE_ZERO };

static bool emit_special_value(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    LLVMTypeRef type = result_type(exporter, op);
    if (!type)
        return false;
    LLVMValueRef value = row->code == VALUE_UNDEF    ? LLVMGetUndef(type)
                         : row->code == VALUE_POISON ? LLVMGetPoison(type)
                                                     : LLVMConstNull(type);
    return micai_export_result(exporter, op, value);
}

static bool emit_address(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    LLVMValueRef symbol = micai_export_symbol(exporter, op, mica_op_attr(op, "global_name"));
    return symbol && micai_export_result(exporter, op, symbol);
}

// ---- aggregates and vectors

/// Extracts the containers on the way down to the last position; `containers[i]` holds the
/// member at position i. LLVM-C takes one index at a time.
static LLVMValueRef descend(micai_exporter *exporter, const mica_attr *position,
                            LLVMValueRef container, LLVMValueRef *containers)
{
    size_t count = mica_dense_array_attr_count(position);
    for (size_t i = 0; i < count; i++) {
        if (containers)
            containers[i] = container;
        if (containers && i + 1 == count)
            return container;
        unsigned index = (unsigned)mica_dense_array_attr_int(position, i);
        container = LLVMBuildExtractValue(exporter->builder, container, index, "");
    }
    return container;
}

static bool emit_extract_value(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    LLVMValueRef value = descend(exporter, mica_op_attr(op, "position"),
                                 micai_export_operand(exporter, op, 0), NULL);
    return micai_export_result(exporter, op, value);
}

static bool emit_insert_value(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    const mica_attr *position = mica_op_attr(op, "position");
    size_t count = mica_dense_array_attr_count(position);
    LLVMValueRef *containers = mica_malloc((count + 1) * sizeof *containers);
    if (!containers)
        return false;
    descend(exporter, position, micai_export_operand(exporter, op, 0), containers);
    LLVMValueRef value = micai_export_operand(exporter, op, 1);
    for (size_t i = count; i-- > 0;)
        value = LLVMBuildInsertValue(exporter->builder, containers[i], value,
                                     (unsigned)mica_dense_array_attr_int(position, i), "");
    mica_free(containers);
    return micai_export_result(exporter, op, value);
}

static bool emit_extract_element(micai_exporter *exporter, mica_op *op,
                                 const micai_emit_row *row)
{
    (void)row;
    return micai_export_result(
        exporter, op,
        LLVMBuildExtractElement(exporter->builder, micai_export_operand(exporter, op, 0),
                                micai_export_operand(exporter, op, 1), ""));
}

static bool emit_insert_element(micai_exporter *exporter, mica_op *op,
                                const micai_emit_row *row)
{
    (void)row;
    return micai_export_result(
        exporter, op,
        LLVMBuildInsertElement(exporter->builder, micai_export_operand(exporter, op, 0),
                               micai_export_operand(exporter, op, 1),
                               micai_export_operand(exporter, op, 2), ""));
}

static bool emit_shuffle(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    const mica_attr *mask = mica_op_attr(op, "mask");
    unsigned count = (unsigned)mica_dense_array_attr_count(mask);
    LLVMTypeRef index = LLVMInt32TypeInContext(exporter->llvm);
    LLVMValueRef made = NULL;
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (mica_type_is_vector(type) && mica_vector_type_is_scalable(type)) {
        made = LLVMConstNull(LLVMScalableVectorType(index, count)); // verified: all zeros
    } else {
        LLVMValueRef *lanes = mica_malloc((count + 1) * sizeof *lanes);
        for (unsigned i = 0; lanes && i < count; i++) {
            int64_t lane = mica_dense_array_attr_int(mask, i);
            lanes[i] = lane < 0 ? LLVMGetPoison(index) : LLVMConstInt(index, (uint64_t)lane, 0);
        }
        made = lanes ? LLVMConstVector(lanes, count) : NULL;
        mica_free(lanes);
    }
    return made &&
           micai_export_result(
               exporter, op,
               LLVMBuildShuffleVector(exporter->builder, micai_export_operand(exporter, op, 0),
                                      micai_export_operand(exporter, op, 1), made, ""));
}

// ---- memory

static LLVMAtomicOrdering ordering_of(const mica_op *op, const char *field)
{
    static const LLVMAtomicOrdering orderings[] = {
        LLVMAtomicOrderingNotAtomic,      LLVMAtomicOrderingUnordered,
        LLVMAtomicOrderingMonotonic,
        LLVMAtomicOrderingNotAtomic, // 3 has no meaning
        LLVMAtomicOrderingAcquire,        LLVMAtomicOrderingRelease,
        LLVMAtomicOrderingAcquireRelease, LLVMAtomicOrderingSequentiallyConsistent,
    };
    return orderings[micai_export_enum(op, field, 0)];
}

/// What loads and stores share.
static void finish_access(micai_exporter *exporter, mica_op *op, LLVMValueRef access)
{
    int64_t alignment = micai_export_integer(op, "alignment", 0);
    if (alignment > 0)
        LLVMSetAlignment(access, (unsigned)alignment);
    if (micai_export_flag(op, "volatile_"))
        LLVMSetVolatile(access, true);
    if (ordering_of(op, "ordering") != LLVMAtomicOrderingNotAtomic)
        LLVMSetOrdering(access, ordering_of(op, "ordering"));
    micai_export_access_metadata(exporter, op, access);
}

static bool emit_load(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    LLVMTypeRef type = result_type(exporter, op);
    if (!type)
        return false;
    LLVMValueRef load =
        LLVMBuildLoad2(exporter->builder, type, micai_export_operand(exporter, op, 0), "");
    finish_access(exporter, op, load);
    return micai_export_result(exporter, op, load);
}

static bool emit_store(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    LLVMValueRef store =
        LLVMBuildStore(exporter->builder, micai_export_operand(exporter, op, 0),
                       micai_export_operand(exporter, op, 1));
    finish_access(exporter, op, store);
    return true;
}

static bool emit_alloca(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    LLVMTypeRef type = micai_export_type_attr(exporter, op, "elem_type");
    if (!type)
        return false;
    LLVMValueRef memory = LLVMBuildArrayAlloca(exporter->builder, type,
                                               micai_export_operand(exporter, op, 0), "");
    int64_t alignment = micai_export_integer(op, "alignment", 0);
    if (alignment > 0)
        LLVMSetAlignment(memory, (unsigned)alignment);
    return micai_export_result(exporter, op, memory);
}

static bool emit_address_of_element(micai_exporter *exporter, mica_op *op,
                                    const micai_emit_row *row)
{
    (void)row;
    LLVMTypeRef type = micai_export_type_attr(exporter, op, "elem_type");
    const mica_attr *constants = mica_op_attr(op, "rawConstantIndices");
    unsigned count = (unsigned)mica_dense_array_attr_count(constants);
    LLVMValueRef *indices = mica_malloc((count + 1) * sizeof *indices);
    bool ok = type && indices;
    size_t operand = 1;
    for (unsigned i = 0; ok && i < count; i++) {
        int64_t index = mica_dense_array_attr_int(constants, i);
        if (index == MICA_LLVM_DYNAMIC_INDEX)
            indices[i] = micai_export_operand(exporter, op, operand++);
        else
            indices[i] =
                LLVMConstInt(LLVMInt32TypeInContext(exporter->llvm), (uint64_t)index, true);
    }
    LLVMValueRef base = micai_export_operand(exporter, op, 0);
    LLVMValueRef address = NULL;
    if (ok)
        address = micai_export_flag(op, "inbounds")
                      ? LLVMBuildInBoundsGEP2(exporter->builder, type, base, indices, count, "")
                      : LLVMBuildGEP2(exporter->builder, type, base, indices, count, "");
    mica_free(indices);
    return ok && micai_export_result(exporter, op, address);
}

static bool is_single_thread(const mica_op *op)
{
    const mica_attr *scope = mica_op_attr(op, "syncscope");
    return scope && mica_string_is(mica_string_attr_text(scope), "singlethread");
}

static bool emit_fence(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    LLVMBuildFence(exporter->builder, ordering_of(op, "ordering"), is_single_thread(op), "");
    return true;
}

static bool emit_atomic_operation(micai_exporter *exporter, mica_op *op,
                                  const micai_emit_row *row)
{
    (void)row;
    static const LLVMAtomicRMWBinOp operations[] = {
        LLVMAtomicRMWBinOpXchg, LLVMAtomicRMWBinOpAdd,  LLVMAtomicRMWBinOpSub,
        LLVMAtomicRMWBinOpAnd,  LLVMAtomicRMWBinOpNand, LLVMAtomicRMWBinOpOr,
        LLVMAtomicRMWBinOpXor,  LLVMAtomicRMWBinOpMax,  LLVMAtomicRMWBinOpMin,
        LLVMAtomicRMWBinOpUMax, LLVMAtomicRMWBinOpUMin, LLVMAtomicRMWBinOpFAdd,
        LLVMAtomicRMWBinOpFSub, LLVMAtomicRMWBinOpFMax, LLVMAtomicRMWBinOpFMin,
    };
    size_t operation = (size_t)micai_export_enum(op, "bin_op", 0);
    if (operation >= sizeof operations / sizeof *operations)
        return mica_op_error(op, "has an operation that LLVM-C can't make");
    LLVMValueRef value = LLVMBuildAtomicRMW(exporter->builder, operations[operation],
                                            micai_export_operand(exporter, op, 0),
                                            micai_export_operand(exporter, op, 1),
                                            ordering_of(op, "ordering"), is_single_thread(op));
    int64_t alignment = micai_export_integer(op, "alignment", 0);
    if (alignment > 0)
        LLVMSetAlignment(value, (unsigned)alignment);
    LLVMSetVolatile(value, micai_export_flag(op, "volatile_"));
    micai_export_access_metadata(exporter, op, value);
    return micai_export_result(exporter, op, value);
}

static bool emit_atomic_exchange(micai_exporter *exporter, mica_op *op,
                                 const micai_emit_row *row)
{
    (void)row;
    LLVMValueRef value = LLVMBuildAtomicCmpXchg(
        exporter->builder, micai_export_operand(exporter, op, 0),
        micai_export_operand(exporter, op, 1), micai_export_operand(exporter, op, 2),
        ordering_of(op, "success_ordering"), ordering_of(op, "failure_ordering"),
        is_single_thread(op));
    int64_t alignment = micai_export_integer(op, "alignment", 0);
    if (alignment > 0)
        LLVMSetAlignment(value, (unsigned)alignment);
    LLVMSetWeak(value, micai_export_flag(op, "weak"));
    LLVMSetVolatile(value, micai_export_flag(op, "volatile_"));
    micai_export_access_metadata(exporter, op, value);
    return micai_export_result(exporter, op, value);
}

// ---- control flow

static bool emit_branch(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    LLVMValueRef branch =
        LLVMBuildBr(exporter->builder, micai_export_block(exporter, mica_op_successor(op, 0)));
    micai_export_branch_metadata(exporter, op, branch);
    return true;
}

/// The block to branch to for a successor. A phi can't tell two edges from the same block
/// apart: the second edge of an op to a block with arguments goes through a block of its own.
/// Two marks in the map say so, at addresses inside of objects, which are nobody else's: the op
/// that last branched to a block, and the block made for an edge.
static LLVMBasicBlockRef edge_target(micai_exporter *exporter, mica_op *op, size_t index)
{
    mica_block *target = mica_op_successor(op, index);
    LLVMBasicBlockRef block = micai_export_block(exporter, target);
    const char *last_op = (const char *)target + 1;
    if (mica_block_argument_count(target) == 0)
        return block;
    if (micai_export_map_find(&exporter->map, last_op) != op)
        return micai_export_map_set(&exporter->map, last_op, op) ? block : NULL;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(exporter->builder);
    LLVMBasicBlockRef edge =
        LLVMAppendBasicBlockInContext(exporter->llvm, LLVMGetBasicBlockParent(here), "");
    LLVMPositionBuilderAtEnd(exporter->builder, edge);
    LLVMBuildBr(exporter->builder, block);
    LLVMPositionBuilderAtEnd(exporter->builder, here);
    const void *key = micai_export_edge_key(op, index);
    return micai_export_map_set(&exporter->map, key, edge) ? edge : NULL;
}

static bool emit_conditional_branch(micai_exporter *exporter, mica_op *op,
                                    const micai_emit_row *row)
{
    (void)row;
    LLVMBasicBlockRef on_true = edge_target(exporter, op, 0);
    LLVMBasicBlockRef on_false = edge_target(exporter, op, 1);
    if (!on_true || !on_false)
        return false;
    LLVMValueRef branch = LLVMBuildCondBr(
        exporter->builder, micai_export_operand(exporter, op, 0), on_true, on_false);
    micai_export_branch_metadata(exporter, op, branch);
    return true;
}

static bool emit_switch(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    const mica_attr *values = mica_op_attr(op, "case_values");
    LLVMValueRef value = micai_export_operand(exporter, op, 0);
    size_t count = mica_op_successor_count(op) - 1;
    LLVMBasicBlockRef by_default = edge_target(exporter, op, 0);
    if (!by_default)
        return false;
    LLVMValueRef made = LLVMBuildSwitch(exporter->builder, value, by_default, (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        LLVMValueRef constant = micai_export_constant(
            exporter, op, mica_dense_elements_attr_element(values, (int64_t)i),
            mica_value_type(mica_op_operand(op, 0)));
        LLVMBasicBlockRef target = edge_target(exporter, op, i + 1);
        if (!constant || !target)
            return false;
        LLVMAddCase(made, constant, target);
    }
    micai_export_branch_metadata(exporter, op, made);
    return true;
}

static bool emit_return(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    if (mica_op_operand_count(op) == 0)
        LLVMBuildRetVoid(exporter->builder);
    else
        LLVMBuildRet(exporter->builder, micai_export_operand(exporter, op, 0));
    return true;
}

static bool emit_unreachable(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)op, (void)row;
    LLVMBuildUnreachable(exporter->builder);
    return true;
}

// ---- calls

/// The type that a call through a pointer, or of a function with variable arguments, has.
static LLVMTypeRef call_type(micai_exporter *exporter, mica_op *op, size_t first)
{
    if (micai_export_flag(op, "var_callee_type"))
        return micai_export_type_attr(exporter, op, "var_callee_type");
    size_t count = mica_op_operand_count(op) - first;
    LLVMTypeRef result = mica_op_result_count(op) > 0 ? result_type(exporter, op)
                                                      : LLVMVoidTypeInContext(exporter->llvm);
    LLVMTypeRef *inputs = mica_malloc((count + 1) * sizeof *inputs);
    LLVMTypeRef type = NULL;
    for (size_t i = 0; inputs && i < count; i++)
        inputs[i] = LLVMTypeOf(micai_export_operand(exporter, op, first + i));
    if (inputs && result)
        type = LLVMFunctionType(result, inputs, (unsigned)count, false);
    mica_free(inputs);
    return type;
}

static bool emit_call(micai_exporter *exporter, mica_op *op, const micai_emit_row *row)
{
    (void)row;
    static const LLVMTailCallKind tails[] = {LLVMTailCallKindNone, LLVMTailCallKindTail,
                                             LLVMTailCallKindMustTail, LLVMTailCallKindNoTail};
    const mica_attr *name = mica_op_attr(op, "callee");
    size_t first = name ? 0 : 1, count = mica_op_operand_count(op) - first;
    LLVMValueRef callee =
        name ? micai_export_symbol(exporter, op, name) : micai_export_operand(exporter, op, 0);
    if (!callee)
        return false;
    LLVMTypeRef type = name ? LLVMGlobalGetValueType(callee) : call_type(exporter, op, first);
    LLVMValueRef *arguments = mica_malloc((count + 1) * sizeof *arguments);
    bool ok = type && arguments;
    for (size_t i = 0; ok && i < count; i++)
        arguments[i] = micai_export_operand(exporter, op, first + i);
    LLVMValueRef call = NULL;
    if (ok)
        call = LLVMBuildCall2(exporter->builder, type, callee, arguments, (unsigned)count, "");
    mica_free(arguments);
    if (!ok)
        return false;
    LLVMSetInstructionCallConv(call, (unsigned)micai_export_enum(op, "CConv", 0));
    LLVMSetTailCallKind(call, tails[micai_export_enum(op, "TailCallKind", 0)]);
    micai_export_fastmath(op, call);
    micai_export_access_metadata(exporter, op, call);
    micai_export_branch_metadata(exporter, op, call);
    return micai_export_result(exporter, op, call);
}

static bool emit_inline_assembler(micai_exporter *exporter, mica_op *op,
                                  const micai_emit_row *row)
{
    (void)row;
    mica_string text = mica_string_attr_text(mica_op_attr(op, "asm_string"));
    mica_string constraints = mica_string_attr_text(mica_op_attr(op, "constraints"));
    LLVMTypeRef type = call_type(exporter, op, 0);
    size_t count = mica_op_operand_count(op);
    LLVMValueRef *arguments = mica_malloc((count + 1) * sizeof *arguments);
    bool ok = type && arguments;
    for (size_t i = 0; ok && i < count; i++)
        arguments[i] = micai_export_operand(exporter, op, i);
    LLVMValueRef call = NULL;
    if (ok) {
        bool intel = micai_export_enum(op, "asm_dialect", 0) != 0;
        LLVMValueRef code = LLVMGetInlineAsm(
            type, text.data, text.length, constraints.data, constraints.length,
            micai_export_flag(op, "has_side_effects"), micai_export_flag(op, "is_align_stack"),
            intel ? LLVMInlineAsmDialectIntel : LLVMInlineAsmDialectATT, false);
        call = LLVMBuildCall2(exporter->builder, type, code, arguments, (unsigned)count, "");
    }
    mica_free(arguments);
    return ok && micai_export_result(exporter, op, call);
}

// ---- the table

// clang-format off
const micai_emit_row micai_instruction_rows[] = {
    {&mica_llvm_add_kind,            emit_binary, LLVMAdd},
    {&mica_llvm_sub_kind,            emit_binary, LLVMSub},
    {&mica_llvm_mul_kind,            emit_binary, LLVMMul},
    {&mica_llvm_udiv_kind,           emit_binary, LLVMUDiv},
    {&mica_llvm_sdiv_kind,           emit_binary, LLVMSDiv},
    {&mica_llvm_urem_kind,           emit_binary, LLVMURem},
    {&mica_llvm_srem_kind,           emit_binary, LLVMSRem},
    {&mica_llvm_and_kind,            emit_binary, LLVMAnd},
    {&mica_llvm_or_kind,             emit_binary, LLVMOr},
    {&mica_llvm_xor_kind,            emit_binary, LLVMXor},
    {&mica_llvm_shl_kind,            emit_binary, LLVMShl},
    {&mica_llvm_lshr_kind,           emit_binary, LLVMLShr},
    {&mica_llvm_ashr_kind,           emit_binary, LLVMAShr},
    {&mica_llvm_fadd_kind,           emit_binary, LLVMFAdd},
    {&mica_llvm_fsub_kind,           emit_binary, LLVMFSub},
    {&mica_llvm_fmul_kind,           emit_binary, LLVMFMul},
    {&mica_llvm_fdiv_kind,           emit_binary, LLVMFDiv},
    {&mica_llvm_frem_kind,           emit_binary, LLVMFRem},
    {&mica_llvm_fneg_kind,           emit_negation, 0},
    {&mica_llvm_trunc_kind,          emit_cast, LLVMTrunc},
    {&mica_llvm_zext_kind,           emit_cast, LLVMZExt},
    {&mica_llvm_sext_kind,           emit_cast, LLVMSExt},
    {&mica_llvm_fptrunc_kind,        emit_cast, LLVMFPTrunc},
    {&mica_llvm_fpext_kind,          emit_cast, LLVMFPExt},
    {&mica_llvm_fptosi_kind,         emit_cast, LLVMFPToSI},
    {&mica_llvm_fptoui_kind,         emit_cast, LLVMFPToUI},
    {&mica_llvm_sitofp_kind,         emit_cast, LLVMSIToFP},
    {&mica_llvm_uitofp_kind,         emit_cast, LLVMUIToFP},
    {&mica_llvm_bitcast_kind,        emit_cast, LLVMBitCast},
    {&mica_llvm_addrspacecast_kind,  emit_cast, LLVMAddrSpaceCast},
    {&mica_llvm_ptrtoint_kind,       emit_cast, LLVMPtrToInt},
    {&mica_llvm_inttoptr_kind,       emit_cast, LLVMIntToPtr},
    {&mica_llvm_icmp_kind,           emit_integer_comparison, 0},
    {&mica_llvm_fcmp_kind,           emit_float_comparison, 0},
    {&mica_llvm_select_kind,         emit_select, 0},
    {&mica_llvm_freeze_kind,         emit_freeze, 0},
    {&mica_llvm_mlir_constant_kind,  emit_constant, 0},
    {&mica_llvm_mlir_undef_kind,     emit_special_value, VALUE_UNDEF},
    {&mica_llvm_mlir_poison_kind,    emit_special_value, VALUE_POISON},
    {&mica_llvm_mlir_zero_kind,      emit_special_value, VALUE_ZERO},
    {&mica_llvm_mlir_none_kind,      emit_special_value, VALUE_ZERO},
    {&mica_llvm_mlir_addressof_kind, emit_address, 0},
    {&mica_llvm_extractvalue_kind,   emit_extract_value, 0},
    {&mica_llvm_insertvalue_kind,    emit_insert_value, 0},
    {&mica_llvm_extractelement_kind, emit_extract_element, 0},
    {&mica_llvm_insertelement_kind,  emit_insert_element, 0},
    {&mica_llvm_shufflevector_kind,  emit_shuffle, 0},
    {&mica_llvm_load_kind,           emit_load, 0},
    {&mica_llvm_store_kind,          emit_store, 0},
    {&mica_llvm_alloca_kind,         emit_alloca, 0},
    {&mica_llvm_getelementptr_kind,  emit_address_of_element, 0},
    {&mica_llvm_fence_kind,          emit_fence, 0},
    {&mica_llvm_atomicrmw_kind,      emit_atomic_operation, 0},
    {&mica_llvm_cmpxchg_kind,        emit_atomic_exchange, 0},
    {&mica_llvm_br_kind,             emit_branch, 0},
    {&mica_llvm_cond_br_kind,        emit_conditional_branch, 0},
    {&mica_llvm_switch_kind,         emit_switch, 0},
    {&mica_llvm_return_kind,         emit_return, 0},
    {&mica_llvm_unreachable_kind,    emit_unreachable, 0},
    {&mica_llvm_call_kind,           emit_call, 0},
    {&mica_llvm_call_intrinsic_kind, micai_emit_call_intrinsic, 0},
    {&mica_llvm_inline_asm_kind,     emit_inline_assembler, 0},
};
// clang-format on

const size_t micai_instruction_row_count =
    sizeof micai_instruction_rows / sizeof *micai_instruction_rows;
