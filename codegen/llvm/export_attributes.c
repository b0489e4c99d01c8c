// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linkage and the like of symbols, attributes of functions and of their arguments and results.
#include "codegen/llvm/export_internal.h"

#include <stdio.h>
#include <stdlib.h>

// ---- symbols

static const LLVMLinkage linkages[] = {
    LLVMPrivateLinkage,     LLVMInternalLinkage,     LLVMAvailableExternallyLinkage,
    LLVMLinkOnceAnyLinkage, LLVMWeakAnyLinkage,      LLVMCommonLinkage,
    LLVMAppendingLinkage,   LLVMExternalWeakLinkage, LLVMLinkOnceODRLinkage,
    LLVMWeakODRLinkage,     LLVMExternalLinkage,
};

void micai_export_linkage(mica_op *op, LLVMValueRef global)
{
    static const LLVMUnnamedAddr unnamed[] = {LLVMNoUnnamedAddr, LLVMLocalUnnamedAddr,
                                              LLVMGlobalUnnamedAddr};
    static const LLVMVisibility visibilities[] = {LLVMDefaultVisibility, LLVMHiddenVisibility,
                                                  LLVMProtectedVisibility};
    enum { EXTERNAL = 10 };
    LLVMSetLinkage(global, linkages[micai_export_enum(op, "linkage", EXTERNAL)]);
    LLVMSetVisibility(global, visibilities[micai_export_enum(op, "visibility_", 0)]);
    LLVMSetUnnamedAddress(global, unnamed[micai_export_enum(op, "unnamed_addr", 0)]);
    const mica_attr *section = mica_op_attr(op, "section");
    if (section)
        LLVMSetSection(global, mica_string_attr_text(section).data);
    int64_t alignment = micai_export_integer(op, "alignment", 0);
    if (alignment > 0)
        LLVMSetAlignment(global, (unsigned)alignment);
}

// ---- attributes

static const LLVMAttributeIndex function_index = (LLVMAttributeIndex)LLVMAttributeFunctionIndex;

static void add_enum(micai_exporter *exporter, LLVMValueRef function, LLVMAttributeIndex index,
                     const char *name, uint64_t value)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    LLVMAddAttributeAtIndex(function, index,
                            LLVMCreateEnumAttribute(exporter->llvm, kind, value));
}

static void add_string(micai_exporter *exporter, LLVMValueRef function,
                       LLVMAttributeIndex index, mica_string name, mica_string value)
{
    LLVMAddAttributeAtIndex(function, index,
                            LLVMCreateStringAttribute(exporter->llvm, name.data,
                                                      (unsigned)name.length, value.data,
                                                      (unsigned)value.length));
}

/// A name that LLVM knows becomes its own attribute, with a number when there is one.
static void add_named(micai_exporter *exporter, LLVMValueRef function, LLVMAttributeIndex index,
                      mica_string name, mica_string value)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name.data, name.length);
    if (kind == 0) {
        add_string(exporter, function, index, name, value);
        return;
    }
    uint64_t number = value.length ? strtoull(value.data, NULL, 0) : 0;
    LLVMAddAttributeAtIndex(function, index,
                            LLVMCreateEnumAttribute(exporter->llvm, kind, number));
}

/// passthrough = ["noinline", ["alignstack", "16"], ["key", "text"]]
static void add_passthrough(micai_exporter *exporter, mica_op *op, LLVMValueRef function)
{
    const mica_attr *list = mica_op_attr(op, "passthrough");
    for (size_t i = 0; list && i < mica_array_attr_count(list); i++) {
        const mica_attr *entry = mica_array_attr_element(list, i);
        mica_string value = {NULL, 0};
        if (mica_attr_is(entry, MICA_ATTR_ARRAY) && mica_array_attr_count(entry) == 2) {
            value = mica_string_attr_text(mica_array_attr_element(entry, 1));
            entry = mica_array_attr_element(entry, 0);
        }
        if (mica_attr_is(entry, MICA_ATTR_STRING))
            add_named(exporter, function, function_index, mica_string_attr_text(entry), value);
    }
}

static const struct {
    const char *field, *name;
} unit_attributes[] =
    {
        {"convergent", "convergent"},      {"no_inline", "noinline"},
        {"always_inline", "alwaysinline"}, {"no_unwind", "nounwind"},
        {"will_return", "willreturn"},     {"optimize_none", "optnone"},
},
  text_attributes[] =
      {
          {"target_cpu", "target-cpu"},
          {"tune_cpu", "tune-cpu"},
          {"denormal_fp_math", "denormal-fp-math"},
          {"denormal_fp_math_f32", "denormal-fp-math-f32"},
          {"fp_contract", "fp-contract"},
},
  bool_attributes[] = {
      {"unsafe_fp_math", "unsafe-fp-math"},
      {"no_infs_fp_math", "no-infs-fp-math"},
      {"no_nans_fp_math", "no-nans-fp-math"},
      {"approx_func_fp_math", "approx-func-fp-math"},
      {"no_signed_zeros_fp_math", "no-signed-zeros-fp-math"},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void add_tables(micai_exporter *exporter, mica_op *op, LLVMValueRef function)
{
    for (size_t i = 0; i < COUNT(unit_attributes); i++)
        if (micai_export_flag(op, unit_attributes[i].field))
            add_enum(exporter, function, function_index, unit_attributes[i].name, 0);
    for (size_t i = 0; i < COUNT(text_attributes); i++) {
        const mica_attr *text = mica_op_attr(op, text_attributes[i].field);
        if (text)
            add_string(exporter, function, function_index,
                       mica_string_from(text_attributes[i].name), mica_string_attr_text(text));
    }
    for (size_t i = 0; i < COUNT(bool_attributes); i++) {
        const mica_attr *flag = mica_op_attr(op, bool_attributes[i].field);
        if (flag)
            add_string(exporter, function, function_index,
                       mica_string_from(bool_attributes[i].name),
                       mica_string_from(mica_integer_attr_value(flag) ? "true" : "false"));
    }
}

/// target_features = #llvm.target_features<["+avx2", "-sse4"]>: joined by commas.
static void add_target_features(micai_exporter *exporter, mica_op *op, LLVMValueRef function)
{
    const mica_attr *features = mica_op_attr(op, "target_features");
    if (!features)
        return;
    const mica_word_list *list =
        (const mica_word_list *)(uintptr_t)mica_attr_param(features, 0);
    size_t size = 0, used = 0;
    for (size_t i = 0; i < mica_word_list_count(list); i++)
        size +=
            mica_string_attr_text((const mica_attr *)(uintptr_t)mica_word_list_words(list)[i])
                .length +
            1;
    char *joined = mica_malloc(size + 1);
    if (!joined)
        return;
    for (size_t i = 0; i < mica_word_list_count(list); i++) {
        mica_string text =
            mica_string_attr_text((const mica_attr *)(uintptr_t)mica_word_list_words(list)[i]);
        if (i > 0)
            joined[used++] = ',';
        memcpy(joined + used, text.data, text.length);
        used += text.length;
    }
    mica_string value = {joined, used};
    add_string(exporter, function, function_index, mica_string_from("target-features"), value);
    mica_free(joined);
}

/// LLVM packs two bits a kind of memory: arguments, inaccessible, everything else.
static void add_memory(micai_exporter *exporter, mica_op *op, LLVMValueRef function)
{
    const mica_attr *memory = mica_op_attr(op, "memory");
    if (!memory)
        return;
    enum { OTHER, ARGUMENTS, INACCESSIBLE };
    uint64_t packed = mica_attr_param(memory, ARGUMENTS) |
                      mica_attr_param(memory, INACCESSIBLE) << 2 |
                      mica_attr_param(memory, OTHER) << 4;
    add_enum(exporter, function, function_index, "memory", packed);
}

static void add_vscale_range(micai_exporter *exporter, mica_op *op, LLVMValueRef function)
{
    const mica_attr *range = mica_op_attr(op, "vscale_range");
    if (!range)
        return;
    uint64_t least = (uint64_t)mica_integer_attr_value(
        (const mica_attr *)(uintptr_t)mica_attr_param(range, 0));
    uint64_t most = (uint64_t)mica_integer_attr_value(
        (const mica_attr *)(uintptr_t)mica_attr_param(range, 1));
    add_enum(exporter, function, function_index, "vscale_range", least << 32 | most);
}

static void add_frame_pointer(micai_exporter *exporter, mica_op *op, LLVMValueRef function)
{
    int64_t kind = micai_export_enum(op, "frame_pointer", -1);
    const char *name =
        kind < 0 ? NULL : mica_enum_keyword(&mica_llvm_frame_pointer_kind_enum, kind);
    if (name)
        add_string(exporter, function, function_index, mica_string_from("frame-pointer"),
                   mica_string_from(name));
}

/// Entries of an argument's dictionary named llvm.<attribute>: set, a number or a type.
static void add_dictionary(micai_exporter *exporter, mica_op *op, LLVMValueRef function,
                           LLVMAttributeIndex index, const mica_attr *entries)
{
    for (size_t i = 0; i < mica_dictionary_attr_count(entries); i++) {
        mica_named_attr entry = mica_dictionary_attr_entry(entries, i);
        mica_string name = mica_identifier_text(entry.name);
        if (name.length < 5 || memcmp(name.data, "llvm.", 5) != 0)
            continue;
        unsigned kind = LLVMGetEnumAttributeKindForName(name.data + 5, name.length - 5);
        if (kind == 0)
            continue;
        LLVMAttributeRef made = NULL;
        if (mica_attr_is(entry.value, MICA_ATTR_TYPE)) {
            LLVMTypeRef type =
                micai_export_type(exporter, op, mica_type_attr_value(entry.value));
            made = type ? LLVMCreateTypeAttribute(exporter->llvm, kind, type) : NULL;
        } else {
            bool number = mica_attr_is(entry.value, MICA_ATTR_INTEGER);
            made = LLVMCreateEnumAttribute(
                exporter->llvm, kind,
                number ? (uint64_t)mica_integer_attr_value(entry.value) : 0);
        }
        if (made)
            LLVMAddAttributeAtIndex(function, index, made);
    }
}

static void add_argument_attributes(micai_exporter *exporter, mica_op *op,
                                    LLVMValueRef function)
{
    const mica_attr *arguments = mica_op_attr(op, "arg_attrs");
    const mica_attr *results = mica_op_attr(op, "res_attrs");
    for (size_t i = 0; arguments && i < mica_array_attr_count(arguments); i++)
        add_dictionary(exporter, op, function, (LLVMAttributeIndex)(i + 1),
                       mica_array_attr_element(arguments, i));
    if (results && mica_array_attr_count(results) > 0)
        add_dictionary(exporter, op, function, LLVMAttributeReturnIndex,
                       mica_array_attr_element(results, 0));
}

void micai_export_function_attributes(micai_exporter *exporter, mica_op *op,
                                      LLVMValueRef function)
{
    LLVMSetFunctionCallConv(function, (unsigned)micai_export_enum(op, "CConv", 0));
    const mica_attr *collector = mica_op_attr(op, "garbageCollector");
    if (collector)
        LLVMSetGC(function, mica_string_attr_text(collector).data);
    add_tables(exporter, op, function);
    add_target_features(exporter, op, function);
    add_memory(exporter, op, function);
    add_vscale_range(exporter, op, function);
    add_frame_pointer(exporter, op, function);
    add_passthrough(exporter, op, function);
    add_argument_attributes(exporter, op, function);
}
