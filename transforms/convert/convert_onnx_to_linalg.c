// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass convert-onnx-to-linalg: nodes of a model become linalg, arith, math and tensor ops
// on tensors, one node at a time, by the rules of the families:
//
//   _elementwise    Add, Relu, Clip, ...: linalg.generic with broadcasting maps
//   _activation     Elu, Gelu, ...: the same
//   _logic          Equal, And, Where, Cast, ...: the same; _narrow: to floats of 8 bits
//   _contraction    Gemm, MatMul: linalg.matmul, linalg.batch_matmul
//   _convolution    Conv: linalg's named convolutions
//   _pooling        MaxPool, AveragePool, GlobalAveragePool
//   _normalization  BatchNormalization, Softmax
//   _slice          Shape, Slice, Split, Expand, ...: what sizes as values control
//   _reduction      ReduceSum, ..., Einsum: linalg.generic with reduction loops
//   _order          ArgMax, TopK, CumSum, Hardmax: loops in order along an axis
//   _linear_attention   LinearAttention: a loop over steps that carries the state
//   _selection, _suppression, _unique   NonZero, Compress, NonMaxSuppression, Unique: elements
//                   selected by their values
//   _window         ConvTranspose, LpPool, MaxUnpool, ...: loops over windows
//   _resize         Resize
//   _signal         HannWindow, MelWeightMatrix, ...: elements from their places
//   _fourier        DFT, STFT: stages of small transforms
//   _random         RandomNormal, Dropout, Multinomial, ...: numbers from a counter
//   _grid           AffineGrid, GridSample: interpolated elements
//   _region         RoiAlign, MaxRoiPool: bins of regions
//   _patch          Col2Im, DeformConv: patches put back and taken out
//   _determinant    Det
//   _ml, _trees     TfIdfVectorizer, LabelEncoder, TreeEnsemble: tables and walks
//   _gather         Gather, ScatterND, Pad, OneHot, ...: elements picked and placed
//   _shape_scalars  any of these on small tensors of sizes: arithmetic on scalars
//   _shape          Reshape, Transpose, Concat, Constant, ...: views and copies
//
// Each result gets the most precise type that its operands give, so that all sizes are static
// when the model's are. Named ops are made wherever linalg has one, since later passes know
// them. Elements lose their sign on the way (ui8 becomes i8), as arith wants it; ops that
// differ for unsigned ones are chosen by the type from before.
#include "transforms/convert/convert_onnx_to_linalg_internal.h"
#include "transforms/pass/pass.h"

#include <stdarg.h>
#include <stdio.h>

mica_value *micai_onnx_refuse(micai_onnx_site *site, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    mica_rewriter_fail(site->rewriter, site->op, "%s", text);
    return NULL;
}

// ---- types
// -----------------------------------------------------------------------------------

/// tensor<..xui8> -> tensor<..xi8>
static mica_type_answer drop_sign(void *user, const mica_type *type, mica_type_list *results)
{
    (void)user;
    if (!mica_type_is_tensor(type))
        return MICA_TYPE_NOT_MINE;
    const mica_type *element = mica_type_element(type);
    if (!mica_type_is_integer(element) ||
        mica_integer_type_signedness(element) == MICA_SIGNLESS)
        return MICA_TYPE_NOT_MINE;
    const mica_type *signless = mica_integer_type_get(
        mica_type_context(type), mica_type_bit_width(element), MICA_SIGNLESS);
    return mica_type_list_append(results, mica_type_with_element(type, signless));
}

static mica_type_answer keep_type(void *user, const mica_type *type, mica_type_list *results)
{
    (void)user;
    return mica_type_list_append(results, type);
}

static bool has_unsigned_elements(const mica_type *type)
{
    const mica_type *element = mica_type_element(type);
    return mica_type_is_integer(element) &&
           mica_integer_type_signedness(element) == MICA_UNSIGNED;
}

// ---- a node
// ----------------------------------------------------------------------------------

/// Fills in the parts of the site that follow from the op; false when shapes are not known.
static bool prepare_site(micai_onnx_site *site, const mica_adapted *adapted)
{
    mica_op *op = site->op;
    const mica_value *first =
        mica_op_operand_count(op) ? mica_op_operand(op, 0) : mica_op_result(op, 0);
    site->is_unsigned = has_unsigned_elements(mica_value_type(first));
    for (size_t i = 0; i < site->node.operand_count; ++i)
        site->node.operands[i] = adapted->values[i];
    for (size_t i = 0; i < site->node.operand_count; ++i)
        if (!mica_type_is_ranked(mica_value_type(site->node.operands[i])))
            return micai_onnx_refuse(site, "the rank of operand #%zu is not known", i) != NULL;
    mica_onnx_fault fault;
    mica_onnx_types types;
    if (!mica_onnx_infer_types(&site->node, mica_op_result_count(op), &types, &fault))
        return micai_onnx_refuse(site, "%s", fault.message) != NULL;
    site->result_count = mica_op_result_count(op);
    for (size_t i = 0; i < site->result_count; ++i) {
        // The op's own type may know sizes that an operand which is no constant hides.
        // Signs are gone from the operands, so that they must be from both.
        const mica_type *own = mica_type_converter_convert_one(
            adapted->converter, mica_value_type(mica_op_result(op, i)));
        const mica_type *type =
            mica_type_converter_convert_one(adapted->converter, types.types[i]);
        site->types[i] = type && own && mica_onnx_types_agree(type, own)
                             ? mica_onnx_join_types(type, own)
                             : type;
        if (!site->types[i] || !mica_type_is_ranked(site->types[i]))
            return micai_onnx_refuse(site, "the rank of its result is not known") != NULL;
    }
    site->type = site->types[0];
    return true;
}

bool micai_onnx_is_unsigned(const micai_onnx_site *site, size_t index)
{
    return has_unsigned_elements(mica_value_type(mica_op_operand(site->op, index)));
}

static bool lower_node(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                       void *user)
{
    const micai_onnx_rule *rule = user;
    micai_onnx_site site = {.rewriter = rewriter,
                            .builder = mica_rewriter_builder(rewriter),
                            .op = op,
                            .row = rule->row,
                            .is_elementwise = rule->lower == micai_onnx_lower_elementwise};
    mica_onnx_node_from_op(op, &site.node);
    mica_value *value = NULL;
    if (prepare_site(&site, adapted)) {
        value = micai_onnx_lower_scalars(&site);
        value = value ? value : rule->lower(&site);
    }
    mica_op_state_discard(&site.node);
    if (!value)
        return false;
    site.results[0] = value;
    // The op may say less of its results, or more, than its operands do.
    for (size_t i = 0; i < site.result_count; ++i) {
        const mica_type *wanted = mica_type_converter_convert_one(
            adapted->converter, mica_value_type(mica_op_result(op, i)));
        if (mica_value_type(site.results[i]) != wanted)
            site.results[i] =
                micai_onnx_emit(site.builder, "tensor.cast", &site.results[i], 1, wanted);
    }
    return mica_rewriter_replace_op(rewriter, op, site.results, site.result_count);
}

/// A size or a cast of a tensor that came with the model: the same of the converted tensor.
static bool follow_types(mica_rewriter *rewriter, mica_op *op, const mica_adapted *adapted,
                         void *user)
{
    (void)user;
    mica_op_state state;
    mica_op_state_init_record(&state, mica_op_context(op), mica_op_get_record(op),
                              mica_op_location(op));
    for (size_t i = 0; i < mica_op_operand_count(op); ++i)
        mica_op_state_add_operand(&state, adapted->values[i]);
    for (size_t i = 0; i < mica_op_slot_count(op); ++i)
        mica_op_state_set_slot(&state, i, mica_op_slot(op, i));
    mica_op_state_add_result(
        &state, mica_type_converter_convert_one(adapted->converter,
                                                mica_value_type(mica_op_result(op, 0))));
    mica_op *converted = mica_builder_create(mica_rewriter_builder(rewriter), &state);
    mica_value *result = converted ? mica_op_result(converted, 0) : NULL;
    return result && mica_rewriter_replace_op(rewriter, op, &result, 1);
}

// ---- the pass
// --------------------------------------------------------------------------------

static bool is_signature_converted(void *user, mica_op *op)
{
    const mica_attr *type = mica_op_attr(op, "function_type");
    return !type || mica_type_converter_is_signature_legal(user, mica_type_attr_value(type));
}

static bool is_op_converted(void *user, mica_op *op)
{
    return mica_type_converter_is_op_legal(user, op);
}

static bool add_rules(mica_conversion *conversion)
{
    static const micai_onnx_rule *const families[] = {micai_onnx_elementwise_rules,
                                                      micai_onnx_activation_rules,
                                                      micai_onnx_logic_rules,
                                                      micai_onnx_contraction_rules,
                                                      micai_onnx_convolution_rules,
                                                      micai_onnx_pooling_rules,
                                                      micai_onnx_normalization_rules,
                                                      micai_onnx_shape_rules,
                                                      micai_onnx_slice_rules,
                                                      micai_onnx_gather_rules,
                                                      micai_onnx_reduction_rules,
                                                      micai_onnx_order_rules,
                                                      micai_onnx_window_rules,
                                                      micai_onnx_resize_rules,
                                                      micai_onnx_linear_attention_rules,
                                                      micai_onnx_selection_rules,
                                                      micai_onnx_suppression_rules,
                                                      micai_onnx_unique_rules,
                                                      micai_onnx_signal_rules,
                                                      micai_onnx_fourier_rules,
                                                      micai_onnx_grid_rules,
                                                      micai_onnx_random_rules,
                                                      micai_onnx_region_rules,
                                                      micai_onnx_patch_rules,
                                                      micai_onnx_determinant_rules,
                                                      micai_onnx_ml_rules,
                                                      micai_onnx_tree_rules};
    for (size_t i = 0; i < sizeof families / sizeof *families; ++i) {
        for (const micai_onnx_rule *rule = families[i]; rule->op; ++rule) {
            const mica_conversion_pattern pattern = {.name = rule->op,
                                                     .root = rule->op,
                                                     .rewrite = lower_node,
                                                     .user = (void *)(uintptr_t)rule};
            if (!mica_conversion_add(conversion, &pattern, 1))
                return false;
        }
    }
    static const mica_conversion_pattern followers[] = {
        {.name = "tensor.cast", .root = "tensor.cast", .rewrite = follow_types},
        {.name = "tensor.dim", .root = "tensor.dim", .rewrite = follow_types},
    };
    return mica_conversion_add(conversion, followers, 2) &&
           mica_conversion_add_function_types(conversion);
}

static bool convert(mica_op *root, mica_type_converter *converter, mica_conversion *conversion)
{
    static const char *const legal[] = {"arith", "cf", "linalg", "math", "scf", "tensor"};
    for (size_t i = 0; i < sizeof legal / sizeof *legal; ++i)
        mica_conversion_legal_dialect(conversion, legal[i]);
    mica_conversion_illegal_dialect(conversion, "onnx");
    mica_conversion_dynamic_op(conversion, "func.func", is_signature_converted, converter);
    mica_conversion_dynamic_op(conversion, "func.return", is_op_converted, converter);
    mica_conversion_dynamic_op(conversion, "func.call", is_op_converted, converter);
    mica_conversion_dynamic_op(conversion, "tensor.cast", is_op_converted, converter);
    mica_conversion_dynamic_op(conversion, "tensor.dim", is_op_converted, converter);
    return add_rules(conversion) && mica_conversion_run_partial(conversion, root);
}

static bool run_convert_onnx_to_linalg(mica_pass_run *run)
{
    mica_context *context = mica_pass_run_context(run);
    mica_type_converter *converter = mica_type_converter_create(context);
    mica_conversion *conversion = converter ? mica_conversion_create(context, converter) : NULL;
    const bool done = conversion && mica_type_converter_add(converter, keep_type, NULL) &&
                      mica_type_converter_add(converter, drop_sign, NULL) &&
                      convert(mica_pass_run_op(run), converter, conversion);
    if (conversion)
        mica_conversion_destroy(conversion);
    if (converter)
        mica_type_converter_destroy(converter);
    return done;
}

static const char *const dependent_dialects[] = {"arith", "cf",     "linalg", "math",
                                                 "scf",   "tensor", NULL};

const mica_pass_def mica_pass_convert_onnx_to_linalg = {
    .struct_size = sizeof(mica_pass_def),
    .argument = "convert-onnx-to-linalg",
    .name = "ConvertOnnxToLinalg",
    .summary = "Lower operators of ONNX to linalg on tensors",
    .anchor = "builtin.module",
    .dependent_dialects = dependent_dialects,
    .run = run_convert_onnx_to_linalg,
};
