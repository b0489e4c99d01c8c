// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text and verification of llvm.func, llvm.call and llvm.mlir.global, whose forms no format can
// say.
//
//   llvm.func internal fastcc @f(%p: !llvm.ptr {llvm.noalias}, ...) -> i32 attributes {...}
//   {...} llvm.call tail @f(%p) vararg(!llvm.func<i32 (ptr, ...)>) : (!llvm.ptr) -> i32
//   llvm.mlir.global private constant @text("abc") : !llvm.array<3 x i8>
#include "dialects/llvm/llvm_internal.h"

#include <stdlib.h>

// ---- keywords before the symbol

/// An enum of which a keyword other than the default may stand there.
typedef struct optional_keyword {
    const char *attr;
    const mica_enum_def *keywords;
    const mica_attr_def *holder; ///< NULL: a plain integer
    int64_t default_value;
} optional_keyword;

#define EXTERNAL_LINKAGE 10

static const optional_keyword linkage_keyword = {"linkage", &mica_llvm_linkage_kind_enum,
                                                 &mica_llvm_linkage_attr, EXTERNAL_LINKAGE};
static const optional_keyword visibility_keyword = {"visibility_", &mica_llvm_visibility_enum,
                                                    NULL, 0};
static const optional_keyword unnamed_addr_keyword = {"unnamed_addr",
                                                      &mica_llvm_unnamed_addr_enum, NULL, 0};
static const optional_keyword convention_keyword = {"CConv", &mica_llvm_calling_convention_enum,
                                                    &mica_llvm_cconv_attr, 0};
static const optional_keyword tail_keyword = {"TailCallKind", &mica_llvm_tail_call_kind_enum,
                                              &mica_llvm_tailcallkind_attr, 0};

static const mica_attr *make_enum(mica_context *context, const optional_keyword *keyword,
                                  int64_t value)
{
    uint64_t word = (uint64_t)value;
    return keyword->holder ? micai_llvm_attr_make(context, keyword->holder, &word, 1)
                           : mica_i64_attr_get(context, value);
}

static int64_t enum_value(const mica_op *op, const optional_keyword *keyword)
{
    const mica_attr *attr = mica_op_attr(op, keyword->attr);
    if (!attr)
        return keyword->default_value;
    return keyword->holder ? (int64_t)mica_attr_param(attr, 0) : mica_integer_attr_value(attr);
}

/// Consumes a keyword of the enum if it is next; `always` stores the default otherwise.
static void parse_keyword_if(mica_asm_parser *parser, mica_op_state *state,
                             const optional_keyword *keyword, bool always)
{
    mica_context *context = mica_asm_context(parser);
    for (uint32_t i = 0; i < keyword->keywords->case_count; i++) {
        const mica_enum_case *enum_case = &keyword->keywords->cases[i];
        if (*enum_case->keyword && mica_asm_parse_keyword_if(parser, enum_case->keyword)) {
            mica_op_state_set_attr(state, keyword->attr,
                                   make_enum(context, keyword, enum_case->value));
            return;
        }
    }
    if (always)
        mica_op_state_set_attr(state, keyword->attr,
                               make_enum(context, keyword, keyword->default_value));
}

static void print_keyword(mica_asm_printer *printer, const mica_op *op,
                          const optional_keyword *keyword, bool always)
{
    int64_t value = enum_value(op, keyword);
    const char *text = mica_enum_keyword(keyword->keywords, value);
    if (!text || !*text || (!always && value == keyword->default_value))
        return;
    mica_asm_printf(printer, "%s ", text);
}

static void parse_unit_if(mica_asm_parser *parser, mica_op_state *state, const char *keyword,
                          const char *attr)
{
    if (mica_asm_parse_keyword_if(parser, keyword))
        mica_op_state_set_attr(state, attr, mica_unit_attr_get(mica_asm_context(parser)));
}

/// `comdat(@group::@member)`
static bool parse_comdat_if(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *group = NULL;
    if (!mica_asm_parse_keyword_if(parser, "comdat"))
        return true;
    if (!mica_asm_parse_token(parser, "(") || !mica_asm_parse_attr(parser, NULL, &group) ||
        !mica_asm_parse_token(parser, ")"))
        return false;
    mica_op_state_set_attr(state, "comdat", group);
    return true;
}

static void print_comdat(mica_asm_printer *printer, const mica_op *op)
{
    const mica_attr *group = mica_op_attr(op, "comdat");
    if (!group)
        return;
    mica_asm_print(printer, " comdat(");
    mica_asm_print_attr(printer, group);
    mica_asm_print(printer, ")");
}

// ---- signature

typedef struct signature {
    mica_asm_argument_list arguments; ///< named ones
    mica_asm_type_list types;
    const mica_attr **attrs; ///< one dictionary per argument, NULL: none
    size_t attr_capacity;
    bool has_attrs, var_arg;
} signature;

static void free_signature(signature *list)
{
    mica_asm_argument_list_free(&list->arguments);
    mica_asm_type_list_free(&list->types);
    mica_free(list->attrs);
}

static bool note_attrs(signature *list, const mica_attr *attrs)
{
    size_t index = list->types.count - 1;
    if (index >= list->attr_capacity) {
        size_t capacity = index < 8 ? 8 : 2 * index;
        const mica_attr **grown = mica_realloc(list->attrs, capacity * sizeof *grown);
        if (!grown)
            return false;
        list->attrs = grown;
        list->attr_capacity = capacity;
    }
    list->attrs[index] = attrs;
    list->has_attrs |= attrs != NULL;
    return true;
}

static bool append_argument(mica_asm_argument_list *list, const mica_asm_argument *argument)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 8;
        mica_asm_argument *grown = mica_realloc(list->data, capacity * sizeof *grown);
        if (!grown)
            return false;
        list->data = grown;
        list->capacity = capacity;
    }
    list->data[list->count++] = *argument;
    return true;
}

static bool parse_attrs_if(mica_asm_parser *parser, const mica_attr **attrs)
{
    *attrs = NULL;
    return !mica_asm_next_is(parser, "{") || mica_asm_parse_attr(parser, NULL, attrs);
}

/// `%name: type {attrs}`, `type {attrs}` or `...`.
static bool parse_parameter(mica_asm_parser *parser, void *user)
{
    signature *list = user;
    if (list->var_arg)
        return mica_asm_error(parser, "variadic arguments must be in the end of the argument "
                                      "list");
    if (mica_asm_parse_token_if(parser, "...")) {
        list->var_arg = true;
        return true;
    }
    if (mica_asm_next_is(parser, "%")) {
        mica_asm_argument argument;
        return mica_asm_parse_argument(parser, &argument, true, true) &&
               append_argument(&list->arguments, &argument) &&
               mica_asm_type_list_append(&list->types, argument.type) &&
               note_attrs(list, argument.attrs);
    }
    if (list->arguments.count > 0)
        return mica_asm_error(parser, "expected SSA identifier");
    const mica_type *type = NULL;
    const mica_attr *attrs = NULL;
    mica_location location;
    return mica_asm_parse_type(parser, &type) &&
           mica_asm_type_list_append(&list->types, type) && parse_attrs_if(parser, &attrs) &&
           note_attrs(list, attrs) && (mica_asm_parse_location_if(parser, &location), true);
}

static bool refuse_signature(mica_asm_parser *parser, size_t name, const char *what)
{
    return mica_asm_error_at(parser, name, "failed to construct function type: %s", what);
}

/// `-> type` or `-> (type {attrs})`; `name` is where complaints are placed.
static bool parse_result(mica_asm_parser *parser, mica_op_state *state, size_t name,
                         const mica_type **result)
{
    *result = mica_llvm_void_get(mica_asm_context(parser));
    if (!mica_asm_parse_token_if(parser, "->"))
        return true;
    if (!mica_asm_parse_token_if(parser, "("))
        return mica_asm_parse_type(parser, result);
    if (mica_asm_parse_token_if(parser, ")"))
        return true;
    const mica_attr *attrs = NULL;
    if (!mica_asm_parse_type(parser, result) || !parse_attrs_if(parser, &attrs))
        return false;
    if (mica_asm_next_is(parser, ","))
        return refuse_signature(parser, name, "expected zero or one function result");
    if (!mica_asm_parse_token(parser, ")"))
        return false;
    if (attrs)
        mica_op_state_set_attr(state, "res_attrs",
                               mica_array_attr_get(mica_asm_context(parser), &attrs, 1));
    return true;
}

static void set_argument_attrs(mica_context *context, mica_op_state *state, signature *list)
{
    if (!list->has_attrs)
        return;
    const mica_attr *empty = mica_dictionary_attr_get(context, NULL, 0);
    for (size_t i = 0; i < list->types.count; i++)
        if (!list->attrs[i])
            list->attrs[i] = empty;
    mica_op_state_set_attr(state, "arg_attrs",
                           mica_array_attr_get(context, list->attrs, list->types.count));
}

// ---- llvm.func

/// `vscale_range(1, 16)`
static bool parse_vscale_range_if(mica_asm_parser *parser, mica_op_state *state)
{
    if (!mica_asm_parse_keyword_if(parser, "vscale_range"))
        return true;
    mica_context *context = mica_asm_context(parser);
    int64_t least = 0, most = 0;
    if (!mica_asm_parse_token(parser, "(") || !mica_asm_parse_integer(parser, &least) ||
        !mica_asm_parse_token(parser, ",") || !mica_asm_parse_integer(parser, &most) ||
        !mica_asm_parse_token(parser, ")"))
        return false;
    uint64_t words[] = {
        (uint64_t)(uintptr_t)mica_i32_attr_get(context, (int32_t)least),
        (uint64_t)(uintptr_t)mica_i32_attr_get(context, (int32_t)most),
    };
    mica_op_state_set_attr(
        state, "vscale_range",
        micai_llvm_attr_make(context, &mica_llvm_vscale_range_attr, words, 2));
    return true;
}

static bool check_signature(mica_asm_parser *parser, size_t name, const signature *list,
                            const mica_type *result)
{
    for (size_t i = 0; i < list->types.count; i++)
        if (!mica_llvm_type_is_compatible(list->types.data[i]))
            return refuse_signature(parser, name, "expected LLVM type for function arguments");
    return mica_llvm_type_is_compatible(result) ||
           refuse_signature(parser, name, "expected LLVM type for function results");
}

static bool parse_function_head(mica_asm_parser *parser, mica_op_state *state, signature *list)
{
    mica_context *context = mica_asm_context(parser);
    const mica_attr *name = NULL;
    const mica_type *result = NULL;
    parse_keyword_if(parser, state, &linkage_keyword, true);
    parse_keyword_if(parser, state, &visibility_keyword, true);
    parse_keyword_if(parser, state, &unnamed_addr_keyword, true);
    parse_keyword_if(parser, state, &convention_keyword, true);
    const size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_symbol_name(parser, &name))
        return false;
    mica_op_state_set_attr(state, "sym_name", name);
    if (!mica_asm_parse_list(parser, MICA_DELIMITER_PAREN, parse_parameter, list, NULL) ||
        !parse_result(parser, state, offset, &result) ||
        !check_signature(parser, offset, list, result))
        return false;
    set_argument_attrs(context, state, list);
    const mica_type *type =
        mica_llvm_function_get(result, list->types.data, list->types.count, list->var_arg);
    mica_op_state_set_attr(state, "function_type", mica_type_attr_get(type));
    return parse_vscale_range_if(parser, state) && parse_comdat_if(parser, state) &&
           mica_asm_parse_attr_dict_with_keyword(parser, state);
}

bool micai_llvm_func_parse(mica_asm_parser *parser, mica_op_state *state)
{
    signature list = {0};
    bool present = false;
    mica_region *body = mica_op_state_add_region(state);
    bool ok = parse_function_head(parser, state, &list) &&
              mica_asm_parse_region_if(parser, body, list.arguments.data, list.arguments.count,
                                       &present);
    free_signature(&list);
    return ok;
}

static const mica_attr *attrs_of(const mica_op *op, const char *name, size_t index)
{
    const mica_attr *all = mica_op_attr(op, name);
    if (!all || index >= mica_array_attr_count(all))
        return NULL;
    const mica_attr *attrs = mica_array_attr_element(all, index);
    return mica_dictionary_attr_count(attrs) ? attrs : NULL;
}

static void print_type_with_attrs(mica_asm_printer *printer, const mica_type *type,
                                  const mica_attr *attrs)
{
    mica_asm_print_type(printer, type);
    if (!attrs)
        return;
    mica_asm_print(printer, " ");
    mica_asm_print_attr(printer, attrs);
}

static void print_signature(mica_asm_printer *printer, const mica_op *op, const mica_type *type)
{
    mica_block *entry = mica_region_first(mica_op_region(op, 0));
    size_t count = mica_llvm_function_input_count(type);
    mica_asm_print(printer, "(");
    for (size_t i = 0; i < count; i++) {
        const mica_attr *attrs = attrs_of(op, "arg_attrs", i);
        mica_asm_print(printer, i ? ", " : "");
        if (entry)
            mica_asm_print_argument(printer, mica_block_argument(entry, i), attrs, false);
        else
            print_type_with_attrs(printer, mica_llvm_function_input(type, i), attrs);
    }
    if (mica_llvm_function_is_var_arg(type))
        mica_asm_print(printer, count ? ", ..." : "...");
    mica_asm_print(printer, ")");
    const mica_type *result = mica_llvm_function_result(type);
    if (mica_llvm_type_is_void(result))
        return;
    const mica_attr *attrs = attrs_of(op, "res_attrs", 0);
    mica_asm_print(printer, attrs ? " -> (" : " -> ");
    print_type_with_attrs(printer, result, attrs);
    mica_asm_print(printer, attrs ? ")" : "");
}

static void print_vscale_range(mica_asm_printer *printer, const mica_op *op)
{
    const mica_attr *range = mica_op_attr(op, "vscale_range");
    if (!range)
        return;
    const mica_attr *least = (const mica_attr *)(uintptr_t)mica_attr_param(range, 0);
    const mica_attr *most = (const mica_attr *)(uintptr_t)mica_attr_param(range, 1);
    mica_asm_printf(printer, " vscale_range(%lld, %lld)",
                    (long long)mica_integer_attr_value(least),
                    (long long)mica_integer_attr_value(most));
}

void micai_llvm_func_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {
        "sym_name", "function_type", "arg_attrs",    "res_attrs",    "linkage", "CConv",
        "comdat",   "visibility_",   "unnamed_addr", "vscale_range", NULL,
    };
    mica_asm_print(printer, " ");
    print_keyword(printer, op, &linkage_keyword, false);
    print_keyword(printer, op, &visibility_keyword, false);
    print_keyword(printer, op, &unnamed_addr_keyword, false);
    print_keyword(printer, op, &convention_keyword, false);
    mica_asm_print_symbol_name(printer, mica_string_attr_text(mica_op_attr(op, "sym_name")));
    print_signature(printer, op, mica_type_attr_value(mica_op_attr(op, "function_type")));
    print_vscale_range(printer, op);
    print_comdat(printer, op);
    mica_asm_print_attr_dict_with_keyword(printer, op, printed);
    mica_region *body = mica_op_region(op, 0);
    if (mica_region_is_empty(body))
        return;
    mica_asm_print(printer, " ");
    mica_asm_print_region(printer, body, false, true);
}

bool micai_llvm_func_verify(mica_op *op)
{
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "function_type"));
    mica_block *entry = mica_region_first(mica_op_region(op, 0));
    int64_t linkage = enum_value(op, &linkage_keyword);
    const char *name = mica_enum_keyword(&mica_llvm_linkage_kind_enum, linkage);
    if (linkage == 5 || linkage == 6)
        return mica_op_error(op, "functions cannot have '%s' linkage", name);
    if (!entry) {
        if (linkage != EXTERNAL_LINKAGE && strcmp(name, "extern_weak") != 0)
            return mica_op_error(op, "external functions must have 'external' or 'extern_weak' "
                                     "linkage");
        return true;
    }
    size_t count = mica_llvm_function_input_count(type);
    if (mica_block_argument_count(entry) != count)
        return mica_op_error(op,
                             "entry block must have %zu arguments to match function "
                             "signature",
                             count);
    for (size_t i = 0; i < count; i++)
        if (mica_value_type(mica_block_argument(entry, i)) != mica_llvm_function_input(type, i))
            return mica_op_error(op,
                                 "type of entry block argument #%zu must match the type of the "
                                 "corresponding argument in function signature",
                                 i);
    return true;
}

// ---- llvm.call

bool micai_llvm_call_verify(mica_op *op)
{
    const mica_attr *callee = mica_op_attr(op, "callee");
    if (!callee) {
        if (mica_op_operand_count(op) == 0)
            return mica_op_error(op, "must have either a `callee` attribute or at least an "
                                     "operand");
        if (!mica_llvm_type_is_pointer(mica_value_type(mica_op_operand(op, 0))))
            return mica_op_error(op, "indirect call expects a pointer as callee");
        return true;
    }
    return true;
}

/// `vararg(!llvm.func<...>)`
static bool parse_var_arg_if(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_type *type = NULL;
    if (!mica_asm_parse_keyword_if(parser, "vararg"))
        return true;
    if (!mica_asm_parse_token(parser, "(") || !mica_asm_parse_type(parser, &type) ||
        !mica_asm_parse_token(parser, ")"))
        return false;
    mica_op_state_set_attr(state, "var_callee_type", mica_type_attr_get(type));
    return true;
}

/// The types behind the colon: the function's, for calls through a pointer its type before
/// that.
static bool check_call_types(mica_asm_parser *parser, bool is_indirect, size_t offset,
                             const mica_asm_type_list *types)
{
    const size_t wanted = is_indirect ? 2 : 1;
    if (types->count != wanted)
        return mica_asm_error_at(parser, offset,
                                 is_indirect ? "expected indirect call to have 2 trailing types"
                                             : "expected direct call to have 1 trailing type");
    const mica_type *type = types->data[wanted - 1];
    if (mica_type_get_kind(type) != MICA_TYPE_FUNCTION)
        return mica_asm_error_at(parser, offset, "expected trailing function type");
    if (mica_function_type_result_count(type) > 1)
        return mica_asm_error_at(parser, offset, "expected function with 0 or 1 result");
    if (mica_function_type_result_count(type) == 1 &&
        mica_llvm_type_is_void(mica_function_type_result(type, 0)))
        return mica_asm_error_at(parser, offset, "expected a non-void result type");
    return true;
}

static bool parse_call_types(mica_asm_parser *parser, mica_op_state *state,
                             const mica_asm_operand *callee,
                             const mica_asm_operand_list *operands, size_t offset)
{
    const size_t types_offset = mica_asm_offset(parser);
    mica_asm_type_list types = {0};
    const bool good = mica_asm_parse_colon_type_list(parser, &types) &&
                      check_call_types(parser, callee != NULL, types_offset, &types);
    const mica_type *pointer = good ? types.data[0] : NULL;
    const mica_type *type = good ? types.data[types.count - 1] : NULL;
    mica_asm_type_list_free(&types);
    if (!good || (callee && !mica_asm_resolve_operand(parser, callee, pointer, state)))
        return false;
    size_t count = mica_function_type_input_count(type);
    const mica_type **inputs = mica_malloc((count ? count : 1) * sizeof *inputs);
    if (!inputs)
        return false;
    for (size_t i = 0; i < count; i++)
        inputs[i] = mica_function_type_input(type, i);
    bool ok = mica_asm_resolve_operands(parser, operands, inputs, count, offset, state);
    mica_free(inputs);
    if (!ok)
        return false;
    if (mica_function_type_result_count(type) == 1)
        mica_op_state_add_result(state, mica_function_type_result(type, 0));
    return true;
}

bool micai_llvm_call_parse(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *name = NULL;
    mica_asm_operand callee;
    mica_asm_operand_list operands = {0};
    parse_keyword_if(parser, state, &convention_keyword, false);
    parse_keyword_if(parser, state, &tail_keyword, false);
    bool indirect = mica_asm_parse_operand_if(parser, &callee);
    if (!indirect) {
        if (!mica_asm_parse_symbol_name(parser, &name))
            return false;
        mica_op_state_set_attr(state, "callee",
                               mica_symbol_ref_attr_get(mica_asm_context(parser),
                                                        mica_string_attr_text(name), NULL, 0));
    }
    size_t offset = mica_asm_offset(parser);
    bool ok = mica_asm_parse_operand_list(parser, MICA_DELIMITER_PAREN, &operands) &&
              parse_var_arg_if(parser, state) && mica_asm_parse_attr_dict(parser, state) &&
              parse_call_types(parser, state, indirect ? &callee : NULL, &operands, offset);
    mica_asm_operand_list_free(&operands);
    return ok;
}

void micai_llvm_call_print(mica_asm_printer *printer, mica_op *op)
{
    const mica_attr *flags = mica_op_attr(op, "fastmathFlags");
    const bool no_flags = !flags || mica_attr_param(flags, 0) == 0;
    const char *const printed[] = {
        "callee", "var_callee_type", "CConv", "TailCallKind", no_flags ? "fastmathFlags" : NULL,
        NULL};
    const mica_attr *callee = mica_op_attr(op, "callee");
    const mica_attr *var_arg = mica_op_attr(op, "var_callee_type");
    size_t first = callee ? 0 : 1;
    mica_asm_print(printer, " ");
    print_keyword(printer, op, &convention_keyword, false);
    print_keyword(printer, op, &tail_keyword, false);
    if (callee)
        mica_asm_print_symbol_name(printer, mica_symbol_ref_attr_root(callee));
    else
        mica_asm_print_operand(printer, mica_op_operand(op, 0));
    mica_asm_print(printer, "(");
    mica_asm_print_operands(printer, op, first, mica_op_operand_count(op) - first);
    mica_asm_print(printer, ")");
    if (var_arg) {
        mica_asm_print(printer, " vararg(");
        mica_asm_print_type(printer, mica_type_attr_value(var_arg));
        mica_asm_print(printer, ")");
    }
    mica_asm_print_attr_dict(printer, op, printed);
    mica_asm_print(printer, " : ");
    if (!callee) {
        mica_asm_print_type(printer, mica_value_type(mica_op_operand(op, 0)));
        mica_asm_print(printer, ", ");
    }
    mica_asm_print(printer, "(");
    mica_asm_print_operand_types(printer, op, first, mica_op_operand_count(op) - first);
    mica_asm_print(printer, ") -> ");
    if (mica_op_result_count(op) == 0)
        mica_asm_print(printer, "()");
    else
        mica_asm_print_result_types(printer, op);
}

// ---- llvm.mlir.global

static bool parse_global_head(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *name = NULL;
    const mica_attr *value = NULL;
    parse_keyword_if(parser, state, &linkage_keyword, true);
    parse_keyword_if(parser, state, &visibility_keyword, true);
    parse_unit_if(parser, state, "thread_local", "thread_local_");
    parse_keyword_if(parser, state, &unnamed_addr_keyword, true);
    parse_unit_if(parser, state, "constant", "constant");
    if (!mica_asm_parse_symbol_name(parser, &name) || !mica_asm_parse_token(parser, "("))
        return false;
    mica_op_state_set_attr(state, "sym_name", name);
    mica_op_state_set_attr(state, "addr_space", mica_i32_attr_get(mica_asm_context(parser), 0));
    if (!mica_asm_parse_token_if(parser, ")")) {
        if (!mica_asm_parse_attr(parser, NULL, &value) || !mica_asm_parse_token(parser, ")"))
            return false;
        mica_op_state_set_attr(state, "value", value);
    }
    return parse_comdat_if(parser, state) && mica_asm_parse_attr_dict(parser, state);
}

static const mica_attr *state_attr(const mica_op_state *state, const char *name)
{
    int slot = mica_op_def_find_slot(mica_op_record_def(state->record), mica_string_from(name));
    return slot < 0 ? NULL : state->slots[slot];
}

bool micai_llvm_mlir_global_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_region *initializer = mica_op_state_add_region(state);
    const mica_type *type = NULL;
    bool present = false;
    if (!parse_global_head(parser, state))
        return false;
    const mica_attr *value = state_attr(state, "value");
    if (mica_asm_parse_token_if(parser, ":")) {
        if (!mica_asm_parse_type(parser, &type) ||
            !mica_asm_parse_region_if(parser, initializer, NULL, 0, &present))
            return false;
        if (mica_asm_next_is(parser, ","))
            return mica_asm_error_at_name(parser, "expected zero or one type");
    } else if (mica_attr_is(value, MICA_ATTR_STRING)) {
        const mica_type *byte =
            mica_integer_type_get(mica_asm_context(parser), 8, MICA_SIGNLESS);
        type = mica_llvm_array_get(byte, (int64_t)mica_string_attr_text(value).length);
    } else {
        return mica_asm_error_at_name(parser, "type can only be omitted for string globals");
    }
    mica_op_state_set_attr(state, "global_type", mica_type_attr_get(type));
    return true;
}

void micai_llvm_mlir_global_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {
        "sym_name",     "global_type",   "constant",    "value",  "linkage",
        "unnamed_addr", "thread_local_", "visibility_", "comdat", NULL,
    };
    const mica_attr *value = mica_op_attr(op, "value");
    mica_asm_print(printer, " ");
    print_keyword(printer, op, &linkage_keyword, true);
    print_keyword(printer, op, &visibility_keyword, false);
    mica_asm_print(printer, mica_op_attr(op, "thread_local_") ? "thread_local " : "");
    print_keyword(printer, op, &unnamed_addr_keyword, false);
    mica_asm_print(printer, mica_op_attr(op, "constant") ? "constant " : "");
    mica_asm_print_symbol_name(printer, mica_string_attr_text(mica_op_attr(op, "sym_name")));
    mica_asm_print(printer, "(");
    if (value)
        mica_asm_print_attr(printer, value);
    mica_asm_print(printer, ")");
    print_comdat(printer, op);
    mica_asm_print_attr_dict(printer, op, printed);
    if (mica_attr_is(value, MICA_ATTR_STRING))
        return;
    mica_asm_print(printer, " : ");
    mica_asm_print_type(printer, mica_type_attr_value(mica_op_attr(op, "global_type")));
    if (mica_region_is_empty(mica_op_region(op, 0)))
        return;
    mica_asm_print(printer, " ");
    mica_asm_print_region(printer, mica_op_region(op, 0), false, true);
}

static bool is_zero(const mica_attr *value)
{
    if (mica_attr_is(value, MICA_ATTR_INTEGER))
        return mica_integer_attr_value(value) == 0;
    if (mica_attr_is(value, MICA_ATTR_FLOAT))
        return mica_float_attr_value(value) == 0;
    if (mica_attr_is(value, MICA_ATTR_DENSE_ELEMENTS))
        return mica_dense_elements_attr_is_splat(value) &&
               is_zero(mica_dense_elements_attr_element(value, 0));
    if (!mica_attr_is(value, MICA_ATTR_ARRAY))
        return false;
    for (size_t i = 0; i < mica_array_attr_count(value); i++)
        if (!is_zero(mica_array_attr_element(value, i)))
            return false;
    return true;
}

static bool verify_linkage(mica_op *op, const mica_type *type, const mica_attr *value)
{
    const int64_t linkage = enum_value(op, &linkage_keyword);
    if (linkage == MICA_LLVM_LINKAGE_KIND_COMMON && value && !is_zero(value))
        return mica_op_error(op, "expected zero value for 'common' linkage");
    if (linkage == MICA_LLVM_LINKAGE_KIND_APPENDING && !mica_llvm_type_is_array(type))
        return mica_op_error(op, "expected array type for 'appending' linkage");
    return true;
}

static bool verify_alignment(mica_op *op)
{
    const mica_attr *attr = mica_op_attr(op, "alignment");
    const int64_t alignment = attr ? mica_integer_attr_value(attr) : 1;
    return (alignment > 0 && (alignment & (alignment - 1)) == 0) ||
           mica_diagnostic_emit(mica_error(mica_op_context(op), mica_op_location(op),
                                           "alignment attribute is not a power of 2"));
}

bool micai_llvm_mlir_global_verify(mica_op *op)
{
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "global_type"));
    const mica_attr *value = mica_op_attr(op, "value");
    mica_region *initializer = mica_op_region(op, 0);
    if (!mica_llvm_type_is_compatible(type) || mica_llvm_type_is_void(type) ||
        mica_llvm_type_is_function(type) || mica_type_is_llvm_label(type))
        return mica_op_error(op, "expects type to be a valid element type for an LLVM global");
    if (!verify_linkage(op, type, value) || !verify_alignment(op))
        return false;
    if (value && !mica_region_is_empty(initializer))
        return mica_op_error(op, "cannot have both initializer value and region");
    if (mica_attr_is(value, MICA_ATTR_STRING)) {
        bool fits = mica_llvm_type_is_array(type) &&
                    mica_type_is_signless(mica_llvm_array_element(type), 8) &&
                    (uint64_t)mica_llvm_array_size(type) == mica_string_attr_text(value).length;
        if (!fits)
            return mica_op_error(op, "requires an i8 array type of the length equal to that of "
                                     "the string attribute");
    }
    mica_block *body = mica_region_first(initializer);
    mica_op *end = body ? mica_block_last(body) : NULL;
    if (end && mica_op_is(end, &mica_llvm_return_kind)) {
        if (mica_op_operand_count(end) == 0)
            return mica_op_error(op, "initializer region cannot return void");
        if (mica_value_type(mica_op_operand(end, 0)) != type)
            return mica_op_error(op, "initializer region type does not match the global's");
    }
    return true;
}
