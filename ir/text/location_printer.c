// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locations as text: `loc(...)`, or bare in the pretty form of --mlir-pretty-debuginfo.
#include "ir/text/printer_internal.h"

static void print_inside(mica_asm_printer *printer, const mica_attr *location, bool is_top);

static void print_nested(mica_asm_printer *printer, const mica_attr *location)
{
    print_inside(printer, location, false);
}

static void print_file(mica_asm_printer *printer, const mica_attr *location)
{
    mica_string file = {"", 0};
    uint32_t line = 0, column = 0;
    mica_location_resolve(printer->context, mica_location_from_attr(location), &file, &line,
                          &column);
    if (printer->options.pretty_debug_info)
        mica_asm_print_string(printer, file);
    else
        micai_put_quoted(printer, file);
    micai_put_char(printer, ':');
    micai_put_unsigned(printer, line);
    micai_put_char(printer, ':');
    micai_put_unsigned(printer, column);
}

static void print_name(mica_asm_printer *printer, const mica_attr *location)
{
    micai_put_quoted(printer, mica_location_attr_name(location));
    const mica_attr *child = mica_location_attr_child(location, 0);
    if (mica_attr_is(child, MICA_ATTR_LOCATION_UNKNOWN))
        return;
    micai_put_char(printer, '(');
    print_nested(printer, child);
    micai_put_char(printer, ')');
}

static void print_call_site(mica_asm_printer *printer, const mica_attr *location)
{
    const bool pretty = printer->options.pretty_debug_info;
    const mica_attr *callee = mica_location_attr_child(location, 0);
    const mica_attr *caller = mica_location_attr_child(location, 1);
    if (!pretty)
        micai_put_literal(printer, "callsite(");
    print_nested(printer, callee);
    const bool same_line = !pretty || (mica_attr_is(callee, MICA_ATTR_LOCATION_NAME) &&
                                       mica_attr_is(caller, MICA_ATTR_LOCATION_FILE));
    if (!same_line)
        micai_put_char(printer, '\n');
    micai_put_literal(printer, " at ");
    print_nested(printer, caller);
    if (!pretty)
        micai_put_char(printer, ')');
}

static void print_fused(mica_asm_printer *printer, const mica_attr *location)
{
    if (!printer->options.pretty_debug_info)
        micai_put_literal(printer, "fused");
    const mica_attr *metadata = mica_location_attr_metadata(location);
    if (metadata) {
        micai_put_char(printer, '<');
        micai_print_attr(printer, metadata, MICAI_TYPE_NEVER);
        micai_put_char(printer, '>');
    }
    micai_put_char(printer, '[');
    for (size_t i = 0; i < mica_location_attr_child_count(location); i++) {
        if (i)
            micai_put_literal(printer, ", ");
        print_nested(printer, mica_location_attr_child(location, i));
    }
    micai_put_char(printer, ']');
}

static void print_inside(mica_asm_printer *printer, const mica_attr *location, bool is_top)
{
    if (!is_top && printer->is_collecting) {
        micai_aliases_visit(printer, location, false);
        return;
    }
    if (!is_top && printer->has_aliases && micai_print_alias(printer, location, false))
        return;
    switch (mica_attr_get_kind(location)) {
    case MICA_ATTR_LOCATION_FILE:
        print_file(printer, location);
        break;
    case MICA_ATTR_LOCATION_NAME:
        print_name(printer, location);
        break;
    case MICA_ATTR_LOCATION_CALL_SITE:
        print_call_site(printer, location);
        break;
    case MICA_ATTR_LOCATION_FUSED:
        print_fused(printer, location);
        break;
    default:
        mica_asm_print(printer, printer->options.pretty_debug_info ? "[unknown]" : "unknown");
        break;
    }
}

void micai_print_location(mica_asm_printer *printer, const mica_attr *location,
                          bool allow_alias)
{
    if (printer->options.pretty_debug_info) {
        print_inside(printer, location, true);
        return;
    }
    micai_put_literal(printer, "loc(");
    if (!allow_alias || !printer->has_aliases || !micai_print_alias(printer, location, false))
        print_inside(printer, location, true);
    micai_put_char(printer, ')');
}

void micai_print_trailing_location(mica_asm_printer *printer, mica_location location,
                                   bool allow_alias)
{
    if (!printer->options.debug_info || printer->is_collecting)
        return;
    micai_put_char(printer, ' ');
    micai_print_location(printer, mica_location_to_attr(printer->context, location),
                         allow_alias);
}
