// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Out of memory at every place: all allocations of libmica come here (mica_set_allocator), and
// the n-th fails, alone or with all that follow, for every n until a job is done without. A job
// fails cleanly or gives the right result; what it had is freed, so that a leak checker has its
// say too. To look at one place: test_memory_failures JOB N [alone].
#include "cmocka_support.h"

#include "dialects/dialects.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"
#include "ir/core/verifier.h"
#include "ir/definition/loader.h"
#include "ir/rewrite/match_program.h"
#include "ir/text/text.h"
#include "transforms/pass/pass_manager.h"
#include "transforms/pass/pass_registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t allocations_left = SIZE_MAX; ///< before one fails
static bool fails_alone;                   ///< what follows the one has memory again
static bool has_failed;

static bool may_allocate(void)
{
    if (allocations_left > 0) {
        allocations_left--;
        return true;
    }
    has_failed = true;
    allocations_left = fails_alone ? SIZE_MAX : 0;
    return false;
}

static size_t live_blocks; ///< what is not freed at the end of a job is a leak

static void *allocate(void *user, size_t size)
{
    (void)user;
    void *memory = may_allocate() ? malloc(size) : NULL;
    live_blocks += memory != NULL;
    return memory;
}

static void *reallocate(void *user, void *memory, size_t size)
{
    if (!memory)
        return allocate(user, size);
    return may_allocate() ? realloc(memory, size) : NULL;
}

static void release(void *user, void *memory)
{
    (void)user;
    assert_non_null(memory);
    live_blocks--;
    free(memory);
}

// ---- jobs

typedef struct job {
    const char *name;
    const char *input;
    const char *pipeline; ///< of a job that runs passes
    /// NULL when there was no memory, else a text that depends on the whole work; freed with
    /// mica_free.
    char *(*run)(mica_context *context, const struct job *job);
} job;

/// Fails for lack of memory only when it is not the last to allocate.
static char *copy_of(const char *text)
{
    char *copy = mica_malloc(strlen(text) + 1);
    return copy ? strcpy(copy, text) : NULL;
}

static char *run_text(mica_context *context, const job *work)
{
    mica_op *module = mica_parse_source(context, mica_string_from(work->input),
                                        mica_string_from("input"), NULL);
    char *text = module ? mica_op_to_string(module, NULL) : NULL;
    if (module)
        mica_op_destroy(module);
    return text;
}

static bool run_pipeline(mica_context *context, mica_op *module, const char *text)
{
    mica_pass_registry *registry = mica_pass_registry_create();
    mica_pass_manager *manager = NULL;
    if (registry && mica_pass_registry_add_all(registry))
        manager = mica_pass_manager_create(context, registry, "builtin.module");
    const bool ok = manager && mica_pass_manager_parse(manager, mica_string_from(text)) &&
                    mica_pass_manager_run(manager, module);
    if (manager)
        mica_pass_manager_destroy(manager);
    if (registry)
        mica_pass_registry_destroy(registry);
    return ok;
}

static char *run_passes(mica_context *context, const job *work)
{
    mica_op *module = mica_parse_source(context, mica_string_from(work->input),
                                        mica_string_from("input"), NULL);
    char *text = NULL;
    if (module && run_pipeline(context, module, work->pipeline))
        text = mica_op_to_string(module, NULL);
    if (module)
        mica_op_destroy(module);
    return text;
}

static char *run_dialect(mica_context *context, const job *work)
{
    const mica_load_options options = {.struct_size = sizeof options,
                                       .library = mica_dialect_library_builtin()};
    const mica_dialect_def *dialect =
        mica_dialect_load_text(context, mica_string_from(work->input), "toy.dialect", &options);
    return dialect ? copy_of(dialect->name) : NULL;
}

static bool count_bytes(void *user, const char *data, size_t size)
{
    (void)data;
    *(size_t *)user += size;
    return true;
}

static char *run_rewrite(mica_context *context, const job *work)
{
    mica_match_program *program = mica_match_program_load(
        context, mica_string_from(work->input), mica_string_from("toy.rewrite"));
    if (!program)
        return NULL;
    size_t size = 0;
    const bool ok = mica_match_program_emit(program, "patterns", count_bytes, &size);
    mica_match_program_destroy(program);
    char text[32];
    snprintf(text, sizeof text, "%zu", size);
    return ok ? copy_of(text) : NULL;
}

static const char types_text[] =
    "#map = affine_map<(d0, d1)[s0] -> (d0 + s0 mod 4, -d1 floordiv 2)>\n"
    "#set = affine_set<(d0)[s0] : (d0 - 1 >= 0, s0 - d0 == 0)>\n"
    "!t = tensor<4x?xf32, #x.enc<\"a\">>\n"
    "module @m attributes {x.a = [1, 2.5 : f16, \"s\\0A\", unit, @a::@b, !t, #map, #set], "
    "x.d = dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>, x.r = dense_resource<k> : tensor<1xf32>, "
    "x.s = sparse<[[0]], [1]> : tensor<9xi32>, x.arr = array<i32: 1, -2>} {\n"
    "  \"x.use\"(%0#0) : (complex<f64>) -> ()\n"
    "  %0:2 = \"x.op\"() <{p = 0x7F800000 : f32}> ({\n"
    "  ^bb0(%a: memref<2x3xf32, strided<[3, 1], offset: ?>, 1>, %b: vector<[4]x2xi1>):\n"
    "    \"x.br\"()[^bb1] : () -> ()\n"
    "  ^bb1:\n"
    "    %c = \"x.end\"() : () -> index\n"
    "  }) {k = loc(\"f\":1:2)} : () -> (complex<f64>, tuple<i3, none, (i1) -> ()>) "
    "loc(fused<\"m\">[\"a.c\":1:2, callsite(\"g\" at unknown)])\n"
    "  func.func private @f(%x: i32 {l.a}) -> (f32, bf16)\n"
    "}\n"
    "{-# dialect_resources: { builtin: { k: \"0x0400000000000000\" } } #-}\n";

static const char ops_text[] =
    "func.func @f(%n: index, %m: memref<?xf32>, %x: f32) -> f32 {\n"
    "  %c0 = arith.constant 0 : index\n"
    "  %c1 = arith.constant 1 : index\n"
    "  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %x) -> (f32) {\n"
    "    %v = memref.load %m[%i] : memref<?xf32>\n"
    "    %z = arith.cmpi slt, %i, %c1 : index\n"
    "    %w = scf.if %z -> (f32) {\n"
    "      %q = math.exp %v fastmath<fast> : f32\n"
    "      scf.yield %q : f32\n"
    "    } else {\n"
    "      scf.yield %v : f32\n"
    "    }\n"
    "    %t = arith.addf %s, %w : f32\n"
    "    scf.yield %t : f32\n"
    "  }\n"
    "  %k = affine.apply affine_map<(d0)[s0] -> (d0 * 4 + s0)>(%c1)[%n]\n"
    "  memref.store %r, %m[%k] : memref<?xf32>\n"
    "  return %r : f32\n"
    "}\n"
    "func.func @g(%a: tensor<4x8xf32>, %b: tensor<8x5xf32>, %c: tensor<4x5xf32>)\n"
    "    -> tensor<4x5xf32> {\n"
    "  %0 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x5xf32>)\n"
    "      outs(%c : tensor<4x5xf32>) -> tensor<4x5xf32>\n"
    "  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>,\n"
    "      affine_map<(i, j) -> (i, j)>], iterator_types = [\"parallel\", \"parallel\"]}\n"
    "      ins(%0 : tensor<4x5xf32>) outs(%c : tensor<4x5xf32>) {\n"
    "  ^bb0(%p: f32, %q: f32):\n"
    "    %s = arith.mulf %p, %q : f32\n"
    "    linalg.yield %s : f32\n"
    "  } -> tensor<4x5xf32>\n"
    "  return %1 : tensor<4x5xf32>\n"
    "}\n";

static const char toy_dialect[] =
    "dialect toy \"for tests\" {\n"
    "  description \"\"\"\n"
    "    Two\n"
    "  \"\"\"\n"
    "}\n"
    "constraint small \"small integer\" = i8 | i16\n"
    "constraint pair_of(t, n) \"{n} of {t}\" = vector_of_rank(t, n)\n"
    "enum way \"which way\" { up, down = 5, \"side-ways\" = 6 }\n"
    "bits marks \"marks\" { attr marks separator \",\" none = 0, a = 1, b = 2, all = 3 }\n"
    "type box \"a box\" { params inner: type, width: int = 1 }\n"
    "attr note \"a note\" { params text: string, weight: optional attr(i32_attr)\n"
    "  format `<` struct(params) `>` }\n"
    "op turn \"turns\" {\n"
    "  traits    pure same_operands_and_result_type\n"
    "  operands  input: any_integer\n"
    "  attrs     way: way = up, marks: marks = none\n"
    "  results   result: any_integer\n"
    "  format    $input (`,` $way^)? (`marks` `` $marks^)? attr-dict `:` type($input)\n"
    "}\n"
    "op pick \"picks\" {\n"
    "  operands  from: any_vector\n"
    "  results   element: any_type\n"
    "  types     element = element(from) : \"element comes from the vector\"\n"
    "  format    $from attr-dict `:` type($from)\n"
    "}\n";

static const char toy_rewrite[] = "pattern double_to_add benefit 2 {\n"
                                  "  match\n"
                                  "    %two = arith.constant() {value = $two}\n"
                                  "    %r = arith.muli(%x, %two)\n"
                                  "  where\n"
                                  "    integer_is($two, 2)\n"
                                  "  rewrite\n"
                                  "    %sum = arith.addi(%x, %x)\n"
                                  "    replace %sum\n"
                                  "}\n";

static const job jobs[] = {
    {"types", types_text, NULL, run_text},
    {"ops", ops_text, NULL, run_text},
    {"dialect", toy_dialect, NULL, run_dialect},
    {"rewrite", toy_rewrite, NULL, run_rewrite},
    {"cleanup", ops_text, "builtin.module(canonicalize,cse,symbol-dce)", run_passes},
};
enum { JOB_COUNT = sizeof jobs / sizeof *jobs };

static char *run_job(const job *work, size_t allocations, bool alone)
{
    has_failed = false;
    fails_alone = alone;
    allocations_left = allocations;
    mica_context *context = mica_context_create(NULL);
    char *text = NULL;
    if (context) {
        mica_context_allow_unregistered(context, true);
        if (mica_context_register_all_dialects(context))
            text = work->run(context, work);
        mica_context_destroy(context);
    }
    allocations_left = SIZE_MAX;
    return text;
}

static void check_job(const job *work, bool alone)
{
    char expected[8192];
    char *first = run_job(work, SIZE_MAX, false);
    assert_non_null(first);
    assert_true(strlen(first) < sizeof expected);
    strcpy(expected, first);
    mica_free(first);
    bool was_enough = false;
    for (size_t n = 0; !was_enough; n++) {
        char *text = run_job(work, n, alone);
        was_enough = !has_failed;
        if (text)
            assert_string_equal(text, expected);
        else
            assert_true(has_failed);
        mica_free(text);
        assert_int_equal(live_blocks, 0);
    }
}

#define JOB_TEST(index)                                                                        \
    static void job_##index(void **state)                                                      \
    {                                                                                          \
        (void)state;                                                                           \
        check_job(&jobs[index], false);                                                        \
        check_job(&jobs[index], true);                                                         \
    }
JOB_TEST(0)
JOB_TEST(1)
JOB_TEST(2)
JOB_TEST(3)
JOB_TEST(4)

static int run_one(const char *name, const char *allocations, bool alone)
{
    for (size_t i = 0; i < JOB_COUNT; i++) {
        if (strcmp(jobs[i].name, name) != 0)
            continue;
        char *text = run_job(&jobs[i], strtoul(allocations, NULL, 10), alone);
        printf("%s\n", text ? text : "no memory");
        const int status = text && has_failed ? 3 : text ? 0 : has_failed ? 1 : 2;
        mica_free(text);
        return status;
    }
    return 2;
}

int main(int count, char **arguments)
{
    const mica_allocator hook = {allocate, reallocate, release, NULL};
    mica_set_allocator(&hook);
    if (count > 2)
        return run_one(arguments[1], arguments[2], count > 3);
    _Static_assert(JOB_COUNT == 5, "a test for each job");
    const struct CMUnitTest tests[] = {
        {"types", job_0, NULL, NULL, NULL},   {"ops", job_1, NULL, NULL, NULL},
        {"dialect", job_2, NULL, NULL, NULL}, {"rewrite", job_3, NULL, NULL, NULL},
        {"cleanup", job_4, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("memory_failures", tests, NULL, NULL);
}
