// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The growing lists of asm_parser.h. Hooks own them without a context, so they are malloc's.
#include <stdlib.h>

#include "ir/text/assembly_program.h"
#include "ir/text/parser_internal.h"

static bool reserve(void **data, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity)
        return true;
    const size_t grown = *capacity ? 2 * *capacity : 4;
    void *moved = mica_realloc(*data, grown * size);
    if (!moved)
        return false;
    *data = moved;
    *capacity = grown;
    return true;
}

// Appends `value` to a list struct of { data, count, capacity }.
#define APPEND(list, value)                                                                    \
    do {                                                                                       \
        void *data = (list)->data;                                                             \
        if (!reserve(&data, &(list)->capacity, (list)->count, sizeof *(list)->data))           \
            return false;                                                                      \
        (list)->data = data;                                                                   \
        (list)->data[(list)->count++] = (value);                                               \
        return true;                                                                           \
    } while (0)

bool mica_asm_operand_list_append(mica_asm_operand_list *list, const mica_asm_operand *operand)
{
    APPEND(list, *operand);
}

bool mica_asm_block_list_append(mica_asm_block_list *list, mica_block *block)
{
    APPEND(list, block);
}

bool mica_asm_size_list_append(mica_asm_size_list *list, int32_t size)
{
    APPEND(list, size);
}

bool mica_asm_type_list_append(mica_asm_type_list *list, const mica_type *type)
{
    APPEND(list, type);
}

bool micai_argument_list_append(mica_asm_argument_list *list, const mica_asm_argument *argument)
{
    APPEND(list, *argument);
}

void mica_asm_operand_list_free(mica_asm_operand_list *list)
{
    mica_free(list->data);
    memset(list, 0, sizeof *list);
}

void mica_asm_argument_list_free(mica_asm_argument_list *list)
{
    mica_free(list->data);
    memset(list, 0, sizeof *list);
}

void mica_asm_type_list_free(mica_asm_type_list *list)
{
    mica_free(list->data);
    memset(list, 0, sizeof *list);
}
