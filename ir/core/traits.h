// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Traits: facts about an op that passes ask for and the verifier checks. The names in
// `.dialect` files are the lower-case suffixes (pure, same_operands_and_result_type, ...).
#ifndef MICA_IR_CORE_TRAITS_H
#define MICA_IR_CORE_TRAITS_H

// X(ENUM_SUFFIX, "name in definition files", "MLIR's name")
#define MICA_TRAITS(X)                                                                         \
    X(PURE, "pure", "Pure")                                                                    \
    X(COMMUTATIVE, "commutative", "IsCommutative")                                             \
    X(IDEMPOTENT, "idempotent", "IsIdempotent")                                                \
    X(INVOLUTION, "involution", "IsInvolution")                                                \
    X(TERMINATOR, "terminator", "IsTerminator")                                                \
    X(RETURN_LIKE, "return_like", "ReturnLike")                                                \
    X(CONSTANT_LIKE, "constant_like", "ConstantLike")                                          \
    X(ISOLATED_FROM_ABOVE, "isolated_from_above", "IsolatedFromAbove")                         \
    X(SYMBOL, "symbol", "Symbol")                                                              \
    X(SYMBOL_TABLE, "symbol_table", "SymbolTable")                                             \
    X(SINGLE_BLOCK, "single_block", "SingleBlock")                                             \
    X(SINGLE_BLOCK_IMPLICIT_TERMINATOR, "implicit_terminator",                                 \
      "SingleBlockImplicitTerminator")                                                         \
    X(NO_TERMINATOR, "no_terminator", "NoTerminator")                                          \
    X(NO_REGION_ARGUMENTS, "no_region_arguments", "NoRegionArguments")                         \
    X(GRAPH_REGION, "graph_region", "HasOnlyGraphRegion")                                      \
    X(HAS_PARENT, "has_parent", "HasParent")                                                   \
    X(AFFINE_SCOPE, "affine_scope", "AffineScope")                                             \
    X(AUTOMATIC_ALLOCATION_SCOPE, "automatic_allocation_scope", "AutomaticAllocationScope")    \
    X(RECURSIVE_MEMORY_EFFECTS, "recursive_memory_effects", "HasRecursiveMemoryEffects")       \
    X(ATTR_SIZED_OPERAND_SEGMENTS, "attr_sized_operand_segments", "AttrSizedOperandSegments")  \
    X(ATTR_SIZED_RESULT_SEGMENTS, "attr_sized_result_segments", "AttrSizedResultSegments")     \
    X(SAME_VARIADIC_OPERAND_SIZE, "same_variadic_operand_size", "SameVariadicOperandSize")     \
    X(SAME_VARIADIC_RESULT_SIZE, "same_variadic_result_size", "SameVariadicResultSize")        \
    X(SAME_TYPE_OPERANDS, "same_type_operands", "SameTypeOperands")                            \
    X(SAME_OPERANDS_AND_RESULT_TYPE, "same_operands_and_result_type",                          \
      "SameOperandsAndResultType")                                                             \
    X(SAME_OPERANDS_SHAPE, "same_operands_shape", "SameOperandsShape")                         \
    X(SAME_OPERANDS_AND_RESULT_SHAPE, "same_operands_and_result_shape",                        \
      "SameOperandsAndResultShape")                                                            \
    X(SAME_OPERANDS_ELEMENT_TYPE, "same_operands_element_type", "SameOperandsElementType")     \
    X(SAME_OPERANDS_AND_RESULT_ELEMENT_TYPE, "same_operands_and_result_element_type",          \
      "SameOperandsAndResultElementType")                                                      \
    X(SAME_OPERANDS_AND_RESULT_RANK, "same_operands_and_result_rank",                          \
      "SameOperandsAndResultRank")                                                             \
    X(SAME_INPUT_OUTPUT_DIMS, "same_input_output_dims", "SameInputOutputTensorDims")           \
    X(ELEMENTWISE, "elementwise", "Elementwise")                                               \
    X(SCALARIZABLE, "scalarizable", "Scalarizable")                                            \
    X(VECTORIZABLE, "vectorizable", "Vectorizable")                                            \
    X(TENSORIZABLE, "tensorizable", "Tensorizable")                                            \
    X(CAST, "cast", "CastOpInterface")                                                         \
    X(ALWAYS_SPECULATABLE, "always_speculatable", "AlwaysSpeculatable")                        \
    X(DESTINATION_STYLE, "destination_style", "DestinationStyleOpInterface")                   \
    X(CALLABLE, "callable", "CallableOpInterface")                                             \
    X(CALL, "call", "CallOpInterface")                                                         \
    X(BRANCH, "branch", "BranchOpInterface")                                                   \
    X(REGION_BRANCH, "region_branch", "RegionBranchOpInterface")                               \
    X(LOOP_LIKE, "loop_like", "LoopLikeOpInterface")                                           \
    X(VIEW_LIKE, "view_like", "ViewLikeOpInterface")                                           \
    X(PARALLEL_REGION, "parallel_region", "HasParallelRegion")                                 \
    X(BOOLEAN_CONDITION_OR_MATCHING_SHAPE, "boolean_condition_or_matching_shape",              \
      "BooleanConditionOrMatchingShape")                                                       \
    X(FASTMATH, "fastmath", "ArithFastMathInterface")                                          \
    X(OFFSET_SIZE_AND_STRIDE, "offset_size_and_stride", "OffsetSizeAndStrideOpInterface")      \
    X(DEFAULT_DIALECT, "default_dialect", "OpAsmOpInterface")                                  \
    /* The generic form writes the attributes in {}, not <{}>: upstream keeps them by name. */ \
    X(NO_PROPERTIES, "no_properties", "")

typedef enum mica_trait {
#define MICA_TRAIT_ENUMERATOR(suffix, name, upstream) MICA_TRAIT_##suffix,
    MICA_TRAITS(MICA_TRAIT_ENUMERATOR)
#undef MICA_TRAIT_ENUMERATOR
        MICA_TRAIT_COUNT
} mica_trait;

/// The bit of mica_op_def.trait_bits: `MICA_TRAIT_BIT(PURE) | MICA_TRAIT_BIT(COMMUTATIVE)`.
#define MICA_TRAIT_BIT(suffix) (1ULL << MICA_TRAIT_##suffix)

#endif
