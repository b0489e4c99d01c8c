// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the ops on memory: variables, access chains, loads and stores. Their text names the
// storage class instead of the pointer's type:
//
//   %1 = spirv.Load "StorageBuffer" %0 ["Aligned", 4] : f32
//   spirv.Store "Function" %v, %x : f32
#include <inttypes.h>

#include "dialects/spirv/spirv_internal.h"

// ---- Variable

bool micai_spirv_Variable_parse(mica_asm_parser *parser, mica_op_state *state)
{
    mica_asm_operand initializer;
    const bool has_initializer = mica_asm_parse_keyword_if(parser, "init");
    if (has_initializer &&
        !(mica_asm_parse_token(parser, "(") && mica_asm_parse_operand(parser, &initializer) &&
          mica_asm_parse_token(parser, ")")))
        return false;
    const mica_type *type;
    if (!micai_spirv_parse_decorations(parser, state) || !mica_asm_parse_token(parser, ":"))
        return false;
    const size_t offset = mica_asm_offset(parser);
    if (!mica_asm_parse_type(parser, &type))
        return false;
    if (!mica_spirv_type_is_pointer(type))
        return mica_asm_error_at(parser, offset, "expected spirv.ptr type");
    if (has_initializer && !mica_asm_resolve_operand(parser, &initializer,
                                                     mica_spirv_pointer_pointee(type), state))
        return false;
    mica_op_state_set_attr(state, "storage_class",
                           mica_spirv_enum_attr_get(state->context, "storage_class",
                                                    mica_spirv_pointer_storage_class(type)));
    mica_op_state_add_result(state, type);
    return true;
}

void micai_spirv_Variable_print(mica_asm_printer *printer, mica_op *op)
{
    if (mica_op_operand_count(op)) {
        mica_asm_print(printer, " init(");
        mica_asm_print_operand(printer, mica_op_operand(op, 0));
        mica_asm_print(printer, ")");
    }
    micai_spirv_print_decorations(printer, op, "storage_class", NULL, NULL);
    mica_asm_print(printer, " : ");
    mica_asm_print_type(printer, mica_value_type(mica_op_result(op, 0)));
}

static bool is_constant_initializer(mica_value *value)
{
    mica_op *op = mica_value_op(value);
    return op && (mica_op_has_trait(op, MICA_TRAIT_CONSTANT_LIKE) ||
                  mica_string_is(mica_op_name(op), "spirv.mlir.referenceof") ||
                  mica_string_is(mica_op_name(op), "spirv.mlir.addressof"));
}

bool micai_spirv_Variable_verify(mica_op *op)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (micai_spirv_enum_of(op, "storage_class") != MICAI_SPIRV_STORAGE_CLASS_FUNCTION)
        return mica_op_error(op, "can only be used to model function-level variables. Use "
                                 "spirv.GlobalVariable for module-level variables.");
    if (mica_spirv_pointer_storage_class(type) != micai_spirv_enum_of(op, "storage_class"))
        return mica_op_error(op, "storage class must match result pointer's storage class");
    if (mica_op_operand_count(op) && !is_constant_initializer(mica_op_operand(op, 0)))
        return mica_op_error(op, "initializer must be the result of a constant or "
                                 "spirv.GlobalVariable op");
    static const char *const forbidden[] = {"descriptor_set", "binding", "built_in"};
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; ++i)
        if (mica_op_attr(op, forbidden[i]))
            return mica_op_error(op,
                                 "cannot have '%s' attribute (only allowed in "
                                 "spirv.GlobalVariable)",
                                 forbidden[i]);
    return true;
}

// ---- access chains

// The value of an index that picks a structure's member: it must be a constant.
static bool constant_index(mica_value *value, int64_t *index)
{
    mica_op *op = value ? mica_value_op(value) : NULL;
    if (!op || !mica_string_is(mica_op_name(op), "spirv.Constant"))
        return false;
    const mica_attr *attr = mica_op_attr(op, "value");
    if (!mica_attr_is(attr, MICA_ATTR_INTEGER))
        return false;
    *index = mica_integer_attr_value(attr);
    return true;
}

// The pointer that the chain gives, NULL with a diagnostic at `location`.
static const mica_type *walk_chain(mica_context *context, mica_location location,
                                   const char *name, const mica_type *base,
                                   mica_value *const *indices, size_t count)
{
    if (!mica_spirv_type_is_pointer(base)) {
        mica_diagnostic_emit(mica_error(context, location,
                                        "'%s' op expected a pointer to composite type", name));
        return NULL;
    }
    const mica_type *type = mica_spirv_pointer_pointee(base);
    for (size_t i = 0; i < count; ++i) {
        int64_t index = 0;
        if (!mica_spirv_type_is_composite(type)) {
            mica_diagnostic *d = mica_error(
                context, location, "'%s' op cannot extract from non-composite type ", name);
            mica_diagnostic_append_type(d, type);
            mica_diagnostic_append(d, " with index %zu", i);
            mica_diagnostic_emit(d);
            return NULL;
        }
        const bool is_struct = mica_spirv_type_get_kind(type) == MICA_SPIRV_TYPE_STRUCT;
        if (is_struct && !constant_index(indices[i], &index)) {
            mica_diagnostic_emit(
                mica_error(context, location,
                           "'%s' op index must be an integer spirv.Constant to "
                           "access element of spirv.struct",
                           name));
            return NULL;
        }
        const mica_type *part = index >= 0 && index <= UINT32_MAX
                                    ? mica_spirv_composite_element(type, (uint32_t)index)
                                    : NULL;
        if (!part) {
            mica_diagnostic *d = mica_error(
                context, location, "'%s' op index %" PRId64 " out of bounds for ", name, index);
            mica_diagnostic_append_type(d, type);
            mica_diagnostic_emit(d);
            return NULL;
        }
        type = part;
    }
    return mica_spirv_pointer_get(type, mica_spirv_pointer_storage_class(base));
}

// Indices begin at operand `first`.
static bool infer_chain(mica_op_state *state, size_t first, const char *name)
{
    const mica_type *type =
        walk_chain(state->context, state->location, name, mica_value_type(state->operands[0]),
                   state->operands + first, state->operand_count - first);
    if (type)
        mica_op_state_add_result(state, type);
    return type != NULL;
}

#define MOST_INDICES 64

static bool verify_chain(mica_op *op, size_t first, const char *name)
{
    const size_t count = mica_op_operand_count(op) - first;
    mica_value *indices[MOST_INDICES];
    if (count > MOST_INDICES)
        return mica_op_error(op, "has more than %d indices", MOST_INDICES);
    for (size_t i = 0; i < count; ++i)
        indices[i] = mica_op_operand(op, first + i);
    const mica_type *expected =
        walk_chain(mica_op_context(op), mica_op_location(op), name,
                   mica_value_type(mica_op_operand(op, 0)), indices, count);
    const mica_type *actual = mica_value_type(mica_op_result(op, 0));
    if (!expected || expected == actual)
        return expected != NULL;
    mica_diagnostic *d = mica_op_error_begin(op, "invalid result type: expected ");
    mica_diagnostic_append_type(d, expected);
    mica_diagnostic_append(d, ", but provided ");
    mica_diagnostic_append_type(d, actual);
    return mica_diagnostic_emit(d);
}

// %base `[` indices `]` attr-dict `:` type of the base `,` types of the indices
static bool parse_chain(mica_asm_parser *parser, mica_op_state *state, size_t first,
                        const char *name)
{
    mica_asm_operand base;
    mica_asm_operand_list indices = {0};
    mica_asm_type_list types = {0};
    const mica_type *type;
    const size_t offset = mica_asm_offset(parser);
    bool parsed = mica_asm_parse_operand(parser, &base) &&
                  mica_asm_parse_operand_list(parser, MICA_DELIMITER_SQUARE, &indices) &&
                  mica_asm_parse_attr_dict(parser, state) &&
                  mica_asm_parse_colon_type(parser, &type) &&
                  mica_asm_resolve_operand(parser, &base, type, state);
    if (parsed && indices.count == 0)
        parsed = mica_asm_error_at_name(parser, "'%s' op expected at least one index ", name);
    if (parsed)
        parsed = mica_asm_parse_token(parser, ",") && mica_asm_parse_type_list(parser, &types);
    if (parsed && indices.count != types.count)
        parsed = mica_asm_error_at_name(
            parser, "'%s' op indices types' count must be equal to indices info count", name);
    if (parsed)
        parsed = mica_asm_resolve_operands(parser, &indices, types.data, types.count, offset,
                                           state) &&
                 state->operand_count >= first && infer_chain(state, first, name);
    mica_asm_operand_list_free(&indices);
    mica_asm_type_list_free(&types);
    return parsed;
}

static void print_chain(mica_asm_printer *printer, mica_op *op)
{
    const size_t count = mica_op_operand_count(op);
    mica_asm_print(printer, " ");
    mica_asm_print_operand(printer, mica_op_operand(op, 0));
    mica_asm_print(printer, "[");
    mica_asm_print_operands(printer, op, 1, count - 1);
    mica_asm_print(printer, "]");
    mica_asm_print_attr_dict(printer, op, NULL);
    mica_asm_print(printer, " : ");
    mica_asm_print_operand_types(printer, op, 0, count);
}

bool micai_spirv_AccessChain_parse(mica_asm_parser *parser, mica_op_state *state)
{
    return parse_chain(parser, state, 1, "spirv.AccessChain");
}

void micai_spirv_AccessChain_print(mica_asm_printer *printer, mica_op *op)
{
    print_chain(printer, op);
}

bool micai_spirv_AccessChain_verify(mica_op *op)
{
    return verify_chain(op, 1, "spirv.AccessChain");
}

bool micai_spirv_AccessChain_infer_types(mica_op_state *state)
{
    return infer_chain(state, 1, "spirv.AccessChain");
}

bool micai_spirv_parse_pointer_access_chain(mica_asm_parser *parser, mica_op_state *state)
{
    return parse_chain(parser, state, 2, "spirv.PtrAccessChain");
}

void micai_spirv_print_pointer_access_chain(mica_asm_printer *printer, mica_op *op)
{
    print_chain(printer, op);
}

bool micai_spirv_verify_pointer_access_chain(mica_op *op)
{
    return verify_chain(op, 2, "spirv.PtrAccessChain");
}

bool micai_spirv_infer_pointer_access_chain(mica_op_state *state)
{
    return infer_chain(state, 2, "spirv.PtrAccessChain");
}

// ---- memory access

// `[` "Volatile|Aligned" (`,` alignment)? `]` if present.
static bool parse_access(mica_asm_parser *parser, mica_op_state *state, const char *access_name,
                         const char *alignment_name)
{
    if (!mica_asm_parse_token_if(parser, "["))
        return true;
    const mica_attr *access;
    if (!micai_spirv_parse_quoted_enum(parser, MICAI_SPIRV_KIND_MEMORY_ACCESS, "memory_access",
                                       "memory_access", &access))
        return false;
    mica_op_state_set_attr(state, access_name, access);
    if (mica_spirv_enum_attr_value(access) & MICAI_SPIRV_MEMORY_ACCESS_ALIGNED) {
        const mica_type *i32 = mica_integer_type_get(state->context, 32, MICA_SIGNLESS);
        const mica_attr *alignment;
        if (!mica_asm_parse_token(parser, ",") || !mica_asm_parse_attr(parser, i32, &alignment))
            return false;
        mica_op_state_set_attr(state, alignment_name, alignment);
    }
    return mica_asm_parse_token(parser, "]");
}

static void print_access(mica_asm_printer *printer, const mica_op *op, const char *access_name,
                         const char *alignment_name)
{
    const mica_attr *access = mica_op_attr(op, access_name);
    if (!access)
        return;
    mica_asm_print(printer, " [");
    micai_spirv_print_quoted_enum(printer, MICAI_SPIRV_KIND_MEMORY_ACCESS, access);
    const mica_attr *alignment = mica_op_attr(op, alignment_name);
    if (alignment) {
        mica_asm_print(printer, ", ");
        mica_asm_print_attr_without_type(printer, alignment);
    }
    mica_asm_print(printer, "]");
}

static bool verify_access(mica_op *op, const char *access_name, const char *alignment_name)
{
    const mica_attr *access = mica_op_attr(op, access_name);
    const bool has_alignment = mica_op_attr(op, alignment_name) != NULL;
    if (!access)
        return !has_alignment || mica_op_error(op, "invalid alignment specification without "
                                                   "aligned memory access specification");
    const bool aligned = mica_spirv_enum_attr_value(access) & MICAI_SPIRV_MEMORY_ACCESS_ALIGNED;
    if (aligned && !has_alignment)
        return mica_op_error(op, "missing alignment value");
    if (!aligned && has_alignment)
        return mica_op_error(op, "invalid alignment specification with non-aligned memory "
                                 "access specification");
    return true;
}

// A storage class in quotes.
static bool parse_class(mica_asm_parser *parser, uint32_t *storage_class)
{
    const mica_attr *attr;
    if (!micai_spirv_parse_quoted_enum(parser, MICAI_SPIRV_KIND_STORAGE_CLASS, "storage_class",
                                       "storage_class", &attr))
        return false;
    *storage_class = mica_spirv_enum_attr_value(attr);
    return true;
}

static void print_class(mica_asm_printer *printer, mica_value *pointer)
{
    mica_asm_printf(
        printer, " \"%s\" ",
        micai_spirv_enumerant_name(MICAI_SPIRV_KIND_STORAGE_CLASS,
                                   mica_spirv_pointer_storage_class(mica_value_type(pointer))));
    mica_asm_print_operand(printer, pointer);
}

static bool verify_pointee(mica_op *op, const mica_type *pointer, const mica_type *value)
{
    return mica_spirv_pointer_pointee(pointer) == value ||
           mica_op_error(op, "mismatch in result type and pointer type");
}

// ---- Load, Store, CopyMemory

// "Class" %ptr [access]? attr-dict : type
static bool parse_load(mica_asm_parser *parser, mica_op_state *state, bool has_access)
{
    uint32_t storage_class;
    mica_asm_operand pointer;
    const mica_type *type;
    if (!parse_class(parser, &storage_class) || !mica_asm_parse_operand(parser, &pointer) ||
        (has_access && !parse_access(parser, state, "memory_access", "alignment")) ||
        !mica_asm_parse_attr_dict(parser, state) || !mica_asm_parse_colon_type(parser, &type))
        return false;
    mica_op_state_add_result(state, type);
    const mica_type *pointee = type;
    if (!has_access && mica_type_is_vector(type))
        pointee = mica_type_element(type);
    return mica_asm_resolve_operand(parser, &pointer,
                                    mica_spirv_pointer_get(pointee, storage_class), state);
}

static const char *const access_attrs[] = {"memory_access", "alignment", NULL};

static void print_load(mica_asm_printer *printer, mica_op *op)
{
    print_class(printer, mica_op_operand(op, 0));
    print_access(printer, op, "memory_access", "alignment");
    mica_asm_print_attr_dict(printer, op, access_attrs);
    mica_asm_print(printer, " : ");
    mica_asm_print_type(printer, mica_value_type(mica_op_result(op, 0)));
}

bool micai_spirv_Load_parse(mica_asm_parser *parser, mica_op_state *state)
{
    return parse_load(parser, state, true);
}

void micai_spirv_Load_print(mica_asm_printer *printer, mica_op *op)
{
    print_load(printer, op);
}

bool micai_spirv_Load_verify(mica_op *op)
{
    return verify_pointee(op, mica_value_type(mica_op_operand(op, 0)),
                          mica_value_type(mica_op_result(op, 0))) &&
           verify_access(op, "memory_access", "alignment");
}

bool micai_spirv_parse_block_read(mica_asm_parser *parser, mica_op_state *state)
{
    return parse_load(parser, state, false);
}

void micai_spirv_print_block_read(mica_asm_printer *printer, mica_op *op)
{
    print_load(printer, op);
}

// "Class" %ptr `,` %value [access]? attr-dict : type
static bool parse_store(mica_asm_parser *parser, mica_op_state *state, bool has_access)
{
    uint32_t storage_class;
    mica_asm_operand pointer, value;
    const mica_type *type;
    if (!parse_class(parser, &storage_class))
        return false;
    const size_t operands = mica_asm_offset(parser);
    if (!mica_asm_parse_operand(parser, &pointer))
        return false;
    if (!mica_asm_parse_token_if(parser, ","))
        return mica_asm_error_at(parser, operands, "expected 2 operands");
    if (!mica_asm_parse_operand(parser, &value) ||
        (has_access && !parse_access(parser, state, "memory_access", "alignment")) ||
        !mica_asm_parse_attr_dict(parser, state) || !mica_asm_parse_colon_type(parser, &type))
        return false;
    const mica_type *pointee = type;
    if (!has_access && mica_type_is_vector(type))
        pointee = mica_type_element(type);
    return mica_asm_resolve_operand(parser, &pointer,
                                    mica_spirv_pointer_get(pointee, storage_class), state) &&
           mica_asm_resolve_operand(parser, &value, type, state);
}

static void print_store(mica_asm_printer *printer, mica_op *op)
{
    print_class(printer, mica_op_operand(op, 0));
    mica_asm_print(printer, ", ");
    mica_asm_print_operand(printer, mica_op_operand(op, 1));
    print_access(printer, op, "memory_access", "alignment");
    mica_asm_print_attr_dict(printer, op, access_attrs);
    mica_asm_print(printer, " : ");
    mica_asm_print_type(printer, mica_value_type(mica_op_operand(op, 1)));
}

bool micai_spirv_Store_parse(mica_asm_parser *parser, mica_op_state *state)
{
    return parse_store(parser, state, true);
}

void micai_spirv_Store_print(mica_asm_printer *printer, mica_op *op)
{
    print_store(printer, op);
}

bool micai_spirv_Store_verify(mica_op *op)
{
    return verify_pointee(op, mica_value_type(mica_op_operand(op, 0)),
                          mica_value_type(mica_op_operand(op, 1))) &&
           verify_access(op, "memory_access", "alignment");
}

bool micai_spirv_parse_block_write(mica_asm_parser *parser, mica_op_state *state)
{
    return parse_store(parser, state, false);
}

void micai_spirv_print_block_write(mica_asm_printer *printer, mica_op *op)
{
    print_store(printer, op);
}

// "Class" %target `,` "Class" %source ([access] (`,` [source access])?)? attr-dict : pointee
bool micai_spirv_CopyMemory_parse(mica_asm_parser *parser, mica_op_state *state)
{
    uint32_t target_class, source_class;
    mica_asm_operand target, source;
    const mica_type *type;
    if (!parse_class(parser, &target_class) || !mica_asm_parse_operand(parser, &target) ||
        !mica_asm_parse_token(parser, ",") || !parse_class(parser, &source_class) ||
        !mica_asm_parse_operand(parser, &source) ||
        !parse_access(parser, state, "memory_access", "alignment"))
        return false;
    if (mica_asm_parse_token_if(parser, ",") &&
        !parse_access(parser, state, "source_memory_access", "source_alignment"))
        return false;
    return mica_asm_parse_attr_dict(parser, state) &&
           mica_asm_parse_colon_type(parser, &type) &&
           mica_asm_resolve_operand(parser, &target, mica_spirv_pointer_get(type, target_class),
                                    state) &&
           mica_asm_resolve_operand(parser, &source, mica_spirv_pointer_get(type, source_class),
                                    state);
}

void micai_spirv_CopyMemory_print(mica_asm_printer *printer, mica_op *op)
{
    static const char *const attrs[] = {"memory_access", "alignment", "source_memory_access",
                                        "source_alignment", NULL};
    mica_asm_print(printer, " ");
    print_class(printer, mica_op_operand(op, 0));
    mica_asm_print(printer, ", ");
    print_class(printer, mica_op_operand(op, 1));
    print_access(printer, op, "memory_access", "alignment");
    if (mica_op_attr(op, "source_memory_access")) {
        mica_asm_print(printer, ",");
        print_access(printer, op, "source_memory_access", "source_alignment");
    }
    mica_asm_print_attr_dict(printer, op, attrs);
    mica_asm_print(printer, " : ");
    mica_asm_print_type(printer,
                        mica_spirv_pointer_pointee(mica_value_type(mica_op_operand(op, 0))));
}

bool micai_spirv_CopyMemory_verify(mica_op *op)
{
    const mica_type *target = mica_value_type(mica_op_operand(op, 0));
    const mica_type *source = mica_value_type(mica_op_operand(op, 1));
    if (mica_spirv_pointer_pointee(target) != mica_spirv_pointer_pointee(source))
        return mica_op_error(op, "both operands must be pointers to the same type");
    return verify_access(op, "memory_access", "alignment") &&
           verify_access(op, "source_memory_access", "source_alignment");
}
