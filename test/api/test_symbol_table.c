// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Symbols: finding, nested references, unique names, uses, renaming.
#include "ir/core/symbol_table.h"
#include "test/api/test_dialect.h"

static mica_op *add_named(ir_fixture *fixture, mica_block *block, const char *op,
                          const char *name)
{
    mica_op *symbol = append_op(fixture, block, op, 0, NULL, 0, 1);
    if (name)
        mica_symbol_set_name(symbol, mica_string_from(name));
    return symbol;
}

static const mica_attr *reference(ir_fixture *fixture, const char *root, const char *leaf)
{
    const mica_string path = mica_string_from(leaf);
    return mica_symbol_ref_attr_get(fixture->context, mica_string_from(root), &path,
                                    leaf ? 1 : 0);
}

static mica_op *add_ref(ir_fixture *fixture, mica_block *block, const mica_attr *callee)
{
    mica_op *op = append_op(fixture, block, "check.ref", 0, NULL, 0, 0);
    mica_op_set_attr(op, "callee", callee);
    return op;
}

/// table { function @f { ref @f, ref @inner::@g }, table @inner { function @g { ref @g } } }
typedef struct program {
    mica_op *top, *f, *inner, *g, *ref_f, *ref_g, *inner_ref;
} program;

static program make_program(ir_fixture *fixture)
{
    program p;
    p.top = make_op(fixture, "check.table", 0, NULL, 0, 1);
    mica_block *body = add_block(p.top, 0);
    p.f = add_named(fixture, body, "check.function", "f");
    p.inner = add_named(fixture, body, "check.table", "inner");
    p.g = add_named(fixture, add_block(p.inner, 0), "check.function", "g");
    mica_block *in_f = add_block(p.f, 0);
    p.ref_f = add_ref(fixture, in_f, reference(fixture, "f", NULL));
    p.ref_g = add_ref(fixture, in_f, reference(fixture, "inner", "g"));
    p.inner_ref = add_ref(fixture, add_block(p.g, 0), reference(fixture, "g", NULL));
    return p;
}

static void references_are_resolved(void **state)
{
    ir_fixture *fixture = *state;
    const program p = make_program(fixture);
    mica_symbol_cache *cache = mica_symbol_cache_create(fixture->context);
    assert_ptr_equal(mica_symbol_resolve(p.ref_f, reference(fixture, "f", NULL)), p.f);
    assert_ptr_equal(mica_symbol_resolve(p.ref_f, reference(fixture, "inner", "g")), p.g);
    assert_null(mica_symbol_resolve(p.ref_f, reference(fixture, "f", "g")));
    assert_null(mica_symbol_resolve(p.ref_f, reference(fixture, "g", NULL)));
    assert_null(mica_symbol_resolve(p.inner_ref, reference(fixture, "f", NULL)));
    assert_ptr_equal(mica_symbol_cache_resolve(cache, p.ref_f, reference(fixture, "f", NULL)),
                     p.f);
    assert_ptr_equal(
        mica_symbol_cache_resolve(cache, p.inner_ref, reference(fixture, "g", NULL)), p.g);
    assert_ptr_equal(mica_symbol_table_nearest(p.inner_ref), p.inner);
    mica_symbol_cache_destroy(cache);
    mica_op_destroy(p.top);
}

static void inserted_symbols_get_free_names(void **state)
{
    ir_fixture *fixture = *state;
    const program p = make_program(fixture);
    mica_symbol_table *table = mica_symbol_table_create(p.top);
    mica_op *first = make_op(fixture, "check.function", 0, NULL, 0, 1);
    mica_op *second = make_op(fixture, "check.function", 0, NULL, 0, 1);
    mica_symbol_set_name(first, mica_string_from("f"));
    mica_symbol_set_name(second, mica_string_from("f"));
    assert_true(mica_symbol_table_insert(table, first, NULL));
    assert_true(mica_symbol_table_insert(table, second, p.f));
    assert_true(mica_string_is(mica_string_attr_text(mica_symbol_name(first)), "f_0"));
    assert_true(mica_string_is(mica_string_attr_text(mica_symbol_name(second)), "f_1"));
    assert_ptr_equal(mica_op_next(second), p.f);
    assert_ptr_equal(mica_symbol_table_find(table, mica_string_from("f_1")), second);
    mica_symbol_table_erase(table, second);
    assert_null(mica_symbol_table_find(table, mica_string_from("f_1")));
    mica_symbol_table_destroy(table);
    mica_op_destroy(p.top);
}

static void visibility_is_an_attribute(void **state)
{
    ir_fixture *fixture = *state;
    const program p = make_program(fixture);
    assert_int_equal(mica_symbol_get_visibility(p.f), MICA_VISIBILITY_PUBLIC);
    mica_symbol_set_visibility(p.f, MICA_VISIBILITY_PRIVATE);
    assert_int_equal(mica_symbol_get_visibility(p.f), MICA_VISIBILITY_PRIVATE);
    mica_symbol_set_visibility(p.f, MICA_VISIBILITY_PUBLIC);
    assert_null(mica_op_attr(p.f, "sym_visibility"));
    mica_op_destroy(p.top);
}

static void uses_are_found_in_their_scope(void **state)
{
    ir_fixture *fixture = *state;
    const program p = make_program(fixture);
    assert_false(mica_symbol_is_unused(p.f, p.top));
    assert_false(mica_symbol_is_unused(p.g, p.inner));
    assert_false(mica_symbol_is_unused(p.inner, p.top));
    mica_op_erase(p.inner_ref);
    assert_true(mica_symbol_is_unused(p.g, p.inner));
    assert_false(mica_symbol_is_unused(p.g, p.top));
    mica_op_erase(p.ref_g);
    assert_true(mica_symbol_is_unused(p.g, p.top));
    assert_true(mica_symbol_is_unused(p.inner, p.top));
    mica_op_destroy(p.top);
}

static void renaming_follows_references(void **state)
{
    ir_fixture *fixture = *state;
    const program p = make_program(fixture);
    const mica_attr *refs[] = {reference(fixture, "inner", "g"), reference(fixture, "f", NULL)};
    mica_op_set_attr(p.ref_f, "all", mica_array_attr_get(fixture->context, refs, 2));
    assert_true(mica_symbol_rename(p.g, mica_string_from("h")));
    assert_ptr_equal(mica_op_attr(p.ref_g, "callee"), reference(fixture, "inner", "h"));
    assert_ptr_equal(mica_op_attr(p.inner_ref, "callee"), reference(fixture, "h", NULL));
    assert_ptr_equal(mica_op_attr(p.ref_f, "callee"), reference(fixture, "f", NULL));
    const mica_attr *all = mica_op_attr(p.ref_f, "all");
    assert_ptr_equal(mica_array_attr_element(all, 0), reference(fixture, "inner", "h"));
    assert_ptr_equal(mica_array_attr_element(all, 1), refs[1]);
    assert_true(mica_symbol_rename(p.inner, mica_string_from("outer")));
    assert_ptr_equal(mica_op_attr(p.ref_g, "callee"), reference(fixture, "outer", "h"));
    mica_op_destroy(p.top);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIALECT_TEST(references_are_resolved),
        DIALECT_TEST(inserted_symbols_get_free_names),
        DIALECT_TEST(visibility_is_an_attribute),
        DIALECT_TEST(uses_are_found_in_their_scope),
        DIALECT_TEST(renaming_follows_references),
    };
    return cmocka_run_group_tests_name("symbol_table", tests, NULL, NULL);
}
