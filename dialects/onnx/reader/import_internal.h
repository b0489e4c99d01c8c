// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the parts of the importer share.
#ifndef MICA_DIALECTS_ONNX_READER_IMPORT_INTERNAL_H
#define MICA_DIALECTS_ONNX_READER_IMPORT_INTERNAL_H

#include "dialects/onnx/onnx.h"
#include "dialects/onnx/reader/import.h"
#include "dialects/onnx/reader/onnx_reader_internal.h"
#include "ir/core/context.h"
#include "ir/core/definition.h"
#include "ir/core/diagnostics.h"
#include "ir/support/blob.h"

#include <stdlib.h>

// ---- names
// -----------------------------------------------------------------------------------

/// A map from interned names to pointers. Begin with {0}, end with micai_names_free.
typedef struct micai_names {
    struct micai_name_entry {
        const mica_identifier *name;
        void *value;
    } * entries;
    size_t count, capacity; ///< capacity is a power of two
} micai_names;
void micai_names_free(micai_names *names);
/// NULL when absent.
void *micai_names_find(const micai_names *names, const mica_identifier *name);
/// Adds a name that is absent. False when out of memory.
bool micai_names_add(micai_names *names, const mica_identifier *name, void *value);

// ---- what names stand for (import_scope.c)
// --------------------------------------------------

/// A sequence of tensors, or an optional: one element or none. Lives as long as the importer.
typedef struct micai_sequence {
    mica_value **values;
    size_t count;
    const mica_type *element; ///< of an empty one; NULL when not known
    struct micai_sequence *next;
} micai_sequence;
/// An optional without content.
extern const micai_sequence micai_import_nothing;

/// A tensor or a sequence; neither: an input that is left out.
typedef struct micai_item {
    mica_value *value;
    const micai_sequence *sequence;
} micai_item;

/// The names of one graph or function.
typedef struct micai_scope {
    micai_names values, sequences;
    micai_names declared;          ///< Onnx__ValueInfoProto by name: outputs and value_info
    const Onnx__GraphProto *graph; ///< NULL: a function
    struct micai_scope *parent;    ///< whose names are seen here, NULL: none
    struct micai_scope *outer;     ///< to return to
} micai_scope;

// ---- the importer
// ----------------------------------------------------------------------------

/// A call of a function of the model.
typedef struct micai_call {
    const Onnx__FunctionProto *function;
    const Onnx__NodeProto *node;
    Onnx__NodeProto defaults; ///< only its attributes: those that the function gives
    struct micai_call *outer;
} micai_call;

typedef struct micai_importer {
    mica_context *context;
    mica_onnx_file *file;
    const Onnx__ModelProto *model;
    const Onnx__GraphProto *graph;
    const char *path;
    mica_location location; ///< of the file
    int64_t opset;          ///< of the default domain
    mica_blob *mapping;     ///< the whole file; NULL when it was read from memory
    mica_blob **others;     ///< mappings of external data, by the file's number - 1
    size_t other_count;
    mica_builder builder;                    ///< at the end of the function's block
    const mica_onnx_import_options *options; ///< borrowed; NULL: defaults
    micai_names sizes;                       ///< micai_bound_size by dimension's name
    struct micai_bound_size *bound;          ///< what `sizes` points to
    size_t bound_count;
    micai_scope *scope;        ///< of what is being imported
    micai_call *call;          ///< NULL: in no function
    micai_sequence *sequences; ///< all of them
    micai_names functions;     ///< Onnx__FunctionProto by domain and name
    size_t retries;            ///< how often a body was imported again
    size_t calls;              ///< of functions
    size_t graphs;             ///< of nodes that were imported, each time counted
    size_t trying;             ///< branches around that need not fit
    char misfit[640];          ///< why one of them does not; empty: another fault, reported
} micai_importer;

/// Enters a graph's scope, which the caller holds, and leaves it. `parent` NULL: it sees no
/// names but its own.
void micai_scope_begin(micai_importer *importer, micai_scope *scope,
                       const Onnx__GraphProto *graph, micai_scope *parent);
void micai_scope_end(micai_importer *importer);
/// What a name stands for here. False: nothing.
bool micai_find_item(const micai_importer *importer, const char *name, micai_item *item);
/// Gives a name of this scope its meaning; false after a diagnostic at `message`.
bool micai_bind_item(micai_importer *importer, const ProtobufCMessage *message,
                     const char *name, const micai_item *item);
/// A new sequence of `count` values, which are to be filled in; NULL after a diagnostic.
micai_sequence *micai_sequence_create(micai_importer *importer, size_t count);
void micai_sequences_free(micai_importer *importer);

/// Reports a fault of a message (a node, a tensor, a value; NULL: of the whole file); false.
bool micai_import_fail(micai_importer *importer, const ProtobufCMessage *message,
                       const char *format, ...) MICA_PRINTF(3, 4);
/// The same, with "node 'name' (Type): " before the text.
bool micai_import_fail_node(micai_importer *importer, const Onnx__NodeProto *node,
                            const char *format, ...) MICA_PRINTF(3, 4);
/// Reports that the operands of a node do not fit together, or notes it where that is no fault
/// yet: in a branch that may never be taken. False.
bool micai_import_misfit(micai_importer *importer, const Onnx__NodeProto *node,
                         const char *fault);
/// Reports what the reader said.
bool micai_import_fail_reader(micai_importer *importer, const mica_onnx_error *error);
const mica_identifier *micai_import_name(micai_importer *importer, const char *name);
/// The location of something with a name in the file.
mica_location micai_import_location(micai_importer *importer, const char *name);
/// Is it the default operator domain, written "" or "ai.onnx"?
bool micai_is_default_domain(const char *domain);

/// The mapping that a tensor lies in, as a blob that constants can be slices of: of the model's
/// file for 0, else of mica_onnx_tensor.other_file. Borrowed; NULL when there is none.
mica_blob *micai_import_mapping(micai_importer *importer, size_t other_file);

// ---- import_values.c

/// Are the values given for inputs that there are?
bool micai_import_check_values(micai_importer *importer);
/// The value given for an input; NULL: none is.
const mica_onnx_value *micai_import_find_value(const micai_importer *importer,
                                               const char *name);
/// The constant that stands for an input of that type; NULL after a diagnostic.
mica_value *micai_import_given(micai_importer *importer, const Onnx__ValueInfoProto *info,
                               const mica_type *type, const mica_onnx_value *given);

// ---- import_order.c

/// Puts the nodes of all graphs and functions in an order that makes values before their uses.
bool micai_import_order_nodes(micai_importer *importer);

// ---- import_constant.c

/// NULL for element types that the IR has not.
const mica_type *micai_import_element_type(mica_context *context, int32_t type);
/// The tensor's elements; NULL after a diagnostic.
const mica_attr *micai_import_tensor(micai_importer *importer, const Onnx__TensorProto *tensor);
/// Inserts an onnx.Constant; NULL after a diagnostic.
mica_value *micai_import_constant(micai_importer *importer, mica_location location,
                                  const mica_attr *value);
/// A constant of i64 with rank 1.
mica_value *micai_import_sizes(micai_importer *importer, const Onnx__NodeProto *node,
                               const int64_t *sizes, size_t count);

// ---- import_sizes.c

/// Takes the sizes of the options in; false after a diagnostic about one that does not fit.
bool micai_import_bind_sizes(micai_importer *importer);
/// The size of a declared dimension: the model's, or the one bound to its name.
int64_t micai_import_size(micai_importer *importer,
                          const Onnx__TensorShapeProto__Dimension *dim);
/// An input's declared type with the shape that the options give it.
const mica_type *micai_import_bound_type(micai_importer *importer, const char *input,
                                         const mica_type *type);

// ---- import_model.c

/// Notes what a graph declares and imports its weights.
bool micai_import_declarations(micai_importer *importer, const Onnx__GraphProto *graph);
/// Imports nodes in order.
bool micai_import_all(micai_importer *importer, Onnx__NodeProto *const *nodes, size_t count);

// ---- import_control.c

bool micai_import_if(micai_importer *importer, const Onnx__NodeProto *node);
bool micai_import_loop(micai_importer *importer, const Onnx__NodeProto *node);
bool micai_import_scan(micai_importer *importer, const Onnx__NodeProto *node);
/// Imports a node's graph right here, in a scope of its own that sees this one. `inputs` has an
/// entry for each input, `outputs` gets one for each output.
bool micai_import_inline(micai_importer *importer, const Onnx__NodeProto *node,
                         const Onnx__GraphProto *graph, const micai_item *inputs, size_t count,
                         micai_item *outputs);
/// A constant scalar of a signless integer type.
mica_value *micai_import_number(micai_importer *importer, const Onnx__NodeProto *node,
                                uint32_t width, int64_t value);
/// An op with the attribute axis.
mica_value *micai_import_with_axis(micai_importer *importer, const Onnx__NodeProto *node,
                                   const char *name, mica_value *const *inputs, size_t count,
                                   int64_t axis);
/// The values along a new dimension.
mica_value *micai_import_stack(micai_importer *importer, const Onnx__NodeProto *node,
                               mica_value *const *values, size_t count, int64_t axis);

// ---- import_flex_attention.c

bool micai_import_flex_attention(micai_importer *importer, const Onnx__NodeProto *node);

// ---- import_sequence.c

typedef bool (*micai_import_special_fn)(micai_importer *importer, const Onnx__NodeProto *node);
/// How an operator is imported that has graphs, sequences or optionals; NULL for all others.
micai_import_special_fn micai_find_special(const Onnx__NodeProto *node);

// ---- import_defaults.c

/// Gives `defaults`, which is no node else, the function's attributes that have defaults; free
/// its list of them. False after a diagnostic.
bool micai_import_defaults(micai_importer *importer, const Onnx__FunctionProto *function,
                           Onnx__NodeProto *defaults);

// ---- import_function.c

/// Makes the model's functions known by their names.
bool micai_import_list_functions(micai_importer *importer);
/// The function of the model that a node calls; NULL: it calls none.
const Onnx__FunctionProto *micai_find_function(const micai_importer *importer,
                                               const Onnx__NodeProto *node);
/// Imports the function's nodes in place of the call.
bool micai_import_call(micai_importer *importer, const Onnx__NodeProto *node,
                       const Onnx__FunctionProto *function);
/// A copy of the node in which references to attributes of the function are resolved; the node
/// itself when it has none. NULL after a diagnostic; end it with micai_free_resolved.
const Onnx__NodeProto *micai_resolve_node(micai_importer *importer,
                                          const Onnx__NodeProto *node);
void micai_free_resolved(const Onnx__NodeProto *node, const Onnx__NodeProto *resolved);
/// The opset of the default domain that the function is written for.
int64_t micai_function_opset(const micai_importer *importer,
                             const Onnx__FunctionProto *function);

// ---- import_node.c

/// What the inputs of a node stand for.
bool micai_find_items(micai_importer *importer, const Onnx__NodeProto *node, micai_item *items);
/// The tensor that is input `index`; NULL after a diagnostic.
mica_value *micai_find_tensor(micai_importer *importer, const Onnx__NodeProto *node,
                              size_t index);
/// Binds a node's outputs.
bool micai_bind_items(micai_importer *importer, const Onnx__NodeProto *node,
                      const micai_item *items, size_t count);
bool micai_bind_results(micai_importer *importer, const Onnx__NodeProto *node, mica_op *op);
/// Imports a node whose operator is an op of the dialect.
bool micai_import_plain(micai_importer *importer, const Onnx__NodeProto *node);

/// The attribute of that name; NULL when the node lacks it.
const Onnx__AttributeProto *micai_node_attribute(const Onnx__NodeProto *node, const char *name);
/// Its integer, or `unset`.
int64_t micai_node_int(const Onnx__NodeProto *node, const char *name, int64_t unset);
/// Makes the op `name` with one entry of `inputs` for each operand of its definition (NULL:
/// absent; all of them for a variadic one) and infers its type. With `attributes` the node's
/// are set, without those that `ignored` lists between blanks. Results: as many as the node
/// has outputs, as far as the op has them. Gives the first; NULL after a diagnostic.
mica_value *micai_import_op(micai_importer *importer, const Onnx__NodeProto *node,
                            const char *name, mica_value *const *inputs, size_t count,
                            bool attributes, const char *ignored, const mica_named_attr *extra,
                            size_t extra_count);
/// Imports one node: looks its inputs up, makes its ops, binds its outputs.
bool micai_import_node(micai_importer *importer, const Onnx__NodeProto *node);
/// A value's declared type; NULL when none is declared or after a diagnostic (`failed` set).
const mica_type *micai_import_declared_type(micai_importer *importer,
                                            const Onnx__ValueInfoProto *info, bool *failed);

// ---- import_versions.c

typedef mica_value *(*micai_adapt_fn)(micai_importer *importer, const Onnx__NodeProto *node,
                                      mica_value *const *inputs, size_t count);

/// An operator that the importer reads.
typedef struct micai_operator {
    const char *type; ///< also the op's name in the dialect; "ms.Gelu" for com.microsoft's
    /// Attributes that only older opsets have, or that change nothing at inference
    /// (consumed_inputs never does); words between blanks.
    const char *ignored;
    /// Why this node can't be imported ("with training_mode"); NULL: it can.
    const char *(*unsupported)(const micai_importer *importer, const Onnx__NodeProto *node);
    micai_adapt_fn adapt; ///< NULL: as the node stands
    const char *op;       ///< the op that it becomes; NULL: the one of its name
} micai_operator;
/// The operator of a node: the row of the table, or one without any difference for an op of the
/// dialect that has none. False when there is neither. The op's name is put into `name`.
enum { MICAI_OP_NAME_SIZE = 96 };
bool micai_find_operator(const micai_importer *importer, const Onnx__NodeProto *node,
                         micai_operator *operator_, char *name);

/// An attribute of that name, and one of i64.
mica_named_attr micai_import_named(micai_importer *importer, const char *name,
                                   const mica_attr *value);
mica_named_attr micai_import_named_int(micai_importer *importer, const char *name,
                                       int64_t value);
/// A tensor of `count` elements at `data` of a type of ONNX's list; a scalar when `is_scalar`.
const mica_attr *micai_import_numbers(micai_importer *importer, int32_t type, const void *data,
                                      size_t count, bool is_scalar);

// ---- import_domains.c

mica_value *micai_adapt_dft(micai_importer *importer, const Onnx__NodeProto *node,
                            mica_value *const *inputs, size_t count);
mica_value *micai_adapt_gradient(micai_importer *importer, const Onnx__NodeProto *node,
                                 mica_value *const *inputs, size_t count);
mica_value *micai_adapt_grid_sample(micai_importer *importer, const Onnx__NodeProto *node,
                                    mica_value *const *inputs, size_t count);
mica_value *micai_adapt_label_encoder(micai_importer *importer, const Onnx__NodeProto *node,
                                      mica_value *const *inputs, size_t count);
mica_value *micai_adapt_random(micai_importer *importer, const Onnx__NodeProto *node,
                               mica_value *const *inputs, size_t count);
mica_value *micai_adapt_roi_align(micai_importer *importer, const Onnx__NodeProto *node,
                                  mica_value *const *inputs, size_t count);

// ---- import_missing.c

/// True when every node of the model, nested graphs included, can be imported; else one
/// diagnostic lists what is missing.
bool micai_import_check_operators(micai_importer *importer);

#endif
