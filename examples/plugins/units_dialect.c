// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dialect plugin: lengths with a unit. What can be said in the definition language is text;
// the fold is C, found by its name in a table of hooks, as for a dialect that is compiled in.
//
//   %0 = units.constant 3 : !units.length<m>
//   %1 = units.convert %0 : !units.length<m> -> !units.length<mm>      // folds to 3000
#include "mica.h"

static const char definition[] =
    "dialect units \"lengths with a unit\" {\n"
    "  hooks materialize_constant\n"
    "}\n"
    "enum unit \"unit of length\" { km, m, cm, mm }\n"
    "type length \"a length\" { params unit: enum unit }\n"
    "op constant \"a known length\" {\n"
    "  traits   pure constant_like\n"
    "  attrs    value: i64_attr\n"
    "  results  result: length\n"
    "  format   $value attr-dict `:` type($result)\n"
    "  hooks    fold\n"
    "}\n"
    "op convert \"the same length in another unit\" {\n"
    "  traits   pure\n"
    "  operands input: length\n"
    "  results  result: length\n"
    "  format   $input attr-dict `:` type($input) `->` type($result)\n"
    "  hooks    fold\n"
    "}\n";

static int64_t millimetres(const mica_type *length)
{
    static const int64_t factors[] = {1000000, 1000, 10, 1};
    return factors[mica_type_param(length, 0)];
}

static mica_fold_status fold_constant(mica_op *op, const mica_attr *const *operands,
                                      mica_fold_result *results)
{
    (void)operands;
    results[0].attr = mica_op_attr(op, "value");
    return MICA_FOLD_REPLACED;
}

// Only where no digit is lost: 15 mm stay 15 mm.
static mica_fold_status fold_convert(mica_op *op, const mica_attr *const *operands,
                                     mica_fold_result *results)
{
    const mica_type *from = mica_value_type(mica_op_operand(op, 0));
    const mica_type *to = mica_value_type(mica_op_result(op, 0));
    if (from == to) {
        results[0].value = mica_op_operand(op, 0);
        return MICA_FOLD_REPLACED;
    }
    if (!operands[0])
        return MICA_FOLD_NONE;
    int64_t length;
    if (__builtin_mul_overflow(mica_integer_attr_value(operands[0]), millimetres(from),
                               &length) ||
        length % millimetres(to) != 0)
        return MICA_FOLD_NONE;
    results[0].attr = mica_i64_attr_get(mica_op_context(op), length / millimetres(to));
    return MICA_FOLD_REPLACED;
}

static mica_op *make_constant(mica_builder *builder, const mica_attr *value,
                              const mica_type *type)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, "units.constant", builder->location);
    mica_op_state_set_attr(&state, "value", value);
    mica_op_state_add_result(&state, type);
    return mica_builder_create(builder, &state);
}

static const mica_hook hooks[] = {
    // sorted by name
    {"micai_units_constant_fold", (void (*)(void))fold_constant, NULL},
    {"micai_units_convert_fold", (void (*)(void))fold_convert, NULL},
    {"micai_units_materialize_constant", (void (*)(void))make_constant, NULL},
};
static const mica_dialect_entry entry = {NULL, hooks, sizeof hooks / sizeof *hooks};
static const mica_dialect_entry *const entries[] = {&entry};
static const mica_dialect_library library = {
    .struct_size = sizeof library, .shared = entries, .shared_count = 1};

static bool register_dialects(mica_context *context)
{
    const mica_load_options options = {.struct_size = sizeof options, .library = &library};
    return mica_dialect_load_text(context, mica_string_from(definition), "units.dialect",
                                  &options) != NULL;
}

static const mica_plugin plugin = {sizeof plugin, MICA_PLUGIN_VERSION, "units",
                                   register_dialects, NULL};

const mica_plugin *mica_plugin_entry(uint32_t host_version)
{
    (void)host_version;
    return &plugin;
}
