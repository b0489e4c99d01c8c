// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a function into instructions: values get numbers, hooks are looked up, blocks and
// regions become pointers to code. Done once a function, in three walks over its blocks: number
// the values, fill in the instructions, find last uses. Regions are a work list, not recursion.
#include "ir/core/diagnostics.h"
#include "ir/interpreter/interpreter_internal.h"
#include "ir/rewrite/fold.h"

typedef struct code_builder {
    mica_interpreter *interpreter;
    micai_eval_code *code;
    micai_pointer_map slots;  ///< value -> slot
    micai_pointer_map blocks; ///< block -> micai_eval_block
    micai_eval_block **list;
    size_t list_count, list_capacity;
    mica_region **regions;
    size_t region_count, region_capacity;
    bool failed;
} code_builder;

static void *allocate(code_builder *builder, size_t count, size_t size)
{
    void *memory = micai_arena_allocate(&builder->code->arena, count * size);
    if (memory)
        memset(memory, 0, count * size);
    builder->failed |= !memory;
    return memory;
}

// ---- numbering
// -------------------------------------------------------------------------------

static void number_value(code_builder *builder, const mica_value *value)
{
    builder->failed |=
        !micai_pointer_map_set(&builder->slots, value, builder->code->slot_count++);
}

static void add_region(code_builder *builder, mica_region *region)
{
    if (!micai_array_reserve(builder->interpreter->allocator, (void **)&builder->regions,
                             &builder->region_capacity, builder->region_count + 1,
                             sizeof(mica_region *))) {
        builder->failed = true;
        return;
    }
    builder->regions[builder->region_count++] = region;
}

static void number_block(code_builder *builder, mica_block *block)
{
    micai_eval_block *made = allocate(builder, 1, sizeof *made);
    if (!made || !micai_pointer_map_put(&builder->blocks, block, made) ||
        !micai_array_reserve(builder->interpreter->allocator, (void **)&builder->list,
                             &builder->list_capacity, builder->list_count + 1,
                             sizeof(micai_eval_block *))) {
        builder->failed = true;
        return;
    }
    builder->list[builder->list_count++] = made;
    made->block = block;
    made->argument = builder->code->slot_count;
    made->argument_count = block->argument_count;
    for (size_t i = 0; i < block->argument_count; i++)
        number_value(builder, block->arguments[i]);
    size_t count = 0;
    mica_for_each_op(op, block)
    {
        for (size_t i = 0; i < op->result_count; i++)
            number_value(builder, &micai_op_results(op)[i]);
        const size_t regions = micai_op_region_count(op);
        if (!micai_op_has_trait(op, MICA_TRAIT_ISOLATED_FROM_ABOVE))
            for (size_t i = 0; i < regions; i++)
                add_region(builder, micai_op_regions(op)[i]);
        count++;
    }
    // One more for blocks without terminator.
    made->first = allocate(builder, count + 1, sizeof(micai_instruction));
}

static void mark_objects(code_builder *builder)
{
    micai_eval_code *code = builder->code;
    code->is_object = allocate(builder, code->slot_count + 1u, 1);
    code->object_slots = allocate(builder, code->slot_count + 1u, sizeof(uint32_t));
    for (size_t b = 0; b < builder->list_count && !builder->failed; b++) {
        const micai_eval_block *block = builder->list[b];
        uint32_t slot = block->argument;
        for (size_t i = 0; i < block->argument_count; i++, slot++)
            code->is_object[slot] = mica_eval_type_is_object(block->block->arguments[i]->type);
        mica_for_each_op(op, block->block)
        {
            for (size_t i = 0; i < op->result_count; i++, slot++)
                code->is_object[slot] = mica_eval_type_is_object(micai_op_results(op)[i].type);
        }
    }
    for (uint32_t slot = 0; slot < code->slot_count && !builder->failed; slot++)
        if (code->is_object[slot])
            code->object_slots[code->object_count++] = slot;
}

// ---- instructions
// ----------------------------------------------------------------------------

static bool is_sequence(const mica_type *type)
{
    return mica_type_is_vector(type) || mica_type_is_tensor(type);
}

static uint16_t width_of(const mica_type *type)
{
    return (uint16_t)mica_type_bit_width(mica_type_element_or_self(type));
}

static bool needs_extra(const mica_op *op)
{
    return micai_op_region_count(op) > 0 || micai_op_successor_count(op) > 0;
}

static void link_blocks(code_builder *builder, micai_instruction *instruction)
{
    const mica_op *op = instruction->op;
    const size_t regions = micai_op_region_count(op), edges = micai_op_successor_count(op);
    micai_instruction_extra *extra = instruction->extra;
    extra->regions = allocate(builder, regions, sizeof(micai_eval_block *));
    extra->successors = allocate(builder, edges, sizeof(micai_eval_block *));
    if (builder->failed)
        return;
    for (size_t i = 0; i < regions; i++)
        extra->regions[i] = micai_pointer_map_get(
            &builder->blocks,
            micai_op_regions(op)[i]->first ? micai_op_regions(op)[i]->first : (void *)op);
    for (size_t i = 0; i < edges; i++)
        extra->successors[i] =
            micai_pointer_map_get(&builder->blocks, micai_op_successors(op)[i].block);
}

/// The value of a constant op does not change: it is made once.
static void preset_constant(code_builder *builder, micai_instruction *instruction,
                            const mica_attr *attr)
{
    mica_eval_frame *frame = &builder->interpreter->frame;
    instruction->extra->has_constant = mica_eval_constant(
        frame, instruction->op, attr, micai_op_results(instruction->op)->type,
        &instruction->extra->constant);
    builder->failed |= !instruction->extra->has_constant;
    instruction->eval = micai_eval_preset;
}

static bool can_preset(const mica_attr *attr, const mica_type *type)
{
    const mica_attr_kind kind = mica_attr_get_kind(attr);
    return mica_eval_type_size(mica_type_element_or_self(type)) > 0 &&
           (kind == MICA_ATTR_INTEGER || kind == MICA_ATTR_FLOAT ||
            kind == MICA_ATTR_DENSE_ELEMENTS || kind == MICA_ATTR_DENSE_RESOURCE);
}

/// Is the hook for scalars alone? Not that of an op whose operands may be anything (select),
/// which knows best what to do with vectors and with poison.
bool micai_eval_is_for_elements(const mica_op *op)
{
    const mica_op_def *definition = op->record->definition;
    if (!definition || !micai_op_has_trait(op, MICA_TRAIT_ELEMENTWISE))
        return false;
    for (size_t i = 0; i < definition->operand_count; i++)
        if (definition->operands[i].constraint->kind == MICA_CONSTRAINT_ANY)
            return false;
    return true;
}

static void choose_hook(code_builder *builder, micai_instruction *instruction)
{
    mica_op *op = instruction->op;
    const mica_eval_fn hook = micai_eval_hook(op);
    const mica_attr *value = mica_op_constant_value(op);
    const bool is_preset = value && can_preset(value, micai_op_results(op)->type);
    const mica_attr *constant = is_preset ? value : NULL;
    const bool elementwise = micai_eval_is_for_elements(op);
    const bool lanes =
        elementwise && op->result_count > 0 && is_sequence(micai_op_results(op)->type) && hook;
    instruction->eval = hook ? hook : micai_eval_missing;
    if (needs_extra(op) || constant || lanes)
        instruction->extra = allocate(builder, 1, sizeof(micai_instruction_extra));
    if (builder->failed)
        return;
    if (needs_extra(op))
        link_blocks(builder, instruction);
    if (constant)
        preset_constant(builder, instruction, constant);
    if (lanes) {
        instruction->extra->each = hook;
        instruction->eval = micai_eval_lanes;
    } else if (elementwise) {
        instruction->flags |= MICAI_PROPAGATES_POISON;
    }
}

static void fill_instruction(code_builder *builder, micai_instruction *instruction, mica_op *op,
                             uint32_t slot)
{
    instruction->op = op;
    instruction->result = slot;
    instruction->operand_count = op->operand_count;
    uint32_t *operands = allocate(builder, op->operand_count, sizeof(uint32_t));
    for (size_t i = 0; i < op->operand_count && !builder->failed; i++) {
        uint64_t number = 0;
        micai_pointer_map_find(&builder->slots, op->operands[i].value, &number);
        operands[i] = (uint32_t)number;
    }
    instruction->operands = operands;
    if (op->result_count)
        instruction->result_width = width_of(micai_op_results(op)->type);
    if (op->operand_count)
        instruction->operand_width = width_of(op->operands[0].value->type);
    for (size_t i = 0; i < op->result_count && !builder->failed; i++)
        if (builder->code->is_object[slot + i])
            instruction->flags |= MICAI_HAS_OBJECTS;
    if (!builder->failed)
        choose_hook(builder, instruction);
}

static void fill_block(code_builder *builder, micai_eval_block *block)
{
    micai_instruction *instruction = block->first;
    uint32_t slot = block->argument + block->argument_count;
    mica_for_each_op(op, block->block)
    {
        if (builder->failed)
            return;
        fill_instruction(builder, instruction++, op, slot);
        slot += op->result_count;
    }
    instruction->eval = micai_eval_end_of_block;
    instruction->op = builder->code->owner;
}

// ---- last uses
// -------------------------------------------------------------------------------

/// The only last use of the value, when all of its uses are ops of its own block.
static const mica_use *last_use(const mica_value *value, const mica_block *block)
{
    const mica_use *last = NULL;
    mica_for_each_use(use, value)
    {
        if (use->owner->block != block)
            return NULL;
        if (!last || mica_op_is_before(last->owner, use->owner))
            last = use;
    }
    mica_for_each_use(use, value)
    {
        if (last && use != last && use->owner == last->owner)
            return NULL;
    }
    return last;
}

static void mark_last_use(code_builder *builder, const mica_value *value, uint32_t slot,
                          micai_pointer_map *instructions, const mica_block *block)
{
    const mica_use *use = builder->code->is_object[slot] ? last_use(value, block) : NULL;
    micai_instruction *instruction =
        use ? micai_pointer_map_get(instructions, use->owner) : NULL;
    if (instruction)
        ((uint32_t *)instruction->operands)[use - use->owner->operands] |= MICAI_LAST_USE;
}

static void mark_last_uses(code_builder *builder, const micai_eval_block *block)
{
    micai_pointer_map instructions = micai_pointer_map_on(builder->interpreter->allocator);
    micai_instruction *instruction = block->first;
    mica_for_each_op(op, block->block)
    {
        builder->failed |= !micai_pointer_map_put(&instructions, op, instruction++);
    }
    uint32_t slot = block->argument;
    for (size_t i = 0; i < block->argument_count && !builder->failed; i++, slot++)
        mark_last_use(builder, block->block->arguments[i], slot, &instructions, block->block);
    mica_for_each_op(op, block->block)
    {
        for (size_t i = 0; i < op->result_count && !builder->failed; i++, slot++)
            mark_last_use(builder, &micai_op_results(op)[i], slot, &instructions, block->block);
    }
    micai_pointer_map_free(&instructions);
}

// ---- a function
// ------------------------------------------------------------------------------

static void read_function(code_builder *builder, mica_region *body)
{
    add_region(builder, body);
    for (size_t i = 0; i < builder->region_count && !builder->failed; i++) {
        mica_for_each_block(block, builder->regions[i])
        {
            if (!builder->failed)
                number_block(builder, block);
        }
    }
    if (builder->failed || builder->code->slot_count >= MICAI_LAST_USE) {
        builder->failed = true;
        return;
    }
    mark_objects(builder);
    for (size_t i = 0; i < builder->list_count && !builder->failed; i++)
        fill_block(builder, builder->list[i]);
    for (size_t i = 0; i < builder->list_count && !builder->failed; i++)
        mark_last_uses(builder, builder->list[i]);
    builder->code->entry = micai_pointer_map_get(&builder->blocks, body->first);
}

void micai_eval_code_destroy(mica_interpreter *interpreter, micai_eval_code *code)
{
    micai_arena_free(&code->arena);
    micai_release(interpreter->allocator, code, sizeof *code);
}

const micai_eval_code *micai_eval_code_of(mica_interpreter *interpreter, mica_op *owner,
                                          mica_region *region)
{
    const micai_eval_code *known = micai_pointer_map_get(&interpreter->codes, region);
    if (known)
        return known;
    const micai_allocator *allocator = interpreter->allocator;
    micai_eval_code *code = micai_allocate_zeroed(allocator, sizeof *code);
    if (!code)
        return NULL;
    code->owner = owner;
    code->arena = micai_arena_on(allocator);
    code_builder builder = {.interpreter = interpreter, .code = code};
    builder.slots = micai_pointer_map_on(allocator);
    builder.blocks = micai_pointer_map_on(allocator);
    read_function(&builder, region);
    micai_pointer_map_free(&builder.slots);
    micai_pointer_map_free(&builder.blocks);
    micai_release(allocator, builder.list, builder.list_capacity * sizeof(micai_eval_block *));
    micai_release(allocator, builder.regions, builder.region_capacity * sizeof(mica_region *));
    if (builder.failed || !micai_pointer_map_put(&interpreter->codes, region, code)) {
        micai_eval_code_destroy(interpreter, code);
        return NULL;
    }
    code->next = interpreter->code_list;
    interpreter->code_list = code;
    return code;
}
