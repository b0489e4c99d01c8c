// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text that was printed before: the properties and the function type behind an op in generic
// form, by what they are made of. Attributes and types are interned and stay while something is
// printed, so a row of equal pointers has equal text; with aliases it has not, since an alias
// may only be used once it is defined. The table is made when it is first needed: most printers
// write one type.
#include "ir/support/hash_internal.h"
#include "ir/text/printer_internal.h"

enum { PIECES = 512, LONGEST = 128 };

struct micai_print_memo {
    struct {
        micai_print_key key;
        uint32_t length; ///< 0: free
        char text[LONGEST];
    } pieces[PIECES];
};

void micai_print_memo_free(mica_asm_printer *printer)
{
    micai_release(printer->allocator, printer->memo, sizeof *printer->memo);
}

static size_t index_of(const micai_print_key *key)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < MICAI_PRINT_KEY_PARTS; i++)
        hash = (hash << 7 | hash >> 57) ^ micai_word_of(key->parts[i]);
    return (size_t)(micai_hash_step(hash, 0) % PIECES);
}

bool micai_print_memo_put(mica_asm_printer *printer, const micai_print_key *key)
{
    const struct micai_print_memo *memo = printer->memo;
    if (!memo || printer->has_aliases || printer->is_collecting)
        return false;
    const size_t index = index_of(key);
    if (!memo->pieces[index].length || memcmp(&memo->pieces[index].key, key, sizeof *key) != 0)
        return false;
    micai_put(printer, memo->pieces[index].text, memo->pieces[index].length);
    return true;
}

void micai_print_memo_add(mica_asm_printer *printer, const micai_print_key *key, size_t start,
                          size_t flushes)
{
    if (printer->failed || printer->flushes != flushes || !printer->buffer ||
        printer->has_aliases || printer->is_collecting || printer->used - start > LONGEST)
        return;
    if (!printer->memo)
        printer->memo = micai_allocate_zeroed(printer->allocator, sizeof *printer->memo);
    if (!printer->memo)
        return; // the context remembers that memory ran out
    const size_t index = index_of(key);
    printer->memo->pieces[index].key = *key;
    printer->memo->pieces[index].length = (uint32_t)(printer->used - start);
    memcpy(printer->memo->pieces[index].text, printer->buffer + start, printer->used - start);
}
