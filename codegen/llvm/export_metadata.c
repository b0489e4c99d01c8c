// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Metadata of memory accesses and branches: alias scopes and domains, nontemporal, invariant,
// type-based alias tags, branch weights, loop hints.
//
// A node is distinct when it refers to itself. LLVM-C can't say "distinct": a temporary node
// stands for the node while it is made and is then replaced by it.
//
//   !1 = distinct !{!1, !2, !"name"}     an alias scope in domain !2
//
// Access groups are distinct nodes without operands, which LLVM-C has no way to make; they are
// hints and are left out.
#include "codegen/llvm/export_internal.h"

#include <llvm-c/DebugInfo.h>
#include <stdlib.h>

static LLVMMetadataRef make_string(micai_exporter *exporter, mica_string text)
{
    return LLVMMDStringInContext2(exporter->llvm, text.data, text.length);
}

static LLVMMetadataRef make_integer(micai_exporter *exporter, unsigned width, int64_t value)
{
    LLVMTypeRef type = LLVMIntTypeInContext(exporter->llvm, width);
    return LLVMValueAsMetadata(LLVMConstInt(type, (uint64_t)value, true));
}

static LLVMMetadataRef make_node(micai_exporter *exporter, LLVMMetadataRef *operands,
                                 size_t count)
{
    return LLVMMDNodeInContext2(exporter->llvm, operands, count);
}

/// operands[0] is the node itself.
static LLVMMetadataRef make_distinct(micai_exporter *exporter, LLVMMetadataRef *operands,
                                     size_t count)
{
    LLVMMetadataRef self = LLVMTemporaryMDNode(exporter->llvm, NULL, 0);
    operands[0] = self;
    LLVMMetadataRef node = make_node(exporter, operands, count);
    LLVMMetadataReplaceAllUsesWith(self, node);
    return node;
}

static void attach(micai_exporter *exporter, LLVMValueRef instruction, const char *kind,
                   LLVMMetadataRef node)
{
    unsigned id = LLVMGetMDKindIDInContext(exporter->llvm, kind, (unsigned)strlen(kind));
    LLVMSetMetadata(instruction, id, LLVMMetadataAsValue(exporter->llvm, node));
}

static const mica_attr *attr_param(const mica_attr *attr, size_t index)
{
    return (const mica_attr *)(uintptr_t)mica_attr_param(attr, index);
}

// ---- alias scopes

/// {self, description} of a domain, {self, domain, description} of a scope.
static LLVMMetadataRef scope_node(micai_exporter *exporter, const mica_attr *attr)
{
    LLVMMetadataRef known = micai_export_map_find(&exporter->map, attr);
    if (known)
        return known;
    bool is_scope = mica_attr_is_llvm_alias_scope(attr);
    const mica_attr *description = attr_param(attr, is_scope ? 2 : 1);
    LLVMMetadataRef operands[3] = {NULL};
    size_t count = 1;
    if (is_scope)
        operands[count++] = scope_node(exporter, attr_param(attr, 1));
    if (description)
        operands[count++] = make_string(exporter, mica_string_attr_text(description));
    LLVMMetadataRef node = make_distinct(exporter, operands, count);
    micai_export_map_set(&exporter->map, attr, node);
    return node;
}

static void attach_scopes(micai_exporter *exporter, mica_op *op, LLVMValueRef access,
                          const char *field, const char *kind)
{
    const mica_attr *scopes = mica_op_attr(op, field);
    size_t count = scopes ? mica_array_attr_count(scopes) : 0;
    LLVMMetadataRef *nodes = count ? mica_malloc(count * sizeof *nodes) : NULL;
    if (!nodes)
        return;
    for (size_t i = 0; i < count; i++)
        nodes[i] = scope_node(exporter, mica_array_attr_element(scopes, i));
    attach(exporter, access, kind, make_node(exporter, nodes, count));
    mica_free(nodes);
}

// ---- type-based alias analysis

static LLVMMetadataRef type_node(micai_exporter *exporter, const mica_attr *attr);

/// {name, (member, offset)...}; a member is an attribute #llvm.tbaa_member<type, offset>.
static LLVMMetadataRef make_type_descriptor(micai_exporter *exporter, const mica_attr *attr)
{
    const mica_identifier *name = (const mica_identifier *)(uintptr_t)mica_attr_param(attr, 0);
    const mica_word_list *members = (const mica_word_list *)(uintptr_t)mica_attr_param(attr, 1);
    size_t count = members ? mica_word_list_count(members) : 0;
    LLVMMetadataRef *operands = mica_malloc((2 * count + 1) * sizeof *operands);
    if (!operands)
        return NULL;
    operands[0] = make_string(exporter, mica_identifier_text(name));
    for (size_t i = 0; i < count; i++) {
        const mica_attr *member =
            (const mica_attr *)(uintptr_t)mica_word_list_words(members)[i];
        operands[2 * i + 1] = type_node(exporter, attr_param(member, 0));
        operands[2 * i + 2] = make_integer(exporter, 64, (int64_t)mica_attr_param(member, 1));
    }
    LLVMMetadataRef node = make_node(exporter, operands, 2 * count + 1);
    mica_free(operands);
    return node;
}

static LLVMMetadataRef type_node(micai_exporter *exporter, const mica_attr *attr)
{
    LLVMMetadataRef known = micai_export_map_find(&exporter->map, attr);
    if (known)
        return known;
    LLVMMetadataRef node = NULL;
    if (mica_attr_is_llvm_tbaa_type_desc(attr)) {
        node = make_type_descriptor(exporter, attr);
    } else {
        const mica_attr *name = attr_param(attr, 0);
        LLVMMetadataRef operand =
            name ? make_string(exporter, mica_string_attr_text(name)) : NULL;
        node =
            operand ? make_node(exporter, &operand, 1) : make_distinct(exporter, &operand, 1);
    }
    if (node)
        micai_export_map_set(&exporter->map, attr, node);
    return node;
}

static void attach_type_tag(micai_exporter *exporter, mica_op *op, LLVMValueRef access)
{
    const mica_attr *tags = mica_op_attr(op, "tbaa");
    if (!tags || mica_array_attr_count(tags) != 1)
        return;
    enum { BASE, ACCESS, OFFSET, CONSTANT };
    const mica_attr *tag = mica_array_attr_element(tags, 0);
    bool constant = mica_attr_param(tag, CONSTANT) != 0;
    LLVMMetadataRef operands[] = {
        type_node(exporter, attr_param(tag, BASE)),
        type_node(exporter, attr_param(tag, ACCESS)),
        make_integer(exporter, 64, (int64_t)mica_attr_param(tag, OFFSET)),
        make_integer(exporter, 64, 1)};
    attach(exporter, access, "tbaa", make_node(exporter, operands, constant ? 4 : 3));
}

void micai_export_access_metadata(micai_exporter *exporter, mica_op *op, LLVMValueRef access)
{
    attach_scopes(exporter, op, access, "alias_scopes", "alias.scope");
    attach_scopes(exporter, op, access, "noalias_scopes", "noalias");
    attach_type_tag(exporter, op, access);
    if (micai_export_flag(op, "nontemporal")) {
        LLVMMetadataRef one = make_integer(exporter, 32, 1);
        attach(exporter, access, "nontemporal", make_node(exporter, &one, 1));
    }
    if (micai_export_flag(op, "invariant"))
        attach(exporter, access, "invariant.load", make_node(exporter, NULL, 0));
}

// ---- branches

static void attach_weights(micai_exporter *exporter, mica_op *op, LLVMValueRef branch)
{
    const mica_attr *weights = mica_op_attr(op, "branch_weights");
    size_t count = weights ? mica_dense_array_attr_count(weights) : 0;
    LLVMMetadataRef *operands = count ? mica_malloc((count + 1) * sizeof *operands) : NULL;
    if (!operands)
        return;
    operands[0] = make_string(exporter, mica_string_from("branch_weights"));
    for (size_t i = 0; i < count; i++)
        operands[i + 1] = make_integer(exporter, 32, mica_dense_array_attr_int(weights, i));
    attach(exporter, branch, "prof", make_node(exporter, operands, count + 1));
    mica_free(operands);
}

/// How a parameter of a loop attribute is written in LLVM's metadata.
typedef enum hint_form {
    HINT_FLAG,   ///< !{!"name"} when true
    HINT_NOT,    ///< !{!"name", i1 <not value>}
    HINT_BOOL,   ///< !{!"name", i1 value}
    HINT_NUMBER, ///< !{!"name", i32 value}
} hint_form;

/// Parameter `param` of the attribute in parameter `part` of #llvm.loop_annotation (-1: of the
/// annotation itself). Orders are those of llvm.dialect.
static const struct loop_hint {
    int part, param;
    hint_form form;
    const char *name;
} loop_hints[] = {
    {-1, 0, HINT_FLAG, "llvm.loop.disable_nonforced"},
    {-1, 10, HINT_FLAG, "llvm.loop.mustprogress"},
    {-1, 11, HINT_NUMBER, "llvm.loop.isvectorized"},
    {1, 0, HINT_NOT, "llvm.loop.vectorize.enable"},
    {1, 1, HINT_BOOL, "llvm.loop.vectorize.predicate.enable"},
    {1, 2, HINT_BOOL, "llvm.loop.vectorize.scalable.enable"},
    {1, 3, HINT_NUMBER, "llvm.loop.vectorize.width"},
    {2, 0, HINT_NUMBER, "llvm.loop.interleave.count"},
    {3, 1, HINT_NUMBER, "llvm.loop.unroll.count"},
    {3, 2, HINT_BOOL, "llvm.loop.unroll.runtime.disable"},
    {3, 3, HINT_FLAG, "llvm.loop.unroll.full"},
    {4, 1, HINT_NUMBER, "llvm.loop.unroll_and_jam.count"},
    {5, 0, HINT_FLAG, "llvm.licm.disable"},
    {5, 1, HINT_FLAG, "llvm.loop.licm_versioning.disable"},
    {6, 0, HINT_NOT, "llvm.loop.distribute.enable"},
    {7, 0, HINT_BOOL, "llvm.loop.pipeline.disable"},
    {7, 1, HINT_NUMBER, "llvm.loop.pipeline.initiationinterval"},
    {8, 0, HINT_NUMBER, "llvm.loop.peeled.count"},
    {9, 0, HINT_FLAG, "llvm.loop.unswitch.partial.disable"},
};
#define LOOP_HINT_COUNT (sizeof loop_hints / sizeof *loop_hints)

/// NULL when the hint is not given.
static LLVMMetadataRef make_hint(micai_exporter *exporter, const struct loop_hint *hint,
                                 const mica_attr *value)
{
    int64_t number = mica_integer_attr_value(value);
    LLVMMetadataRef operands[2] = {make_string(exporter, mica_string_from(hint->name)), NULL};
    switch (hint->form) {
    case HINT_FLAG:
        return number ? make_node(exporter, operands, 1) : NULL;
    case HINT_NOT:
        operands[1] = make_integer(exporter, 1, !number);
        break;
    case HINT_BOOL:
        operands[1] = make_integer(exporter, 1, number);
        break;
    case HINT_NUMBER:
        operands[1] = make_integer(exporter, 32, number);
        break;
    }
    return make_node(exporter, operands, 2);
}

/// `disable` of unrolling has two names, one for each value.
static LLVMMetadataRef make_unroll_switch(micai_exporter *exporter, const mica_attr *part,
                                          const char *disable, const char *enable)
{
    const mica_attr *value = part ? attr_param(part, 0) : NULL;
    if (!value)
        return NULL;
    LLVMMetadataRef name = make_string(
        exporter, mica_string_from(mica_integer_attr_value(value) ? disable : enable));
    return make_node(exporter, &name, 1);
}

static LLVMMetadataRef loop_node(micai_exporter *exporter, const mica_attr *annotation)
{
    LLVMMetadataRef known = micai_export_map_find(&exporter->map, annotation);
    if (known)
        return known;
    LLVMMetadataRef operands[LOOP_HINT_COUNT + 3] = {NULL};
    size_t count = 1;
    for (size_t i = 0; i < LOOP_HINT_COUNT; i++) {
        const struct loop_hint *hint = &loop_hints[i];
        const mica_attr *owner =
            hint->part < 0 ? annotation : attr_param(annotation, (size_t)hint->part);
        const mica_attr *value = owner ? attr_param(owner, (size_t)hint->param) : NULL;
        LLVMMetadataRef made = value ? make_hint(exporter, hint, value) : NULL;
        if (made)
            operands[count++] = made;
    }
    LLVMMetadataRef unroll =
        make_unroll_switch(exporter, attr_param(annotation, 3), "llvm.loop.unroll.disable",
                           "llvm.loop.unroll.enable");
    LLVMMetadataRef jam = make_unroll_switch(exporter, attr_param(annotation, 4),
                                             "llvm.loop.unroll_and_jam.disable",
                                             "llvm.loop.unroll_and_jam.enable");
    if (unroll)
        operands[count++] = unroll;
    if (jam)
        operands[count++] = jam;
    LLVMMetadataRef node = make_distinct(exporter, operands, count);
    micai_export_map_set(&exporter->map, annotation, node);
    return node;
}

void micai_export_branch_metadata(micai_exporter *exporter, mica_op *op, LLVMValueRef branch)
{
    attach_weights(exporter, op, branch);
    const mica_attr *annotation = mica_op_attr(op, "loop_annotation");
    if (annotation)
        attach(exporter, branch, "llvm.loop", loop_node(exporter, annotation));
}
