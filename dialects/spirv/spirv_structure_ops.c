// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the ops that make up a module: the module, functions, global variables,
// specialization constants, entry points.
#include <inttypes.h>
#include <stdlib.h>

#include "dialects/spirv/spirv_internal.h"
#include "ir/text/function_signature.h"

uint32_t micai_spirv_enum_of(const mica_op *op, const char *name)
{
    const mica_attr *attr = mica_op_attr(op, name);
    return attr ? mica_spirv_enum_attr_value(attr) : 0;
}

// Is `op` one of the ops of these names (trailing NULLs are none)?
static bool is_one_of(const mica_op *op, const char *first, const char *second,
                      const char *third)
{
    const char *const names[] = {first, second, third};
    for (size_t i = 0; op && i < 3 && names[i]; ++i)
        if (mica_string_is(mica_op_name(op), names[i]))
            return true;
    return false;
}

// ---- where ops may stand

bool micai_spirv_verify_in_function(mica_op *op)
{
    for (mica_op *parent = mica_op_parent(op); parent; parent = mica_op_parent(parent)) {
        const mica_string name = mica_op_name(parent);
        if (mica_op_has_trait(parent, MICA_TRAIT_CALLABLE))
            return true;
        if (!mica_string_is(name, "spirv.mlir.selection") &&
            !mica_string_is(name, "spirv.mlir.loop") &&
            !mica_op_has_trait(parent, MICA_TRAIT_SINGLE_BLOCK))
            break;
        if (mica_op_has_trait(parent, MICA_TRAIT_SYMBOL_TABLE))
            break;
    }
    return mica_op_error(op,
                         "failed to verify that op must appear in a function-like op's block");
}

bool micai_spirv_verify_in_module(mica_op *op)
{
    mica_op *parent = mica_op_parent(op);
    return (parent && mica_op_has_trait(parent, MICA_TRAIT_SYMBOL_TABLE)) ||
           mica_op_error(op,
                         "failed to verify that op must appear in a module-like op's block");
}

// ---- module

// ($name)? addressing model, memory model, (`requires` vce)?
bool micai_spirv_parse_module_header(mica_asm_parser *parser, mica_op_state *state,
                                     mica_directive *directive)
{
    mica_directive_argument *arguments = directive->arguments;
    uint32_t addressing, memory;
    if (mica_asm_next_is(parser, "@") &&
        !mica_asm_parse_symbol_name(parser, &arguments[3].attr))
        return false;
    if (!micai_spirv_parse_enumerant(parser, MICAI_SPIRV_KIND_ADDRESSING_MODEL,
                                     "addressing_model", &addressing) ||
        !micai_spirv_parse_enumerant(parser, MICAI_SPIRV_KIND_MEMORY_MODEL, "memory_model",
                                     &memory))
        return false;
    arguments[0].attr =
        mica_spirv_enum_attr_get(state->context, "addressing_model", addressing);
    arguments[1].attr = mica_spirv_enum_attr_get(state->context, "memory_model", memory);
    if (!mica_asm_parse_keyword_if(parser, "requires"))
        return true;
    const size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_attr(parser, NULL, &arguments[2].attr))
        return false;
    return mica_spirv_attr_is(arguments[2].attr, "vce") ||
           mica_asm_error_at(parser, offset, "invalid kind of attribute specified");
}

void micai_spirv_print_module_header(mica_asm_printer *printer, mica_op *op,
                                     const mica_directive *directive)
{
    (void)op;
    const mica_directive_argument *arguments = directive->arguments;
    if (arguments[3].attr) {
        mica_asm_print_symbol_name(printer, mica_string_attr_text(arguments[3].attr));
        mica_asm_print(printer, " ");
    }
    micai_spirv_print_enumerant(printer, MICAI_SPIRV_KIND_ADDRESSING_MODEL,
                                mica_spirv_enum_attr_value(arguments[0].attr));
    mica_asm_print(printer, " ");
    micai_spirv_print_enumerant(printer, MICAI_SPIRV_KIND_MEMORY_MODEL,
                                mica_spirv_enum_attr_value(arguments[1].attr));
    if (arguments[2].attr) {
        mica_asm_print(printer, " requires ");
        mica_asm_print_attr(printer, arguments[2].attr);
    }
}

static bool emit(mica_op *op, const char *what)
{
    return mica_diagnostic_emit(
        mica_error(mica_op_context(op), mica_op_location(op), "%s", what));
}

static bool is_own(const mica_op *op)
{
    const mica_string name = mica_op_name(op);
    return name.length >= 6 && memcmp(name.data, "spirv.", 6) == 0;
}

static bool is_import(const mica_op *function)
{
    const mica_attr *linkage = mica_op_attr(function, "linkage_attributes");
    return linkage && mica_spirv_enum_attr_value((const mica_attr *)(uintptr_t)mica_attr_param(
                          linkage, 1)) == MICAI_SPIRV_LINKAGE_TYPE_IMPORT;
}

static bool verify_module_function(mica_op *function)
{
    mica_region *body = mica_op_region(function, 0);
    if (mica_region_is_empty(body) && !is_import(function))
        return emit(function, "'spirv.module' cannot contain external functions without "
                              "'Import' linkage_attributes (LinkageAttributes)");
    mica_for_each_block(block, body)
    {
        mica_for_each_op(op, block)
        {
            if (!is_own(op))
                return emit(op, "functions in 'spirv.module' can only contain spirv.* ops");
        }
    }
    return true;
}

/// A function and how it starts.
typedef struct entry_point {
    const mica_attr *fn;
    uint32_t model;
    mica_op *op;
    size_t order;
} entry_point;

static int compare_entry_points(const void *a, const void *b)
{
    const entry_point *left = a, *right = b;
    if (left->fn != right->fn)
        return (uintptr_t)left->fn < (uintptr_t)right->fn ? -1 : 1;
    if (left->model != right->model)
        return left->model < right->model ? -1 : 1;
    return left->order < right->order ? -1 : 1;
}

/// No function starts twice in the same way.
static bool verify_entry_points(mica_block *body, size_t count)
{
    entry_point *points = mica_malloc((count ? count : 1) * sizeof *points);
    size_t found = 0;
    if (!points)
        return false;
    mica_for_each_op(op, body)
    {
        if (is_one_of(op, "spirv.EntryPoint", NULL, NULL) && found < count) {
            points[found] = (entry_point){
                mica_op_attr(op, "fn"), micai_spirv_enum_of(op, "execution_model"), op, found};
            ++found;
        }
    }
    qsort(points, found, sizeof *points, compare_entry_points);
    mica_op *twice = NULL;
    for (size_t i = 1; i < found && !twice; ++i)
        if (points[i].fn == points[i - 1].fn && points[i].model == points[i - 1].model)
            twice = points[i].op;
    mica_free(points);
    return !twice || emit(twice, "duplicate of a previous EntryPointOp");
}

bool micai_spirv_module_verify_regions(mica_op *op)
{
    mica_block *body = mica_region_first(mica_op_region(op, 0));
    size_t entry_points = 0;
    mica_for_each_op(nested, body)
    {
        if (!is_own(nested))
            return emit(nested, "'spirv.module' can only contain spirv.* ops");
        if (is_one_of(nested, "spirv.func", NULL, NULL) && !verify_module_function(nested))
            return false;
        entry_points += is_one_of(nested, "spirv.EntryPoint", NULL, NULL);
    }
    return entry_points < 2 || verify_entry_points(body, entry_points);
}

const mica_symbol micai_spirv_module_symbol = {.struct_size = sizeof(mica_symbol),
                                               .is_optional = true};

// ---- func

static bool parse_func(mica_asm_parser *parser, mica_op_state *state,
                       micai_function_signature *signature)
{
    const mica_attr *name, *control;
    if (!mica_asm_parse_symbol_name(parser, &name))
        return false;
    mica_op_state_set_attr(state, "sym_name", name);
    if (!micai_function_signature_parse(parser, state, signature) ||
        !micai_spirv_parse_quoted_enum(parser, MICAI_SPIRV_KIND_FUNCTION_CONTROL,
                                       "function_control", "function_control", &control))
        return false;
    mica_op_state_set_attr(state, "function_control", control);
    bool present;
    return mica_asm_parse_attr_dict_with_keyword(parser, state) &&
           mica_asm_parse_region_if(parser, mica_op_state_add_region(state),
                                    signature->arguments.data, signature->arguments.count,
                                    &present);
}

bool micai_spirv_func_parse(mica_asm_parser *parser, mica_op_state *state)
{
    micai_function_signature signature = {0};
    const bool parsed = parse_func(parser, state, &signature);
    micai_function_signature_free(&signature);
    return parsed;
}

void micai_spirv_func_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const printed[] = {"sym_name",  "function_type",    "arg_attrs",
                                          "res_attrs", "function_control", NULL};
    mica_asm_print(printer, " ");
    mica_asm_print_symbol_name(printer, mica_string_attr_text(mica_op_attr(op, "sym_name")));
    micai_function_signature_print(printer, op);
    mica_asm_print(printer, " ");
    micai_spirv_print_quoted_enum(printer, MICAI_SPIRV_KIND_FUNCTION_CONTROL,
                                  mica_op_attr(op, "function_control"));
    mica_asm_print_attr_dict_with_keyword(printer, op, printed);
    if (!mica_region_is_empty(mica_op_region(op, 0))) {
        mica_asm_print(printer, " ");
        mica_asm_print_region(printer, mica_op_region(op, 0), false, true);
    }
}

static bool verify_linkage(mica_op *op, bool has_body)
{
    return !is_import(op) || !has_body ||
           mica_op_error(op, "a module-scope function with import linkage attributes must not "
                             "have a function body");
}

bool micai_spirv_func_verify(mica_op *op)
{
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "function_type"));
    const size_t count = mica_function_type_input_count(type);
    mica_block *entry = mica_region_first(mica_op_region(op, 0));
    if (mica_function_type_result_count(type) > 1)
        return mica_op_error(op, "cannot have more than one result");
    if (!micai_spirv_verify_in_module(op) || !verify_linkage(op, entry != NULL))
        return false;
    if (!entry)
        return true;
    if (mica_block_argument_count(entry) != count)
        return mica_op_error(
            op, "entry block must have %zu arguments to match function signature", count);
    for (size_t i = 0; i < count; ++i)
        if (mica_value_type(mica_block_argument(entry, i)) != mica_function_type_input(type, i))
            return mica_op_error(op,
                                 "type of entry block argument #%zu must match the type of "
                                 "the corresponding argument in function signature",
                                 i);
    return true;
}

static mica_region *function_region(mica_op *op)
{
    return mica_region_is_empty(mica_op_region(op, 0)) ? NULL : mica_op_region(op, 0);
}

const mica_callable micai_spirv_func_callable = {.struct_size = sizeof(mica_callable),
                                                 .region = function_region};
// Slots in the order of the definition.
const mica_function_like micai_spirv_func_function_like = {.struct_size =
                                                               sizeof(mica_function_like),
                                                           .type_slot = 0,
                                                           .arg_attrs_slot = 1,
                                                           .res_attrs_slot = 2};

// ---- decorations of variables

// (`bind` `(` set `,` binding `)`)? (`built_in` `(` name `)`)? attr-dict
bool micai_spirv_parse_decorations(mica_asm_parser *parser, mica_op_state *state)
{
    if (mica_asm_parse_keyword_if(parser, "bind")) {
        int64_t set, binding;
        if (!mica_asm_parse_token(parser, "(") || !mica_asm_parse_integer(parser, &set) ||
            !mica_asm_parse_token(parser, ",") || !mica_asm_parse_integer(parser, &binding) ||
            !mica_asm_parse_token(parser, ")"))
            return false;
        mica_op_state_set_attr(state, "descriptor_set",
                               mica_i32_attr_get(state->context, (int32_t)set));
        mica_op_state_set_attr(state, "binding",
                               mica_i32_attr_get(state->context, (int32_t)binding));
    }
    if (mica_asm_parse_keyword_if(parser, "built_in")) {
        const mica_identifier *name;
        if (!mica_asm_parse_token(parser, "(") || !mica_asm_parse_string(parser, &name) ||
            !mica_asm_parse_token(parser, ")"))
            return false;
        mica_op_state_set_attr(
            state, "built_in",
            mica_string_attr_get(state->context, mica_identifier_text(name)));
    }
    return mica_asm_parse_attr_dict(parser, state);
}

void micai_spirv_print_decorations(mica_asm_printer *printer, mica_op *op, const char *first,
                                   const char *second, const char *third)
{
    const char *printed[7] = {0};
    size_t count = 0;
    const mica_attr *set = mica_op_attr(op, "descriptor_set");
    const mica_attr *binding = mica_op_attr(op, "binding");
    if (set && binding) {
        mica_asm_printf(printer, " bind(%" PRId64 ", %" PRId64 ")",
                        mica_integer_attr_value(set), mica_integer_attr_value(binding));
        printed[count++] = "descriptor_set";
        printed[count++] = "binding";
    }
    const mica_attr *built_in = mica_op_attr(op, "built_in");
    if (mica_attr_is(built_in, MICA_ATTR_STRING)) {
        mica_asm_print(printer, " built_in(");
        mica_asm_print_quoted(printer, mica_string_attr_text(built_in));
        mica_asm_print(printer, ")");
        printed[count++] = "built_in";
    }
    const char *const others[] = {first, second, third};
    for (size_t i = 0; i < 3 && others[i]; ++i)
        printed[count++] = others[i];
    mica_asm_print_attr_dict(printer, op, printed);
}

// ---- GlobalVariable

bool micai_spirv_GlobalVariable_parse(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *name, *initializer;
    if (!mica_asm_parse_symbol_name(parser, &name))
        return false;
    mica_op_state_set_attr(state, "sym_name", name);
    if (mica_asm_parse_keyword_if(parser, "initializer")) {
        if (!mica_asm_parse_token(parser, "(") ||
            !mica_asm_parse_symbol_name(parser, &initializer) ||
            !mica_asm_parse_token(parser, ")"))
            return false;
        mica_op_state_set_attr(state, "initializer",
                               mica_symbol_ref_attr_get(state->context,
                                                        mica_string_attr_text(initializer),
                                                        NULL, 0));
    }
    const mica_type *type;
    if (!micai_spirv_parse_decorations(parser, state))
        return false;
    const size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_token(parser, ":") || !mica_asm_parse_type(parser, &type))
        return false;
    if (!mica_spirv_type_is_pointer(type))
        return mica_asm_error_at(parser, offset, "expected spirv.ptr type");
    mica_op_state_set_attr(state, "type", mica_type_attr_get(type));
    return true;
}

void micai_spirv_GlobalVariable_print(mica_asm_printer *printer, mica_op *op)
{
    mica_asm_print(printer, " ");
    mica_asm_print_symbol_name(printer, mica_string_attr_text(mica_op_attr(op, "sym_name")));
    const mica_attr *initializer = mica_op_attr(op, "initializer");
    if (initializer) {
        mica_asm_print(printer, " initializer(");
        mica_asm_print_symbol_name(printer, mica_symbol_ref_attr_root(initializer));
        mica_asm_print(printer, ")");
    }
    micai_spirv_print_decorations(printer, op, "type", "sym_name", "initializer");
    mica_asm_print(printer, " : ");
    mica_asm_print_type(printer, mica_type_attr_value(mica_op_attr(op, "type")));
}

bool micai_spirv_GlobalVariable_verify(mica_op *op)
{
    if (!micai_spirv_verify_in_module(op))
        return false;
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "type"));
    if (!mica_spirv_type_is_pointer(type))
        return mica_op_error(op, "result must be of a !spv.ptr type");
    const uint32_t storage_class = mica_spirv_pointer_storage_class(type);
    if (storage_class == MICAI_SPIRV_STORAGE_CLASS_GENERIC ||
        storage_class == MICAI_SPIRV_STORAGE_CLASS_FUNCTION)
        return mica_op_error(
            op, "storage class cannot be '%s'",
            micai_spirv_enumerant_name(MICAI_SPIRV_KIND_STORAGE_CLASS, storage_class));
    return true;
}

static bool verify_initializer(mica_op *op, mica_symbol_cache *cache)
{
    const mica_attr *initializer = mica_op_attr(op, "initializer");
    mica_op *source = initializer ? mica_symbol_cache_resolve(cache, op, initializer) : NULL;
    return !initializer ||
           is_one_of(source, "spirv.GlobalVariable", "spirv.SpecConstant",
                     "spirv.SpecConstantComposite") ||
           mica_op_error(op, "initializer must be result of a spirv.SpecConstant or "
                             "spirv.GlobalVariable or spirv.SpecConstantCompositeOp op");
}

const mica_symbol_user micai_spirv_GlobalVariable_symbol_user = {
    .struct_size = sizeof(mica_symbol_user), .verify_uses = verify_initializer};

// ---- addressof, referenceof

static bool verify_address(mica_op *op, mica_symbol_cache *cache)
{
    mica_op *variable = mica_symbol_cache_resolve(cache, op, mica_op_attr(op, "variable"));
    if (!is_one_of(variable, "spirv.GlobalVariable", NULL, NULL))
        return mica_op_error(op, "expected spirv.GlobalVariable symbol");
    return mica_type_attr_value(mica_op_attr(variable, "type")) ==
               mica_value_type(mica_op_result(op, 0)) ||
           mica_op_error(op, "result type mismatch with the referenced global variable's type");
}

const mica_symbol_user micai_spirv_mlir_addressof_symbol_user = {
    .struct_size = sizeof(mica_symbol_user), .verify_uses = verify_address};

void micai_spirv_mlir_addressof_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    const mica_string variable = mica_symbol_ref_attr_root(mica_op_attr(op, "variable"));
    const size_t size = variable.length + sizeof "_addr";
    char *text = mica_malloc(size);
    if (!text)
        return;
    memcpy(text, variable.data, variable.length);
    memcpy(text + variable.length, "_addr", sizeof "_addr");
    name(user, mica_op_result(op, 0), mica_string_from(text));
    mica_free(text);
}

static bool verify_reference(mica_op *op, mica_symbol_cache *cache)
{
    mica_op *constant = mica_symbol_cache_resolve(cache, op, mica_op_attr(op, "spec_const"));
    const mica_type *type = NULL;
    if (is_one_of(constant, "spirv.SpecConstant", NULL, NULL))
        type = mica_attr_type(mica_op_attr(constant, "default_value"));
    else if (is_one_of(constant, "spirv.SpecConstantComposite", NULL, NULL))
        type = mica_type_attr_value(mica_op_attr(constant, "type"));
    if (!type)
        return mica_op_error(op, "expected spirv.SpecConstant or spirv.SpecConstantComposite "
                                 "symbol");
    return type == mica_value_type(mica_op_result(op, 0)) ||
           mica_op_error(op,
                         "result type mismatch with the referenced specialization constant's "
                         "type");
}

const mica_symbol_user micai_spirv_mlir_referenceof_symbol_user = {
    .struct_size = sizeof(mica_symbol_user), .verify_uses = verify_reference};

// ---- specialization constants

bool micai_spirv_SpecConstant_parse(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *name, *value, *id;
    if (!mica_asm_parse_symbol_name(parser, &name))
        return false;
    mica_op_state_set_attr(state, "sym_name", name);
    if (mica_asm_parse_keyword_if(parser, "spec_id")) {
        if (!mica_asm_parse_token(parser, "(") || !mica_asm_parse_attr(parser, NULL, &id) ||
            !mica_asm_parse_token(parser, ")"))
            return false;
        mica_op_state_set_attr(state, "spec_id", id);
    }
    if (!mica_asm_parse_token(parser, "=") || !mica_asm_parse_attr(parser, NULL, &value))
        return false;
    mica_op_state_set_attr(state, "default_value", value);
    return true;
}

void micai_spirv_SpecConstant_print(mica_asm_printer *printer, mica_op *op)
{
    mica_asm_print(printer, " ");
    mica_asm_print_symbol_name(printer, mica_string_attr_text(mica_op_attr(op, "sym_name")));
    const mica_attr *id = mica_op_attr(op, "spec_id");
    if (mica_attr_is(id, MICA_ATTR_INTEGER))
        mica_asm_printf(printer, " spec_id(%" PRId64 ")", mica_integer_attr_value(id));
    mica_asm_print(printer, " = ");
    mica_asm_print_attr(printer, mica_op_attr(op, "default_value"));
}

bool micai_spirv_SpecConstant_verify(mica_op *op)
{
    if (!micai_spirv_verify_in_module(op))
        return false;
    const mica_attr *id = mica_op_attr(op, "spec_id");
    if (mica_attr_is(id, MICA_ATTR_INTEGER) && mica_integer_attr_value(id) < 0)
        return mica_op_error(op, "SpecId cannot be negative");
    const mica_attr *value = mica_op_attr(op, "default_value");
    const mica_type *type = mica_attr_type(value);
    const uint32_t bits = type ? mica_type_bit_width(type) : 0;
    const bool is_integer = type && mica_type_is_integer(type);
    const bool is_float = type && mica_type_is_float(type);
    if (!is_integer && !is_float)
        return mica_op_error(op, "default value can only be a bool, integer, or float scalar");
    const bool fits = bits == 16 || bits == 32 || bits == 64;
    return fits || (is_integer && (bits == 1 || bits == 8)) ||
           mica_op_error(op, "default value bitwidth disallowed");
}

static bool parse_constituent(mica_asm_parser *parser, void *user)
{
    mica_asm_operand_list *list = user;
    const mica_attr *name;
    mica_asm_operand entry = {0};
    if (!mica_asm_parse_symbol_name(parser, &name))
        return false;
    entry.name = mica_string_attr_text(name);
    return mica_asm_operand_list_append(list, &entry);
}

// The names as an array of symbol references.
static const mica_attr *references(mica_context *context, const mica_asm_operand_list *names)
{
    const mica_attr **refs = mica_malloc((names->count + 1) * sizeof *refs);
    if (!refs)
        return NULL;
    for (size_t i = 0; i < names->count; ++i)
        refs[i] = mica_symbol_ref_attr_get(context, names->data[i].name, NULL, 0);
    const mica_attr *array = mica_array_attr_get(context, refs, names->count);
    mica_free(refs);
    return array;
}

bool micai_spirv_SpecConstantComposite_parse(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *name;
    const mica_type *type;
    mica_asm_operand_list parts = {0};
    const bool parsed =
        mica_asm_parse_symbol_name(parser, &name) &&
        mica_asm_parse_list(parser, MICA_DELIMITER_PAREN, parse_constituent, &parts, NULL) &&
        mica_asm_parse_colon_type(parser, &type);
    if (parsed) {
        mica_op_state_set_attr(state, "sym_name", name);
        mica_op_state_set_attr(state, "constituents", references(state->context, &parts));
        mica_op_state_set_attr(state, "type", mica_type_attr_get(type));
    }
    mica_asm_operand_list_free(&parts);
    return parsed;
}

void micai_spirv_SpecConstantComposite_print(mica_asm_printer *printer, mica_op *op)
{
    mica_asm_print(printer, " ");
    mica_asm_print_symbol_name(printer, mica_string_attr_text(mica_op_attr(op, "sym_name")));
    mica_asm_print(printer, " (");
    const mica_attr *parts = mica_op_attr(op, "constituents");
    for (size_t i = 0; i < mica_array_attr_count(parts); ++i) {
        mica_asm_print(printer, i ? ", " : "");
        mica_asm_print_attr(printer, mica_array_attr_element(parts, i));
    }
    mica_asm_print(printer, ") : ");
    mica_asm_print_type(printer, mica_type_attr_value(mica_op_attr(op, "type")));
}

bool micai_spirv_SpecConstantComposite_verify(mica_op *op)
{
    if (!micai_spirv_verify_in_module(op))
        return false;
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "type"));
    const mica_attr *parts = mica_op_attr(op, "constituents");
    if (!mica_spirv_type_is_composite(type))
        return mica_op_error(op, "result type must be a composite type");
    const size_t count = mica_array_attr_count(parts);
    return count == mica_spirv_composite_count(type) ||
           mica_op_error(
               op, "has incorrect number of operands: expected %" PRIu32 ", but provided %zu",
               mica_spirv_composite_count(type), count);
}

static bool verify_constituents(mica_op *op, mica_symbol_cache *cache)
{
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "type"));
    const mica_attr *parts = mica_op_attr(op, "constituents");
    for (size_t i = 0; i < mica_array_attr_count(parts); ++i) {
        mica_op *part = mica_symbol_cache_resolve(cache, op, mica_array_attr_element(parts, i));
        const mica_type *expected = mica_spirv_composite_element(type, (uint32_t)i);
        const mica_type *given = is_one_of(part, "spirv.SpecConstant", NULL, NULL)
                                     ? mica_attr_type(mica_op_attr(part, "default_value"))
                                     : NULL;
        if (!given || given == expected)
            continue;
        mica_diagnostic *d = mica_error(mica_op_context(op), mica_op_location(op),
                                        "has incorrect types of operands: expected ");
        mica_diagnostic_append_type(d, expected);
        mica_diagnostic_append(d, ", but provided ");
        mica_diagnostic_append_type(d, given);
        return mica_diagnostic_emit(d);
    }
    return true;
}

const mica_symbol_user micai_spirv_SpecConstantComposite_symbol_user = {
    .struct_size = sizeof(mica_symbol_user), .verify_uses = verify_constituents};

// ---- EntryPoint, ExecutionMode

static bool verify_entry_point(mica_op *op, mica_symbol_cache *cache)
{
    const mica_attr *fn = mica_op_attr(op, "fn");
    if (!is_one_of(mica_symbol_cache_resolve(cache, op, fn), "spirv.func", NULL, NULL))
        return mica_op_error(op, "function '%.*s' not found in 'spirv.module'",
                             MICA_STRING_ARG(mica_symbol_ref_attr_root(fn)));
    const mica_attr *interface = mica_op_attr(op, "interface");
    for (size_t i = 0; i < mica_array_attr_count(interface); ++i) {
        const mica_attr *variable = mica_array_attr_element(interface, i);
        if (!is_one_of(mica_symbol_cache_resolve(cache, op, variable), "spirv.GlobalVariable",
                       NULL, NULL))
            return mica_op_error(op, "symbol '%.*s' in the interface is not a global variable",
                                 MICA_STRING_ARG(mica_symbol_ref_attr_root(variable)));
    }
    return true;
}

const mica_symbol_user micai_spirv_EntryPoint_symbol_user = {
    .struct_size = sizeof(mica_symbol_user), .verify_uses = verify_entry_point};

// "Model" @fn (`,` @variable)*
bool micai_spirv_EntryPoint_parse(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *model, *fn;
    if (!micai_spirv_parse_quoted_enum(parser, MICAI_SPIRV_KIND_EXECUTION_MODEL,
                                       "execution_model", "execution_model", &model) ||
        !mica_asm_parse_symbol_name(parser, &fn))
        return false;
    mica_asm_operand_list variables = {0};
    bool parsed = true;
    while (parsed && mica_asm_parse_token_if(parser, ","))
        parsed = parse_constituent(parser, &variables);
    if (parsed) {
        mica_op_state_set_attr(state, "execution_model", model);
        mica_op_state_set_attr(
            state, "fn",
            mica_symbol_ref_attr_get(state->context, mica_string_attr_text(fn), NULL, 0));
        mica_op_state_set_attr(state, "interface", references(state->context, &variables));
    }
    mica_asm_operand_list_free(&variables);
    return parsed;
}

void micai_spirv_EntryPoint_print(mica_asm_printer *printer, mica_op *op)
{
    mica_asm_print(printer, " ");
    micai_spirv_print_quoted_enum(printer, MICAI_SPIRV_KIND_EXECUTION_MODEL,
                                  mica_op_attr(op, "execution_model"));
    mica_asm_print(printer, " ");
    mica_asm_print_attr(printer, mica_op_attr(op, "fn"));
    const mica_attr *interface = mica_op_attr(op, "interface");
    for (size_t i = 0; i < mica_array_attr_count(interface); ++i) {
        mica_asm_print(printer, ", ");
        mica_asm_print_attr(printer, mica_array_attr_element(interface, i));
    }
}

// @fn "Mode" (`,` literal)*
bool micai_spirv_ExecutionMode_parse(mica_asm_parser *parser, mica_op_state *state)
{
    const mica_attr *fn, *mode;
    if (!mica_asm_parse_symbol_name(parser, &fn) ||
        !micai_spirv_parse_quoted_enum(parser, MICAI_SPIRV_KIND_EXECUTION_MODE,
                                       "execution_mode", "execution_mode", &mode))
        return false;
    enum { MOST = 16 };
    const mica_attr *values[MOST];
    size_t count = 0;
    while (mica_asm_parse_token_if(parser, ",")) {
        int64_t value;
        if (count == MOST)
            return mica_asm_error(parser, "expected at most %d literals", MOST);
        if (!mica_asm_parse_integer(parser, &value))
            return false;
        values[count++] = mica_i32_attr_get(state->context, (int32_t)value);
    }
    mica_op_state_set_attr(
        state, "fn",
        mica_symbol_ref_attr_get(state->context, mica_string_attr_text(fn), NULL, 0));
    mica_op_state_set_attr(state, "execution_mode", mode);
    mica_op_state_set_attr(state, "values", mica_array_attr_get(state->context, values, count));
    return true;
}

void micai_spirv_ExecutionMode_print(mica_asm_printer *printer, mica_op *op)
{
    mica_asm_print(printer, " ");
    mica_asm_print_attr(printer, mica_op_attr(op, "fn"));
    mica_asm_print(printer, " ");
    micai_spirv_print_quoted_enum(printer, MICAI_SPIRV_KIND_EXECUTION_MODE,
                                  mica_op_attr(op, "execution_mode"));
    const mica_attr *values = mica_op_attr(op, "values");
    for (size_t i = 0; i < mica_array_attr_count(values); ++i)
        mica_asm_printf(printer, ", %" PRId64,
                        mica_integer_attr_value(mica_array_attr_element(values, i)));
}
