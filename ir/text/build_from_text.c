// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops whose attributes and result types are given as text: what a program writes by hand, once,
// is shorter so than as calls of constructors. Both texts become one that the grammar knows, a
// dictionary and a function type.
#include "ir/core/builder.h"
#include "ir/core/context_internal.h"
#include "ir/core/definition.h"
#include "ir/support/text_buffer_internal.h"
#include "ir/text/text.h"

/// `open` + `text` + `close`; failed when out of memory.
static micai_text_buffer wrap(mica_context *context, const char *open, const char *text,
                              const char *close)
{
    micai_text_buffer buffer = micai_text_buffer_on(&context->allocator);
    micai_text_printf(&buffer, "%s%s%s", open, text, close);
    return buffer;
}

static bool add_attrs(mica_op_state *state, const char *text)
{
    micai_text_buffer buffer = wrap(state->context, "{", text, "}");
    const mica_attr *attrs =
        buffer.failed ? NULL : mica_parse_attr(state->context, micai_text_view(&buffer));
    micai_text_buffer_free(&buffer);
    if (!mica_attr_is(attrs, MICA_ATTR_DICTIONARY))
        return false;
    for (size_t i = 0; i < mica_dictionary_attr_count(attrs); i++) {
        const mica_named_attr entry = mica_dictionary_attr_entry(attrs, i);
        mica_op_state_set_attr_by_name(state, entry.name, entry.value);
    }
    return true;
}

static bool add_results(mica_op_state *state, const char *text)
{
    micai_text_buffer buffer = wrap(state->context, "() -> (", text, ")");
    const mica_type *type =
        buffer.failed ? NULL : mica_parse_type(state->context, micai_text_view(&buffer));
    micai_text_buffer_free(&buffer);
    if (!type)
        return false;
    for (size_t i = 0; i < mica_function_type_result_count(type); i++)
        mica_op_state_add_result(state, mica_function_type_result(type, i));
    return true;
}

mica_op *mica_builder_create_from_text(mica_builder *builder, const char *name,
                                       mica_value *const *operands, size_t operand_count,
                                       const char *attrs, const char *result_types)
{
    mica_op_state state;
    mica_op_state_init(&state, builder->context, name, builder->location);
    mica_op_state_add_operands(&state, operands, operand_count);
    if ((attrs && !add_attrs(&state, attrs)) ||
        (result_types && !add_results(&state, result_types))) {
        mica_op_state_discard(&state);
        return NULL;
    }
    return result_types ? mica_builder_create(builder, &state)
                        : mica_builder_create_inferred(builder, &state);
}
