// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the files of the SPIR-V writer share.
//
//   spirv_writer.c    the module: sections, symbols, entry points
//   writer_types.c    types and constants, each once
//   writer_op.c       one op by the grammar's row; decorations
//   writer_function.c functions, blocks, structured control flow
#ifndef MICA_CODEGEN_SPIRV_WRITER_INTERNAL_H
#define MICA_CODEGEN_SPIRV_WRITER_INTERNAL_H

#include "dialects/spirv/spirv.h"
#include "ir/core/context.h"
#include "ir/core/diagnostics.h"

/// A growing run of words. Running out of memory is noted in the writer.
typedef struct words {
    uint32_t *data;
    size_t count, capacity;
} words;

/// Ids by one or two pointers: types (type), values (value), blocks (block), constants
/// (attribute, type), symbols (identifier).
typedef struct id_entry {
    const void *first, *second;
    uint32_t id;
} id_entry;
typedef struct id_map {
    id_entry *entries;
    size_t count, capacity;
} id_map;

/// A phi's parent that is known once the predecessor has been written.
typedef struct parent_fix {
    size_t at; ///< in the functions' words
    const mica_op *terminator;
} parent_fix;

typedef struct writer {
    mica_context *context;
    mica_op *module;
    uint32_t next_id;
    bool failed;
    id_map ids;
    words imports, entry_points, modes, names, decorations, globals, functions;
    uint32_t glsl_set, opencl_set; ///< 0: not imported
    // of the function being written
    words body, variables;
    uint32_t label; ///< of the block being written
    id_map terminator_labels;
    parent_fix *fixes;
    size_t fix_count, fix_capacity;
    unsigned depth;
} writer;

uint32_t micai_spirv_writer_new_id(writer *w);
/// The id noted for the key, 0 when there is none.
uint32_t micai_spirv_writer_find(const id_map *map, const void *first, const void *second);
bool micai_spirv_writer_note(writer *w, id_map *map, const void *first, const void *second,
                             uint32_t id);
void micai_spirv_writer_word(writer *w, words *to, uint32_t word);
/// Opens an instruction; its length is filled in by `end`.
size_t micai_spirv_writer_begin(writer *w, words *to, uint32_t opcode);
void micai_spirv_writer_end(writer *w, words *to, size_t start);
/// A whole instruction.
void micai_spirv_writer_put(writer *w, words *to, uint32_t opcode, const uint32_t *operands,
                            size_t count);
void micai_spirv_writer_text(writer *w, words *to, mica_string text);

/// Ids, made on first use. 0 after a diagnostic at `op`.
uint32_t micai_spirv_writer_type(writer *w, const mica_type *type, mica_op *op);
uint32_t micai_spirv_writer_function_type(writer *w, const mica_type *type, mica_op *op);
uint32_t micai_spirv_writer_void(writer *w);
uint32_t micai_spirv_writer_constant(writer *w, const mica_attr *value, const mica_type *type,
                                     mica_op *op);
uint32_t micai_spirv_writer_u32(writer *w, uint32_t value, mica_op *op);
uint32_t micai_spirv_writer_value(writer *w, mica_value *value);
uint32_t micai_spirv_writer_symbol(writer *w, mica_string name);
uint32_t micai_spirv_writer_block(writer *w, const mica_block *block);

/// The words of a scalar constant: 1 or 2.
size_t micai_spirv_writer_scalar_words(const mica_attr *value, uint32_t out[2]);

/// Decorations that the op's attributes say, of the id that stands for it.
void micai_spirv_writer_decorate(writer *w, mica_op *op, uint32_t id);
/// Writes an op by its row of the grammar.
bool micai_spirv_writer_op(writer *w, words *to, mica_op *op);
bool micai_spirv_writer_function(writer *w, mica_op *function);
bool micai_spirv_writer_spec_operation(writer *w, mica_op *op);

#endif
