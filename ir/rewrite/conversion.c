// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a conversion is made of: the rules of the target and the patterns. The driver is
// transforms/drivers/conversion_driver.c.
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/rewrite/conversion_internal.h"
#include "ir/rewrite/rewriter_internal.h"

mica_conversion *mica_conversion_create(mica_context *context, mica_type_converter *converter)
{
    const micai_allocator *allocator = micai_context_allocator(context);
    mica_conversion *conversion = micai_allocate_zeroed(allocator, sizeof(mica_conversion));
    if (!conversion)
        return NULL;
    conversion->context = context;
    conversion->allocator = allocator;
    conversion->converter = converter;
    conversion->arena = micai_arena_on(allocator);
    conversion->op_rules = micai_pointer_map_on(allocator);
    conversion->dialect_rules = micai_pointer_map_on(allocator);
    conversion->patterns = mica_pattern_set_create(context);
    if (!conversion->patterns) {
        mica_conversion_destroy(conversion);
        return NULL;
    }
    return conversion;
}

void mica_conversion_destroy(mica_conversion *conversion)
{
    if (!conversion)
        return;
    mica_pattern_set_destroy(conversion->patterns);
    micai_pointer_map_free(&conversion->op_rules);
    micai_pointer_map_free(&conversion->dialect_rules);
    micai_arena_free(&conversion->arena);
    micai_release(conversion->allocator, conversion, sizeof(mica_conversion));
}

mica_type_converter *mica_conversion_converter(const mica_conversion *conversion)
{
    return conversion->converter;
}

// ---- target
// ----------------------------------------------------------------------------------

/// The rule of a name, made when there is none. NULL when out of memory.
static micai_legality_rule *rule_of(mica_conversion *conversion, micai_pointer_map *rules,
                                    const char *name)
{
    const mica_identifier *key =
        mica_identifier_get(conversion->context, mica_string_from(name));
    if (!key)
        return NULL;
    micai_legality_rule *rule = micai_pointer_map_get(rules, key);
    if (rule)
        return rule;
    rule = micai_arena_allocate(&conversion->arena, sizeof(micai_legality_rule));
    if (!rule || !micai_pointer_map_put(rules, key, rule))
        return NULL;
    memset(rule, 0, sizeof(*rule));
    return rule;
}

static void set_rule(micai_legality_rule *rule, micai_legality legality, mica_legal_fn is_legal,
                     void *user)
{
    if (!rule)
        return;
    rule->legality = legality;
    rule->is_legal = is_legal;
    rule->user = user;
}

void mica_conversion_legal_dialect(mica_conversion *conversion, const char *dialect)
{
    set_rule(rule_of(conversion, &conversion->dialect_rules, dialect), MICAI_LEGALITY_LEGAL,
             NULL, NULL);
}

void mica_conversion_illegal_dialect(mica_conversion *conversion, const char *dialect)
{
    set_rule(rule_of(conversion, &conversion->dialect_rules, dialect), MICAI_LEGALITY_ILLEGAL,
             NULL, NULL);
}

void mica_conversion_dynamic_dialect(mica_conversion *conversion, const char *dialect,
                                     mica_legal_fn is_legal, void *user)
{
    set_rule(rule_of(conversion, &conversion->dialect_rules, dialect), MICAI_LEGALITY_DYNAMIC,
             is_legal, user);
}

void mica_conversion_legal_op(mica_conversion *conversion, const char *op)
{
    set_rule(rule_of(conversion, &conversion->op_rules, op), MICAI_LEGALITY_LEGAL, NULL, NULL);
}

void mica_conversion_illegal_op(mica_conversion *conversion, const char *op)
{
    set_rule(rule_of(conversion, &conversion->op_rules, op), MICAI_LEGALITY_ILLEGAL, NULL,
             NULL);
}

void mica_conversion_dynamic_op(mica_conversion *conversion, const char *op,
                                mica_legal_fn is_legal, void *user)
{
    set_rule(rule_of(conversion, &conversion->op_rules, op), MICAI_LEGALITY_DYNAMIC, is_legal,
             user);
}

void mica_conversion_dynamic_unknown(mica_conversion *conversion, mica_legal_fn is_legal,
                                     void *user)
{
    set_rule(&conversion->unknown, MICAI_LEGALITY_DYNAMIC, is_legal, user);
}

void mica_conversion_recursively_legal_op(mica_conversion *conversion, const char *op)
{
    micai_legality_rule *rule = rule_of(conversion, &conversion->op_rules, op);
    if (!rule)
        return;
    rule->is_recursive = true;
    if (rule->legality == MICAI_LEGALITY_UNKNOWN)
        rule->legality = MICAI_LEGALITY_LEGAL;
}

static const micai_legality_rule *find_dialect_rule(const mica_conversion *conversion,
                                                    mica_string name)
{
    const char *dot = memchr(name.data, '.', name.length);
    if (!dot)
        return &conversion->unknown;
    const mica_string dialect = {name.data, (size_t)(dot - name.data)};
    const micai_legality_rule *rule = micai_pointer_map_get(
        &conversion->dialect_rules, mica_identifier_get(conversion->context, dialect));
    return rule ? rule : &conversion->unknown;
}

micai_legality micai_conversion_judge(const mica_conversion *conversion, mica_op *op,
                                      bool *is_recursive)
{
    const mica_identifier *name = mica_op_record_name(mica_op_get_record(op));
    const micai_legality_rule *rule = micai_pointer_map_get(&conversion->op_rules, name);
    if (is_recursive)
        *is_recursive = rule && rule->is_recursive;
    if (!rule)
        rule = find_dialect_rule(conversion, mica_identifier_text(name));
    if (rule->legality != MICAI_LEGALITY_DYNAMIC)
        return rule->legality;
    return rule->is_legal(rule->user, op) ? MICAI_LEGALITY_LEGAL : MICAI_LEGALITY_ILLEGAL;
}

// ---- patterns
// --------------------------------------------------------------------------------

bool mica_conversion_add(mica_conversion *conversion, const mica_conversion_pattern *patterns,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mica_conversion_pattern *copy =
            micai_arena_allocate(&conversion->arena, sizeof(mica_conversion_pattern));
        if (!copy)
            return false;
        *copy = patterns[i];
        const mica_pattern wrapper = {.name = copy->name,
                                      .root = copy->root,
                                      .benefit = copy->benefit,
                                      .rewrite = micai_conversion_run_pattern,
                                      .user = copy};
        if (!mica_pattern_set_add(conversion->patterns, &wrapper, 1))
            return false;
    }
    return true;
}
