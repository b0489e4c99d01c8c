// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks of the memref dialect in the order of memref.dialect: verifiers, names, interfaces. Ops
// that make views of memory are in memref_views.c, custom syntax in memref_syntax.c.
#include "dialects/memref/memref.h"

#include "ir/core/affine.h"
#include "ir/core/diagnostics.h"
#include "ir/core/interfaces.h"
#include "ir/core/symbol_table.h"
#include "ir/rewrite/fold.h"
#include "ir/rewrite/side_effects.h"

// ---- shared
// ----------------------------------------------------------------------------------

/// The names that results print with; one hook for all.
static const struct {
    mica_op_kind kind;
    const char *name;
} result_names[] = {
    {&mica_memref_alloc_kind, "alloc"},
    {&mica_memref_alloca_kind, "alloca"},
    {&mica_memref_cast_kind, "cast"},
    {&mica_memref_collapse_shape_kind, "collapse_shape"},
    {&mica_memref_dim_kind, "dim"},
    {&mica_memref_expand_shape_kind, "expand_shape"},
    {&mica_memref_extract_aligned_pointer_as_index_kind, "intptr"},
    {&mica_memref_memory_space_cast_kind, "memspacecast"},
    {&mica_memref_reinterpret_cast_kind, "reinterpret_cast"},
    {&mica_memref_reshape_kind, "reshape"},
    {&mica_memref_subview_kind, "subview"},
    {&mica_memref_transpose_kind, "transpose"},
    {&mica_memref_view_kind, "view"},
};

void micai_memref_name_results(mica_op *op, mica_name_value_fn name, void *user)
{
    for (size_t i = 0; i < sizeof result_names / sizeof *result_names; i++)
        if (mica_op_is(op, result_names[i].kind))
            name(user, mica_op_result(op, 0), mica_string_from(result_names[i].name));
}

static size_t count_dynamic(const mica_type *type)
{
    size_t count = 0;
    for (size_t i = 0; i < mica_type_rank(type); i++)
        count += mica_type_shape(type)[i] == MICA_DYNAMIC;
    return count;
}

static bool is_power_of_two(int64_t value)
{
    return value > 0 && (value & (value - 1)) == 0;
}

// ---- alloc, alloca, alloca_scope
// -------------------------------------------------------------

/// Symbols of the layout seen as a map: those of a map, one for each `?` of a strided layout.
static size_t count_layout_symbols(const mica_type *type)
{
    const mica_attr *layout = mica_memref_type_layout(type);
    if (mica_attr_is(layout, MICA_ATTR_AFFINE_MAP))
        return mica_affine_map_symbol_count(layout);
    if (!mica_attr_is(layout, MICA_ATTR_STRIDED_LAYOUT))
        return 0;
    size_t count = mica_strided_layout_attr_offset(layout) == MICA_DYNAMIC;
    for (size_t i = 0; i < mica_strided_layout_attr_rank(layout); i++)
        count += mica_strided_layout_attr_strides(layout)[i] == MICA_DYNAMIC;
    return count;
}

static bool verify_allocation(mica_op *op, size_t sizes, size_t symbols)
{
    const mica_type *type = mica_value_type(mica_op_result(op, 0));
    if (sizes != count_dynamic(type))
        return mica_op_error(op, "dimension operand count does not equal memref dynamic "
                                 "dimension count");
    size_t expected = count_layout_symbols(type);
    return symbols == expected ||
           mica_op_error(op,
                         "symbol operand count does not equal memref symbol count: expected "
                         "%zu, got %zu",
                         expected, symbols);
}

bool micai_memref_alloc_verify(mica_op *op)
{
    return verify_allocation(op, mica_memref_alloc_dynamicSizes_count(op),
                             mica_memref_alloc_symbolOperands_count(op));
}

bool micai_memref_alloca_verify(mica_op *op)
{
    mica_op *scope = mica_op_parent(op);
    while (scope && !mica_op_has_trait(scope, MICA_TRAIT_AUTOMATIC_ALLOCATION_SCOPE))
        scope = mica_op_parent(scope);
    if (!scope)
        return mica_op_error(op, "requires an ancestor op with AutomaticAllocationScope trait");
    return verify_allocation(op, mica_memref_alloca_dynamicSizes_count(op),
                             mica_memref_alloca_symbolOperands_count(op));
}

static size_t scope_edges(mica_op *op, const mica_region *from, mica_region_edge *edges,
                          size_t capacity)
{
    if (capacity > 0)
        edges[0] = (mica_region_edge){from ? NULL : mica_op_region(op, 0), 0,
                                      from ? MICA_ALL_OPERANDS : 0, 0};
    return 1;
}

const mica_region_branch micai_memref_alloca_scope_region_branch = {sizeof(mica_region_branch),
                                                                    scope_edges};

// ---- assume_alignment, atomic_rmw, atomic_yield
// -----------------------------------------------

bool micai_memref_assume_alignment_verify(mica_op *op)
{
    return is_power_of_two(
               mica_integer_attr_value(mica_memref_assume_alignment_alignment(op))) ||
           mica_op_error(op, "alignment must be power of 2");
}

bool micai_memref_atomic_rmw_verify(mica_op *op)
{
    const mica_type *memref = mica_value_type(mica_memref_atomic_rmw_memref(op));
    if (mica_memref_atomic_rmw_indices_count(op) != mica_type_rank(memref))
        return mica_op_error(op, "expects the number of subscripts to be equal to memref rank");
    bool is_float = mica_type_is_float(mica_value_type(mica_memref_atomic_rmw_value(op)));
    const char *kind = mica_enum_keyword(&mica_memref_atomic_kind_enum,
                                         (int64_t)mica_memref_atomic_rmw_kind_(op));
    switch (mica_memref_atomic_rmw_kind_(op)) {
    case MICA_MEMREF_ATOMIC_KIND_ADDF:
    case MICA_MEMREF_ATOMIC_KIND_MAXIMUMF:
    case MICA_MEMREF_ATOMIC_KIND_MINIMUMF:
    case MICA_MEMREF_ATOMIC_KIND_MULF:
        return is_float ||
               mica_op_error(op, "with kind '%s' expects a floating-point type", kind);
    case MICA_MEMREF_ATOMIC_KIND_ASSIGN:
    case MICA_MEMREF_ATOMIC_KIND_MAXNUMF:
    case MICA_MEMREF_ATOMIC_KIND_MINNUMF:
        return true;
    default:
        return !is_float || mica_op_error(op, "with kind '%s' expects an integer type", kind);
    }
}

bool micai_memref_atomic_yield_verify(mica_op *op)
{
    mica_op *parent = mica_op_parent(op);
    return mica_value_type(mica_op_result(parent, 0)) ==
               mica_value_type(mica_memref_atomic_yield_result(op)) ||
           mica_op_error(op, "types mismatch between yield op and its parent");
}

// ---- dim, dma_start, dma_wait
// ----------------------------------------------------------------

/// Undefined for an index out of bounds: only moved where the index is known to be good.
static bool dim_is_speculatable(mica_op *op)
{
    int64_t index;
    const mica_type *source = mica_value_type(mica_memref_dim_source(op));
    return mica_type_is_ranked(source) &&
           mica_value_constant_int(mica_memref_dim_index(op), &index) && index >= 0 &&
           index < (int64_t)mica_type_rank(source);
}

const mica_speculation micai_memref_dim_speculation = {sizeof(mica_speculation),
                                                       dim_is_speculatable};

/// The next operand of dma_start, NULL at the end.
static const mica_type *next_type(mica_op *op, size_t *next)
{
    return *next < mica_op_operand_count(op) ? mica_value_type(mica_op_operand(op, (*next)++))
                                             : NULL;
}

/// A memref and an index for each of its dimensions.
static bool verify_dma_place(mica_op *op, size_t *next, const char *name)
{
    const mica_type *memref = next_type(op, next);
    if (!memref || mica_type_get_kind(memref) != MICA_TYPE_MEMREF)
        return mica_op_error(op, "expected %s to be of memref type", name);
    for (size_t i = 0; i < mica_type_rank(memref); i++) {
        const mica_type *index = next_type(op, next);
        if (!index || !mica_type_is_index(index))
            return mica_op_error(op, "expected %s indices to be of index type", name);
    }
    return true;
}

/// Operands: source and its indices, destination and its indices, number of elements, tag and
/// its indices, then nothing or stride and elements per stride.
bool micai_memref_dma_start_verify(mica_op *op)
{
    size_t next = 0, count = mica_op_operand_count(op);
    if (count < 4)
        return mica_op_error(op, "expected at least 4 operands");
    if (!verify_dma_place(op, &next, "source") || !verify_dma_place(op, &next, "destination"))
        return false;
    const mica_type *elements = next_type(op, &next);
    if (!elements || !mica_type_is_index(elements))
        return mica_op_error(op, "expected num elements to be of index type");
    if (!verify_dma_place(op, &next, "tag"))
        return false;
    if (next != count && next + 2 != count)
        return mica_op_error(op, "incorrect number of operands");
    while (next < count)
        if (!mica_type_is_index(next_type(op, &next)))
            return mica_op_error(op,
                                 "expected stride and num elements per stride to be of type "
                                 "index");
    return true;
}

bool micai_memref_dma_wait_verify(mica_op *op)
{
    size_t rank = mica_type_rank(mica_value_type(mica_memref_dma_wait_tagMemRef(op)));
    size_t count = mica_memref_dma_wait_tagIndices_count(op);
    return rank == count ||
           mica_op_error(op,
                         "expected tagIndices to have the same number of elements as the "
                         "tagMemRef rank, expected %zu, but got %zu",
                         rank, count);
}

// ---- generic_atomic_rmw
// ----------------------------------------------------------------------

static mica_walk_result check_effect_free(void *user, mica_op *op)
{
    if (op == user || mica_op_is_memory_effect_free(op))
        return MICA_WALK_ADVANCE;
    mica_diagnostic_emit(mica_error(mica_op_context(op), mica_op_location(op),
                                    "body of 'memref.generic_atomic_rmw' should contain only "
                                    "operations with no side effects"));
    return MICA_WALK_INTERRUPT;
}

bool micai_memref_generic_atomic_rmw_verify(mica_op *op)
{
    mica_region *region = mica_memref_generic_atomic_rmw_atomic_body(op);
    mica_block *body = mica_region_first(region);
    if (!body || mica_block_argument_count(body) != 1)
        return mica_op_error(op, "expected single number of entry block arguments");
    if (mica_value_type(mica_block_argument(body, 0)) != mica_value_type(mica_op_result(op, 0)))
        return mica_op_error(op, "expected block argument of the same type result type");
    return mica_op_walk_pre(op, check_effect_free, op);
}

// ---- get_global, global
// ----------------------------------------------------------------------

static bool verify_global_use(mica_op *op, mica_symbol_cache *cache)
{
    const mica_attr *name = mica_memref_get_global_name(op);
    mica_op *global = mica_symbol_cache_resolve(cache, op, name);
    if (!mica_op_is(global, &mica_memref_global_kind))
        return mica_op_error(op, "'%.*s' does not reference a valid global memref",
                             MICA_STRING_ARG(mica_symbol_ref_attr_root(name)));
    if (mica_type_attr_value(mica_memref_global_type(global)) ==
        mica_value_type(mica_op_result(op, 0)))
        return true;
    mica_diagnostic *error = mica_op_error_begin(op, "result type ");
    mica_diagnostic_append_type(error, mica_value_type(mica_op_result(op, 0)));
    mica_diagnostic_append(error, " does not match type ");
    mica_diagnostic_append_type(error, mica_type_attr_value(mica_memref_global_type(global)));
    mica_diagnostic_append(error, " of the global memref @%.*s",
                           MICA_STRING_ARG(mica_symbol_ref_attr_root(name)));
    return mica_diagnostic_emit(error);
}

const mica_symbol_user micai_memref_get_global_symbol_user = {sizeof(mica_symbol_user),
                                                              verify_global_use};

/// A global without a value is a declaration, but one that may be public.
const mica_symbol micai_memref_global_symbol = {.struct_size = sizeof(mica_symbol)};

static bool is_elements_attr(const mica_attr *attr)
{
    mica_attr_kind kind = mica_attr_get_kind(attr);
    return kind == MICA_ATTR_DENSE_ELEMENTS || kind == MICA_ATTR_DENSE_STRINGS ||
           kind == MICA_ATTR_DENSE_RESOURCE || kind == MICA_ATTR_SPARSE_ELEMENTS;
}

bool micai_memref_global_verify(mica_op *op)
{
    const mica_type *type = mica_type_attr_value(mica_memref_global_type(op));
    const mica_attr *value = mica_memref_global_initial_value(op);
    const mica_attr *alignment = mica_memref_global_alignment(op);
    if (!mica_type_has_static_shape(type))
        return mica_op_error(op, "type should be static shaped memref");
    if (value && !mica_attr_is(value, MICA_ATTR_UNIT) && !is_elements_attr(value))
        return mica_op_error(op, "initial value should be a unit or elements attribute");
    const mica_type *tensor = mica_tensor_type_get(
        mica_type_element(type), mica_type_shape(type), mica_type_rank(type), NULL);
    if (value && is_elements_attr(value) && mica_attr_type(value) != tensor) {
        mica_diagnostic *error =
            mica_op_error_begin(op, "initial value expected to be of type ");
        mica_diagnostic_append_type(error, tensor);
        return mica_diagnostic_emit(error);
    }
    return !alignment || is_power_of_two(mica_integer_attr_value(alignment)) ||
           mica_op_error(op, "alignment attribute value %lld is not a power of 2",
                         (long long)mica_integer_attr_value(alignment));
}

// ---- load, prefetch, realloc, store
// ----------------------------------------------------------

static bool verify_indices(mica_op *op, mica_value *memref, size_t count, const char *name)
{
    size_t rank = mica_type_rank(mica_value_type(memref));
    return count == rank ||
           mica_op_error(op, "incorrect number of indices for %s, expected %zu but got %zu",
                         name, rank, count);
}

bool micai_memref_load_verify(mica_op *op)
{
    return verify_indices(op, mica_memref_load_memref(op), mica_memref_load_indices_count(op),
                          "load");
}

bool micai_memref_prefetch_verify(mica_op *op)
{
    return mica_memref_prefetch_indices_count(op) ==
               mica_type_rank(mica_value_type(mica_memref_prefetch_memref(op))) ||
           mica_op_error(op, "too few indices");
}

bool micai_memref_realloc_verify(mica_op *op)
{
    const mica_type *source = mica_value_type(mica_memref_realloc_source(op));
    const mica_type *result = mica_value_type(mica_op_result(op, 0));
    bool has_size = mica_memref_realloc_dynamicResultSize(op);
    if (mica_memref_type_layout(source) || mica_memref_type_layout(result))
        return mica_op_error(op, "unsupported layout for memref type");
    if (mica_memref_type_memory_space(source) != mica_memref_type_memory_space(result))
        return mica_op_error(op, "different memory spaces specified for source and result");
    if (mica_type_element(source) != mica_type_element(result))
        return mica_op_error(op, "different element types specified for source and result");
    if (count_dynamic(result) > 0 && !has_size)
        return mica_op_error(op, "missing dimension operand for result type");
    return count_dynamic(result) > 0 || !has_size ||
           mica_op_error(op, "unnecessary dimension operand for result type");
}

bool micai_memref_store_verify(mica_op *op)
{
    return verify_indices(op, mica_memref_store_memref(op), mica_memref_store_indices_count(op),
                          "store");
}
