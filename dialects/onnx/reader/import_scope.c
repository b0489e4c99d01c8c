// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What names stand for. Each graph has a scope: a body sees what is outside of it, a function
// only its inputs. A name is a tensor, or a sequence or optional, which exist while a model is
// imported only: their tensors are known one by one, so that no op has to hold them.
#include "dialects/onnx/reader/import_internal.h"

#include <stdlib.h>

const micai_sequence micai_import_nothing = {NULL, 0, NULL, NULL};

void micai_scope_begin(micai_importer *importer, micai_scope *scope,
                       const Onnx__GraphProto *graph, micai_scope *parent)
{
    *scope = (micai_scope){.graph = graph, .parent = parent, .outer = importer->scope};
    importer->scope = scope;
}

void micai_scope_end(micai_importer *importer)
{
    micai_scope *scope = importer->scope;
    micai_names_free(&scope->values);
    micai_names_free(&scope->sequences);
    micai_names_free(&scope->declared);
    importer->scope = scope->outer;
}

bool micai_find_item(const micai_importer *importer, const char *name, micai_item *item)
{
    const mica_identifier *identifier =
        mica_identifier_get(importer->context, mica_string_from(name));
    for (const micai_scope *scope = importer->scope; scope; scope = scope->parent) {
        item->value = micai_names_find(&scope->values, identifier);
        item->sequence = micai_names_find(&scope->sequences, identifier);
        if (item->value || item->sequence)
            return true;
    }
    return false;
}

bool micai_bind_item(micai_importer *importer, const ProtobufCMessage *message,
                     const char *name, const micai_item *item)
{
    micai_scope *scope = importer->scope;
    const mica_identifier *identifier = micai_import_name(importer, name);
    if (micai_names_find(&scope->values, identifier) ||
        micai_names_find(&scope->sequences, identifier))
        return micai_import_fail(importer, message, "'%s' is defined a second time", name);
    const bool bound = item->value
                           ? micai_names_add(&scope->values, identifier, item->value)
                           : micai_names_add(&scope->sequences, identifier,
                                             (void *)(uintptr_t)(const void *)item->sequence);
    return bound || micai_import_fail(importer, NULL, "out of memory");
}

micai_sequence *micai_sequence_create(micai_importer *importer, size_t count)
{
    micai_sequence *sequence = calloc(1, sizeof *sequence);
    mica_value **values = calloc(count + 1, sizeof *values);
    if (!sequence || !values) {
        free(sequence);
        free(values);
        micai_import_fail(importer, NULL, "out of memory");
        return NULL;
    }
    *sequence = (micai_sequence){values, count, NULL, importer->sequences};
    importer->sequences = sequence;
    return sequence;
}

void micai_sequences_free(micai_importer *importer)
{
    while (importer->sequences) {
        micai_sequence *next = importer->sequences->next;
        free(importer->sequences->values);
        free(importer->sequences);
        importer->sequences = next;
    }
}
