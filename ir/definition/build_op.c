// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Op items -> mica_op_def: specs, traits, hooks, then equations and format, which refer to the
// specs.

#include "ir/definition/build_internal.h"
#include "ir/definition/dialect.h"

static const struct {
    const char *name;
    mica_trait trait;
} trait_names[] = {
#define TRAIT_NAME(suffix, name, upstream) {name, MICA_TRAIT_##suffix},
    MICA_TRAITS(TRAIT_NAME)
#undef TRAIT_NAME
};

// ---- traits
// ----------------------------------------------------------------------------------

static bool build_trait_arguments(micai_build *b, const micai_expr *call, mica_trait_use *use)
{
    uint32_t count = 0;
    for (const micai_expr *child = call->children; child; child = child->next)
        ++count;
    const char **arguments = micai_build_allocate(b, count, sizeof *arguments);
    if (!arguments)
        return false;
    for (const micai_expr *child = call->children; child; child = child->next)
        arguments[use->argument_count++] = micai_build_text(b, child->text);
    use->arguments = arguments;
    return true;
}

static bool build_trait(micai_build *b, const micai_entry *entry, mica_trait_use *use)
{
    for (size_t i = 0; i < sizeof trait_names / sizeof trait_names[0]; ++i) {
        if (!mica_string_is(entry->name, trait_names[i].name))
            continue;
        use->trait = trait_names[i].trait;
        return !entry->expr || build_trait_arguments(b, entry->expr, use);
    }
    return micai_build_error(b, entry->place, "unknown trait '%.*s'",
                             MICA_STRING_ARG(entry->name));
}

static bool build_traits(micai_build *b, const micai_item *item, mica_op_def *made)
{
    const micai_entry_list *list = micai_item_entries(item, TOKEN_TRAITS);
    mica_trait_use *traits = micai_build_allocate(b, list->count, sizeof *traits);
    if (!traits)
        return false;
    bool good = true;
    for (const micai_entry *entry = list->first; entry; entry = entry->next) {
        mica_trait_use *use = &traits[made->trait_count++];
        good &= build_trait(b, entry, use);
        made->trait_bits |= UINT64_C(1) << use->trait;
    }
    made->traits = list->count ? traits : NULL;
    return good;
}

static bool has_trait(const mica_op_def *definition, mica_trait trait)
{
    return (definition->trait_bits >> trait & 1) != 0;
}

// ---- values
// ----------------------------------------------------------------------------------

static bool build_value(micai_build *b, const micai_entry *entry, const mica_op_def *made,
                        mica_value_spec *spec)
{
    spec->name = micai_build_text(b, entry->name);
    spec->arity = entry->arity;
    spec->effects = entry->effects;
    spec->summary = entry->doc;
    spec->group_slot = -1;
    if (!entry->expr)
        return micai_build_error(b, entry->place, "'%s' needs a constraint", spec->name);
    if (entry->groups) {
        spec->group_slot = micai_find_attr(made, entry->groups->text);
        if (spec->group_slot < 0)
            return micai_build_error(b, entry->groups->place, "no attribute '%.*s'",
                                     MICA_STRING_ARG(entry->groups->text));
    }
    spec->constraint = micai_build_constraint(b, entry->expr, false);
    return spec->constraint != NULL;
}

/// Makes the specs of a section of values.
static const mica_value_spec *build_values(micai_build *b, const micai_item *item, int section,
                                           const mica_op_def *made, uint16_t *count)
{
    const micai_entry_list *list = micai_item_entries(item, section);
    mica_value_spec *specs = micai_build_allocate(b, list->count, sizeof *specs);
    if (!specs)
        return NULL;
    for (const micai_entry *entry = list->first; entry; entry = entry->next)
        build_value(b, entry, made, &specs[(*count)++]);
    return specs;
}

/// Several values whose number varies need segment sizes, or all the same number each.
static bool check_variadics(micai_build *b, const micai_item *item, const mica_op_def *made)
{
    uint32_t operands = 0, results = 0;
    for (uint16_t i = 0; i < made->operand_count; ++i)
        operands += made->operands[i].arity != MICA_ARITY_ONE;
    for (uint16_t i = 0; i < made->result_count; ++i)
        results += made->results[i].arity != MICA_ARITY_ONE;
    if (operands > 1 && !has_trait(made, MICA_TRAIT_ATTR_SIZED_OPERAND_SEGMENTS) &&
        !has_trait(made, MICA_TRAIT_SAME_VARIADIC_OPERAND_SIZE))
        return micai_build_error(b, item->place,
                                 "several operands vary in number: the trait "
                                 "attr_sized_operand_segments is needed");
    if (results > 1 && !has_trait(made, MICA_TRAIT_ATTR_SIZED_RESULT_SEGMENTS) &&
        !has_trait(made, MICA_TRAIT_SAME_VARIADIC_RESULT_SIZE))
        return micai_build_error(b, item->place,
                                 "several results vary in number: the trait "
                                 "attr_sized_result_segments is needed");
    return true;
}

// ---- attributes
// ------------------------------------------------------------------------------

static const mica_constraint dense_i32_element = {NULL,
                                                  "32-bit signless integer",
                                                  MICA_CONSTRAINT_INTEGER_TYPE,
                                                  0,
                                                  NULL,
                                                  32,
                                                  1,
                                                  NULL,
                                                  NULL,
                                                  NULL,
                                                  NULL};
static const mica_constraint *const dense_i32_children[] = {&dense_i32_element};
static const mica_constraint dense_i32_array = {NULL,
                                                "i32 dense array attribute",
                                                MICA_CONSTRAINT_DENSE_ARRAY,
                                                1,
                                                dense_i32_children,
                                                0,
                                                0,
                                                NULL,
                                                NULL,
                                                NULL,
                                                NULL};

static bool build_attr_spec(micai_build *b, const micai_entry *entry, mica_attr_spec *spec)
{
    spec->name = micai_build_text(b, entry->name);
    spec->is_optional = entry->arity == MICA_ARITY_OPTIONAL;
    spec->summary = entry->doc;
    if (!entry->expr)
        return micai_build_error(b, entry->place, "'%s' needs a constraint", spec->name);
    spec->constraint = micai_build_constraint(b, entry->expr, true);
    if (!spec->constraint || !entry->default_value)
        return spec->constraint != NULL;
    spec->default_text = micai_build_default(b, entry->default_value, spec->constraint);
    return spec->default_text != NULL;
}

static int16_t add_segments(mica_attr_spec *specs, mica_op_def *made, mica_trait trait,
                            const char *name)
{
    if (!has_trait(made, trait))
        return -1;
    specs[made->attr_count].name = name;
    specs[made->attr_count].constraint = &dense_i32_array;
    return (int16_t)made->attr_count++;
}

static bool build_attrs(micai_build *b, const micai_item *item, mica_op_def *made)
{
    const micai_entry_list *list = micai_item_entries(item, TOKEN_ATTRS);
    mica_attr_spec *specs = micai_build_allocate(b, list->count + 2, sizeof *specs);
    if (!specs)
        return false;
    made->operand_segment_slot = add_segments(
        specs, made, MICA_TRAIT_ATTR_SIZED_OPERAND_SEGMENTS, "operandSegmentSizes");
    made->result_segment_slot =
        add_segments(specs, made, MICA_TRAIT_ATTR_SIZED_RESULT_SEGMENTS, "resultSegmentSizes");
    bool good = true;
    for (const micai_entry *entry = list->first; entry; entry = entry->next)
        good &= build_attr_spec(b, entry, &specs[made->attr_count++]);
    made->attrs = made->attr_count ? specs : NULL;
    return good;
}

// ---- regions, successors, effects
// ------------------------------------------------------------

static bool build_region(micai_build *b, const micai_entry *entry, mica_region_spec *spec)
{
    spec->name = micai_build_text(b, entry->name);
    spec->is_variadic = entry->arity == MICA_ARITY_VARIADIC;
    spec->is_implicit = entry->is_implicit;
    spec->summary = entry->doc;
    const micai_expr *expr = entry->expr;
    if (!expr || mica_string_is(expr->text, "any"))
        return true;
    const micai_expr *least = expr->children;
    if (!mica_string_is(expr->text, "blocks") || !least || least->kind != MICAI_EXPR_NUMBER)
        return micai_build_error(b, expr->place,
                                 "expected 'any' or 'blocks(least, most)' of a region");
    spec->min_blocks = (uint32_t)least->number;
    spec->max_blocks = (uint32_t)least->number;
    if (least->next)
        spec->max_blocks =
            least->next->kind == MICAI_EXPR_STAR ? 0 : (uint32_t)least->next->number;
    return true;
}

static bool build_regions(micai_build *b, const micai_item *item, mica_op_def *made)
{
    const micai_entry_list *list = micai_item_entries(item, TOKEN_REGIONS);
    mica_region_spec *specs = micai_build_allocate(b, list->count, sizeof *specs);
    if (!specs)
        return false;
    bool good = true;
    for (const micai_entry *entry = list->first; entry; entry = entry->next) {
        good &= build_region(b, entry, &specs[made->region_count++]);
        if (entry->arity == MICA_ARITY_VARIADIC && entry->next)
            good = micai_build_error(b, entry->place, "variadic regions must come last");
    }
    made->regions = list->count ? specs : NULL;
    return good;
}

static bool build_successors(micai_build *b, const micai_item *item, mica_op_def *made)
{
    const micai_entry_list *list = micai_item_entries(item, TOKEN_SUCCESSORS);
    mica_successor_spec *specs = micai_build_allocate(b, list->count, sizeof *specs);
    if (!specs)
        return false;
    for (const micai_entry *entry = list->first; entry; entry = entry->next) {
        mica_successor_spec *spec = &specs[made->successor_count++];
        spec->name = micai_build_text(b, entry->name);
        spec->is_variadic = entry->arity == MICA_ARITY_VARIADIC;
        if (spec->is_variadic && entry->next)
            return micai_build_error(b, entry->place, "variadic successors must come last");
    }
    made->successors = list->count ? specs : NULL;
    return true;
}

static void build_effects(micai_build *b, const micai_item *item, mica_op_def *made)
{
    const micai_entry *entry = micai_item_entries(item, TOKEN_EFFECTS)->first;
    for (; entry; entry = entry->next) {
        const micai_token name = {0, entry->place, entry->name, 0};
        made->effects |= micai_reader_effect(b->reader, name);
    }
}

/// No two of operands, results, attrs, regions and successors share a name, but a result may
/// have that of nothing else.
static bool check_names(micai_build *b, const micai_item *item)
{
    static const int sections[] = {TOKEN_OPERANDS, TOKEN_RESULTS, TOKEN_ATTRS, TOKEN_REGIONS,
                                   TOKEN_SUCCESSORS};
    enum { COUNT = sizeof sections / sizeof sections[0] };
    bool good = true;
    for (size_t i = 0; i < COUNT; ++i) {
        const micai_entry *entry = micai_item_entries(item, sections[i])->first;
        for (; entry; entry = entry->next) {
            for (size_t k = i; k < COUNT; ++k) {
                const micai_entry *other =
                    k == i ? entry->next : micai_item_entries(item, sections[k])->first;
                for (; other; other = other->next) {
                    if (mica_string_equal(entry->name, other->name))
                        good = micai_build_error(b, other->place, "'%.*s' is given twice",
                                                 MICA_STRING_ARG(other->name));
                }
            }
        }
    }
    return good;
}

// ---- kinds
// -----------------------------------------------------------------------------------

static const mica_op_def *find_compiled(const mica_dialect_library *library,
                                        const char *dialect, const char *name)
{
    for (uint32_t i = 0; library && i < library->dialect_count; ++i) {
        const mica_dialect_def *known = library->dialects[i]->definition;
        for (uint32_t k = 0; strcmp(known->name, dialect) == 0 && k < known->op_count; ++k) {
            if (strcmp(known->ops[k]->name, name) == 0)
                return known->ops[k];
        }
    }
    return NULL;
}

/// The kind of a known name; its slots must begin like those that programs were compiled with.
static bool find_kind(micai_build *b, const micai_item *item, mica_op_def *made)
{
    const mica_op_def *known = find_compiled(b->library, b->dialect, made->name);
    if (!known) {
        mica_op_identity *identity = micai_build_allocate(b, 1, sizeof *identity);
        if (identity)
            identity->name = made->name;
        made->kind = identity;
        return identity != NULL;
    }
    made->kind = known->kind;
    for (uint16_t i = 0; i < known->attr_count; ++i) {
        if (i >= made->attr_count || strcmp(known->attrs[i].name, made->attrs[i].name) != 0)
            return micai_build_error(
                b, item->place,
                "attribute %u of '%s' must be '%s', as this program was compiled with it", i,
                made->name, known->attrs[i].name);
    }
    return true;
}

// ---- the op
// ----------------------------------------------------------------------------------

static bool build_op_hooks(micai_build *b, const micai_item *item, mica_op_def *made)
{
    if (micai_item_entries(item, TOKEN_HOOKS)->count == 0)
        return true;
    mica_op_hooks *hooks = micai_build_allocate(b, 1, sizeof *hooks);
    if (!hooks)
        return false;
    hooks->struct_size = sizeof *hooks;
    made->hooks = hooks;
    return micai_build_hooks(b, item, micai_build_text(b, item->name), micai_op_hook_fields,
                             micai_op_hook_field_count, hooks);
}

static bool build_specs(micai_build *b, const micai_item *item, mica_op_def *made)
{
    bool good = build_traits(b, item, made);
    good &= build_attrs(b, item, made);
    made->operands = build_values(b, item, TOKEN_OPERANDS, made, &made->operand_count);
    made->results = build_values(b, item, TOKEN_RESULTS, made, &made->result_count);
    good &= build_regions(b, item, made);
    good &= build_successors(b, item, made);
    build_effects(b, item, made);
    return good && check_names(b, item) && check_variadics(b, item, made) && !b->reader->failed;
}

const mica_op_def *micai_build_op(micai_build *b, const micai_item *item)
{
    static const int allowed[] = {TOKEN_DESCRIPTION,
                                  TOKEN_TRAITS,
                                  TOKEN_INTERFACES,
                                  TOKEN_OPERANDS,
                                  TOKEN_ATTRS,
                                  TOKEN_RESULTS,
                                  TOKEN_REGIONS,
                                  TOKEN_SUCCESSORS,
                                  TOKEN_TYPES,
                                  TOKEN_FORMAT,
                                  TOKEN_EFFECTS,
                                  TOKEN_HOOKS,
                                  0};
    mica_op_def *made = micai_build_allocate(b, 1, sizeof *made);
    if (!made || !micai_build_check_sections(b, item, allowed))
        return NULL;
    const micai_section *description = micai_item_section(item, TOKEN_DESCRIPTION);
    const micai_section *format = micai_item_section(item, TOKEN_FORMAT);
    const bool failed_before = b->reader->failed;
    b->reader->failed = false;
    made->struct_size = sizeof *made;
    made->name = micai_build_format(b, "%s.%.*s", b->dialect, MICA_STRING_ARG(item->name));
    made->summary = item->summary;
    made->description = description ? description->text : NULL;
    const char *owner = micai_build_text(b, item->name);
    bool good = build_specs(b, item, made);
    good = build_op_hooks(b, item, made) && good;
    made->interfaces = micai_build_interfaces(b, item, owner, &made->interface_count);
    good = good && find_kind(b, item, made) && micai_build_equations(b, item, made);
    if (good && format)
        made->assembly = micai_compile_op_format(b, format->place, format->format, made);
    b->reader->failed |= failed_before;
    return good && !b->reader->failed ? made : NULL;
}
