// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The module: one pass over its ops fills the sections, which are then put together in the
// order that SPIR-V wants. Ids are given when something is first named, so that forward
// references need no second pass. Read writer_function.c for control flow, writer_op.c for
// instructions, writer_types.c for types and constants.
#include "codegen/spirv/spirv_writer.h"

#include <stdlib.h>

#include "codegen/spirv/writer_internal.h"
#include "dialects/spirv/spirv_requirements.h"

#define MAGIC 0x07230203u

// ---- words

void micai_spirv_writer_word(writer *w, words *to, uint32_t word)
{
    if (to->count == to->capacity) {
        const size_t wanted = to->capacity ? 2 * to->capacity : 64;
        uint32_t *larger = mica_realloc(to->data, wanted * sizeof *larger);
        if (!larger) {
            w->failed = true;
            return;
        }
        to->data = larger;
        to->capacity = wanted;
    }
    to->data[to->count++] = word;
}

size_t micai_spirv_writer_begin(writer *w, words *to, uint32_t opcode)
{
    micai_spirv_writer_word(w, to, opcode);
    return to->count ? to->count - 1 : 0;
}

void micai_spirv_writer_end(writer *w, words *to, size_t start)
{
    const size_t length = to->count - start;
    if (length > UINT16_MAX || w->failed)
        w->failed = true;
    else
        to->data[start] |= (uint32_t)length << 16;
}

void micai_spirv_writer_put(writer *w, words *to, uint32_t opcode, const uint32_t *operands,
                            size_t count)
{
    const size_t start = micai_spirv_writer_begin(w, to, opcode);
    for (size_t i = 0; i < count; ++i)
        micai_spirv_writer_word(w, to, operands[i]);
    micai_spirv_writer_end(w, to, start);
}

// Four bytes a word, the first lowest, with a NUL at the end.
void micai_spirv_writer_text(writer *w, words *to, mica_string text)
{
    for (size_t i = 0; i <= text.length; i += 4) {
        uint32_t word = 0;
        for (size_t j = i; j < i + 4 && j < text.length; ++j)
            word |= (uint32_t)(unsigned char)text.data[j] << (8 * (j - i));
        micai_spirv_writer_word(w, to, word);
    }
}

// ---- ids

static size_t slot_of(const id_map *map, const void *first, const void *second)
{
    const uint64_t mixed = ((uint64_t)(uintptr_t)first * UINT64_C(0x9e3779b97f4a7c15)) ^
                           ((uint64_t)(uintptr_t)second * UINT64_C(0xc2b2ae3d27d4eb4f));
    size_t slot = (size_t)(mixed >> 32) & (map->capacity - 1);
    while (map->entries[slot].first &&
           (map->entries[slot].first != first || map->entries[slot].second != second))
        slot = (slot + 1) & (map->capacity - 1);
    return slot;
}

uint32_t micai_spirv_writer_find(const id_map *map, const void *first, const void *second)
{
    return map->capacity ? map->entries[slot_of(map, first, second)].id : 0;
}

static bool grow_map(id_map *map)
{
    const id_map old = *map;
    map->capacity = old.capacity ? 2 * old.capacity : 128;
    map->entries = mica_calloc(map->capacity, sizeof *map->entries);
    if (!map->entries) {
        *map = old;
        return false;
    }
    for (size_t i = 0; i < old.capacity; ++i)
        if (old.entries[i].first)
            map->entries[slot_of(map, old.entries[i].first, old.entries[i].second)] =
                old.entries[i];
    mica_free(old.entries);
    return true;
}

bool micai_spirv_writer_note(writer *w, id_map *map, const void *first, const void *second,
                             uint32_t id)
{
    if (2 * (map->count + 1) > map->capacity && !grow_map(map))
        return !(w->failed = true);
    id_entry *entry = &map->entries[slot_of(map, first, second)];
    map->count += entry->first == NULL;
    *entry = (id_entry){first, second, id};
    return true;
}

uint32_t micai_spirv_writer_new_id(writer *w)
{
    return w->next_id++;
}

static uint32_t id_for(writer *w, const void *key)
{
    uint32_t id = micai_spirv_writer_find(&w->ids, key, NULL);
    if (!id) {
        id = micai_spirv_writer_new_id(w);
        micai_spirv_writer_note(w, &w->ids, key, NULL, id);
    }
    return id;
}

uint32_t micai_spirv_writer_value(writer *w, mica_value *value)
{
    return id_for(w, value);
}

uint32_t micai_spirv_writer_block(writer *w, const mica_block *block)
{
    return id_for(w, block);
}

uint32_t micai_spirv_writer_symbol(writer *w, mica_string name)
{
    return id_for(w, mica_identifier_get(w->context, name));
}

// ---- ops of the module

static void name(writer *w, mica_op *op, uint32_t id)
{
    const size_t start = micai_spirv_writer_begin(w, &w->names, MICAI_SPIRV_OP_NAME);
    micai_spirv_writer_word(w, &w->names, id);
    micai_spirv_writer_text(w, &w->names, mica_string_attr_text(mica_op_attr(op, "sym_name")));
    micai_spirv_writer_end(w, &w->names, start);
}

static uint32_t symbol_of(writer *w, mica_op *op)
{
    const uint32_t id =
        micai_spirv_writer_symbol(w, mica_string_attr_text(mica_op_attr(op, "sym_name")));
    name(w, op, id);
    return id;
}

static bool put_global(writer *w, mica_op *op)
{
    const mica_type *type = mica_type_attr_value(mica_op_attr(op, "type"));
    const uint32_t type_id = micai_spirv_writer_type(w, type, op);
    const uint32_t id = symbol_of(w, op);
    const mica_attr *initializer = mica_op_attr(op, "initializer");
    uint32_t operands[4] = {type_id, id, mica_spirv_pointer_storage_class(type)};
    if (initializer)
        operands[3] = micai_spirv_writer_symbol(w, mica_symbol_ref_attr_root(initializer));
    micai_spirv_writer_put(w, &w->globals, MICAI_SPIRV_OP_VARIABLE, operands,
                           initializer ? 4 : 3);
    micai_spirv_writer_decorate(w, op, id);
    return type_id != 0;
}

static bool put_spec_constant(writer *w, mica_op *op)
{
    const mica_attr *value = mica_op_attr(op, "default_value");
    const mica_type *type = mica_attr_type(value);
    const bool is_bool = mica_type_is_signless(type, 1);
    uint32_t operands[4] = {micai_spirv_writer_type(w, type, op), symbol_of(w, op)};
    size_t count = 2;
    uint32_t opcode = MICAI_SPIRV_OP_SPEC_CONSTANT;
    if (is_bool)
        opcode = mica_integer_attr_value(value) ? MICAI_SPIRV_OP_SPEC_CONSTANT_TRUE
                                                : MICAI_SPIRV_OP_SPEC_CONSTANT_FALSE;
    else
        count += micai_spirv_writer_scalar_words(value, operands + 2);
    micai_spirv_writer_put(w, &w->globals, opcode, operands, count);
    const mica_attr *spec_id = mica_op_attr(op, "spec_id");
    if (mica_attr_is(spec_id, MICA_ATTR_INTEGER)) {
        const uint32_t decoration[] = {operands[1], MICAI_SPIRV_DECORATION_SPEC_ID,
                                       (uint32_t)mica_integer_attr_value(spec_id)};
        micai_spirv_writer_put(w, &w->decorations, MICAI_SPIRV_OP_DECORATE, decoration, 3);
    }
    return operands[0] != 0;
}

static bool put_spec_composite(writer *w, mica_op *op)
{
    const mica_attr *parts = mica_op_attr(op, "constituents");
    const uint32_t type =
        micai_spirv_writer_type(w, mica_type_attr_value(mica_op_attr(op, "type")), op);
    const uint32_t id = symbol_of(w, op);
    const size_t start =
        micai_spirv_writer_begin(w, &w->globals, MICAI_SPIRV_OP_SPEC_CONSTANT_COMPOSITE);
    micai_spirv_writer_word(w, &w->globals, type);
    micai_spirv_writer_word(w, &w->globals, id);
    for (size_t i = 0; i < mica_array_attr_count(parts); ++i)
        micai_spirv_writer_word(
            w, &w->globals,
            micai_spirv_writer_symbol(
                w, mica_symbol_ref_attr_root(mica_array_attr_element(parts, i))));
    micai_spirv_writer_end(w, &w->globals, start);
    return type != 0;
}

static bool put_entry_point(writer *w, mica_op *op)
{
    const mica_string fn = mica_symbol_ref_attr_root(mica_op_attr(op, "fn"));
    const mica_attr *interface = mica_op_attr(op, "interface");
    const size_t start =
        micai_spirv_writer_begin(w, &w->entry_points, MICAI_SPIRV_OP_ENTRY_POINT);
    micai_spirv_writer_word(w, &w->entry_points,
                            mica_spirv_enum_attr_value(mica_op_attr(op, "execution_model")));
    micai_spirv_writer_word(w, &w->entry_points, micai_spirv_writer_symbol(w, fn));
    micai_spirv_writer_text(w, &w->entry_points, fn);
    for (size_t i = 0; i < mica_array_attr_count(interface); ++i)
        micai_spirv_writer_word(
            w, &w->entry_points,
            micai_spirv_writer_symbol(
                w, mica_symbol_ref_attr_root(mica_array_attr_element(interface, i))));
    micai_spirv_writer_end(w, &w->entry_points, start);
    return true;
}

static bool put_mode(writer *w, mica_op *op)
{
    const mica_attr *values = mica_op_attr(op, "values");
    const size_t start = micai_spirv_writer_begin(w, &w->modes, MICAI_SPIRV_OP_EXECUTION_MODE);
    micai_spirv_writer_word(
        w, &w->modes,
        micai_spirv_writer_symbol(w, mica_symbol_ref_attr_root(mica_op_attr(op, "fn"))));
    micai_spirv_writer_word(w, &w->modes,
                            mica_spirv_enum_attr_value(mica_op_attr(op, "execution_mode")));
    for (size_t i = 0; i < mica_array_attr_count(values); ++i)
        micai_spirv_writer_word(
            w, &w->modes,
            (uint32_t)mica_integer_attr_value(mica_array_attr_element(values, i)));
    micai_spirv_writer_end(w, &w->modes, start);
    return true;
}

static bool put_function(writer *w, mica_op *op)
{
    symbol_of(w, op);
    return micai_spirv_writer_function(w, op);
}

static bool put_module_op(writer *w, mica_op *op)
{
    static const struct {
        const char *name;
        bool (*put)(writer *w, mica_op *op);
    } rows[] = {
        {"spirv.GlobalVariable", put_global},
        {"spirv.SpecConstant", put_spec_constant},
        {"spirv.SpecConstantComposite", put_spec_composite},
        {"spirv.EntryPoint", put_entry_point},
        {"spirv.ExecutionMode", put_mode},
        {"spirv.func", put_function},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        if (mica_string_is(mica_op_name(op), rows[i].name))
            return rows[i].put(w, op);
    return mica_op_error(op, "can't be written at the level of a module");
}

// ---- putting the sections together

static void put_header(writer *w, words *out, const mica_attr *vce)
{
    const uint32_t header[] = {MAGIC, mica_spirv_vce_version(vce), 0, w->next_id, 0};
    for (size_t i = 0; i < sizeof header / sizeof *header; ++i)
        micai_spirv_writer_word(w, out, header[i]);
    for (size_t i = 0; i < mica_spirv_vce_capability_count(vce); ++i) {
        const uint32_t capability = mica_spirv_vce_capability(vce, i);
        micai_spirv_writer_put(w, out, MICAI_SPIRV_OP_CAPABILITY, &capability, 1);
    }
    for (size_t i = 0; i < mica_spirv_vce_extension_count(vce); ++i) {
        const size_t start = micai_spirv_writer_begin(w, out, MICAI_SPIRV_OP_EXTENSION);
        micai_spirv_writer_text(
            w, out,
            mica_string_from(micai_spirv_extension_names[mica_spirv_vce_extension(vce, i)]));
        micai_spirv_writer_end(w, out, start);
    }
}

static void put_sections(writer *w, words *out, const mica_attr *vce)
{
    const uint32_t models[] = {
        mica_spirv_enum_attr_value(mica_op_attr(w->module, "addressing_model")),
        mica_spirv_enum_attr_value(mica_op_attr(w->module, "memory_model"))};
    const words *const sections[] = {&w->entry_points, &w->modes,   &w->names,
                                     &w->decorations,  &w->globals, &w->functions};
    put_header(w, out, vce);
    for (size_t i = 0; i < w->imports.count; ++i)
        micai_spirv_writer_word(w, out, w->imports.data[i]);
    micai_spirv_writer_put(w, out, MICAI_SPIRV_OP_MEMORY_MODEL, models, 2);
    for (size_t s = 0; s < sizeof sections / sizeof *sections; ++s)
        for (size_t i = 0; i < sections[s]->count; ++i)
            micai_spirv_writer_word(w, out, sections[s]->data[i]);
}

static void free_writer(writer *w)
{
    words *const sections[] = {&w->imports,   &w->entry_points, &w->modes,
                               &w->names,     &w->decorations,  &w->globals,
                               &w->functions, &w->body,         &w->variables};
    for (size_t s = 0; s < sizeof sections / sizeof *sections; ++s)
        mica_free(sections[s]->data);
    mica_free(w->ids.entries);
    mica_free(w->terminator_labels.entries);
    mica_free(w->fixes);
}

uint32_t *mica_spirv_write(mica_op *module, size_t *word_count)
{
    const mica_attr *vce =
        mica_spirv_module_requirements(module, mica_op_attr(module, "vce_triple"), NULL);
    if (!vce)
        return NULL;
    writer w = {.context = mica_op_context(module), .module = module, .next_id = 1};
    bool written = true;
    mica_for_each_op(op, mica_region_first(mica_op_region(module, 0))) written &=
        put_module_op(&w, op);
    words out = {0};
    if (written && !w.failed)
        put_sections(&w, &out, vce);
    if (written && w.failed)
        written = mica_op_error(module, "could not be written");
    free_writer(&w);
    if (!written) {
        mica_free(out.data);
        return NULL;
    }
    *word_count = out.count;
    return out.data;
}

// ---- finding a module

typedef struct search {
    mica_op *found;
    size_t count;
} search;

static mica_walk_result look(void *user, mica_op *op)
{
    search *s = user;
    if (!mica_string_is(mica_op_name(op), "spirv.module"))
        return MICA_WALK_ADVANCE;
    s->found = op;
    ++s->count;
    return MICA_WALK_SKIP;
}

mica_op *mica_spirv_module_find(mica_op *op)
{
    search s = {0};
    mica_op_walk_pre(op, look, &s);
    if (s.count == 1)
        return s.found;
    mica_diagnostic_emit(mica_error(mica_op_context(op), mica_op_location(op),
                                    s.count ? "found more than one 'spirv.module' op"
                                            : "found no 'spirv.module' op"));
    return NULL;
}
