// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Grammar of `.dialect` files (docs/definition-language.md). It only gathers; names, kinds and
// which section belongs where are checked later, where more can be said about a mistake.

%include {
#include <assert.h>

#include "ir/definition/dialect.h"
#include "ir/definition/syntax_internal.h"
}

// The reader does its own recovery: it skips to the next item and starts the parser anew.
%name micai_dialect_parse
%token_prefix TOKEN_
%token_type { micai_token }
%default_type { micai_token }
%extra_argument { micai_reader *reader }
%stack_size 200
%syntax_error { micai_reader_syntax_error(reader, TOKEN); }
%stack_overflow { micai_reader_too_deep(reader); }
%start_symbol start

%token NAME STRING TICKS NUMBER FORMAT ERROR.
// Keywords may be names where only a name fits.
%fallback NAME DIALECT INCLUDE CONSTRAINT ENUM BITS TYPE ATTR OP DESCRIPTION TRAITS INTERFACES
          OPERANDS ATTRS RESULTS REGIONS SUCCESSORS TYPES EFFECTS HOOKS PARAMS SEPARATOR
          OPTIONAL VARIADIC VARIADIC_OF_VARIADIC IMPLICIT INFER AS.
%left OR.
%left AND.
%right NOT.

start ::= file.
file ::= .
file ::= file item(I). { micai_reader_add_item(reader, I); }
file ::= file INCLUDE STRING(S). { micai_reader_include(reader, S); }

// ---- items

%type item { micai_item * }
item(R) ::= head(H). { R = H; }
item(R) ::= head(H) LBRACE sections(S) RBRACE. {
    R = H;
    micai_item_take_sections(reader, R, S);
}
item(R) ::= enum_head(H) LBRACE enum_sections(S) RBRACE. {
    R = H;
    micai_item_take_sections(reader, R, S);
}
item(R) ::= CONSTRAINT(K) NAME(N) parameters(P) EQUAL described(E). {
    R = micai_item_make(reader, K, N, NULL);
    R->parameters = P;
    R->expr = E;
}
// A string before `=` comes as TICKS.
item(R) ::= CONSTRAINT(K) NAME(N) parameters(P) docs(D) TICKS(T) EQUAL described(E). {
    R = micai_item_make(reader, K, N, micai_reader_join(reader, D, T));
    R->parameters = P;
    R->expr = E;
}
%type head { micai_item * }
head(R) ::= DIALECT(K) NAME(N) docs(D). { R = micai_item_make(reader, K, N, D); }
head(R) ::= TYPE(K) NAME(N) docs(D). { R = micai_item_make(reader, K, N, D); }
head(R) ::= ATTR(K) NAME(N) docs(D). { R = micai_item_make(reader, K, N, D); }
head(R) ::= OP(K) NAME(N) docs(D). { R = micai_item_make(reader, K, N, D); }
%type enum_head { micai_item * }
enum_head(R) ::= ENUM(K) NAME(N) docs(D) width(W). {
    R = micai_item_make(reader, K, N, D);
    R->width = W.text;
}
enum_head(R) ::= BITS(K) NAME(N) docs(D) width(W). {
    R = micai_item_make(reader, K, N, D);
    R->width = W.text;
}
width(R) ::= . { R = (micai_token){0}; }
width(R) ::= COLON NAME(N). { R = N; }

%type parameters { micai_entry_list }
parameters(R) ::= . { R = (micai_entry_list){0}; }
parameters(R) ::= LPAREN names(N) RPAREN. { R = N; }
%type names { micai_entry_list }
names(R) ::= NAME(N). {
    R = micai_entry_append((micai_entry_list){0}, micai_entry_make(reader, N));
}
names(R) ::= names(L) COMMA NAME(N). { R = micai_entry_append(L, micai_entry_make(reader, N)); }

%type docs { const char * }
docs(R) ::= . { R = NULL; }
docs(R) ::= docs(D) STRING(S). { R = micai_reader_join(reader, D, S); }
%type text { const char * }
text(R) ::= STRING(S) docs(D). { R = micai_reader_prefix(reader, S, D); }

// ---- sections

%type sections { micai_section * }
sections(R) ::= . { R = NULL; }
sections(R) ::= sections(L) section(S). { R = micai_section_push(L, S); }
%type section { micai_section * }
section(R) ::= DESCRIPTION(K) text(T). {
    R = micai_section_make(reader, K, (micai_entry_list){0});
    R->text = T;
}
section(R) ::= SEPARATOR(K) text(T). {
    R = micai_section_make(reader, K, (micai_entry_list){0});
    R->text = T;
}
section(R) ::= FORMAT(F). {
    R = micai_section_make(reader, F, (micai_entry_list){0});
    R->format = F.text;
}
section(R) ::= TRAITS(K) traits(L). { R = micai_section_make(reader, K, L); }
section(R) ::= INTERFACES(K) bindings(L). { R = micai_section_make(reader, K, L); }
section(R) ::= HOOKS(K) bindings(L). { R = micai_section_make(reader, K, L); }
section(R) ::= OPERANDS(K) entries(L). { R = micai_section_make(reader, K, L); }
section(R) ::= ATTRS(K) entries(L). { R = micai_section_make(reader, K, L); }
section(R) ::= RESULTS(K) entries(L). { R = micai_section_make(reader, K, L); }
section(R) ::= REGIONS(K) entries(L). { R = micai_section_make(reader, K, L); }
section(R) ::= SUCCESSORS(K) entries(L). { R = micai_section_make(reader, K, L); }
section(R) ::= PARAMS(K) entries(L). { R = micai_section_make(reader, K, L); }
section(R) ::= EFFECTS(K) names(L). { R = micai_section_make(reader, K, L); }
section(R) ::= TYPES(K) equations(L). { R = micai_section_make(reader, K, L); }
// Enums have rules of their own, since their cases begin with any name. A case is a section, so
// that commas are optional.
%type enum_sections { micai_section * }
enum_sections(R) ::= . { R = NULL; }
enum_sections(R) ::= enum_sections(L) enum_section(S). { R = micai_section_push(L, S); }
%type enum_section { micai_section * }
enum_section(R) ::= DESCRIPTION(K) text(T). {
    R = micai_section_make(reader, K, (micai_entry_list){0});
    R->text = T;
}
enum_section(R) ::= SEPARATOR(K) text(T). {
    R = micai_section_make(reader, K, (micai_entry_list){0});
    R->text = T;
}
enum_section(R) ::= FORMAT(F). {
    R = micai_section_make(reader, F, (micai_entry_list){0});
    R->format = F.text;
}
enum_section(R) ::= ATTR(K) NAME(N). {
    R = micai_section_make(
        reader, K, micai_entry_append((micai_entry_list){0}, micai_entry_make(reader, N)));
}
enum_section(R) ::= case(C). { R = C; }
enum_section(R) ::= case(C) COMMA. { R = C; }
%type case { micai_section * }
case(R) ::= case_name(N) docs(D). {
    R = micai_section_make(reader, N, micai_entry_append((micai_entry_list){0},
                                                         micai_entry_make(reader, N)));
    R->kind = TOKEN_NAME;
    R->entries.last->doc = D;
}
case(R) ::= case_name(N) EQUAL NUMBER(V) docs(D). {
    R = micai_section_make(reader, N, micai_entry_append((micai_entry_list){0},
                                                         micai_entry_make(reader, N)));
    R->kind = TOKEN_NAME;
    R->entries.last->default_value = micai_expr_make(reader, MICAI_EXPR_NUMBER, V);
    R->entries.last->doc = D;
}
case_name(R) ::= NAME(N). { R = N; }
case_name(R) ::= TICKS(N). { R = N; }

// ---- entries

%type traits { micai_entry_list }
traits(R) ::= trait(T). { R = micai_entry_append((micai_entry_list){0}, T); }
traits(R) ::= traits(L) trait(T). { R = micai_entry_append(L, T); }
traits(R) ::= traits(L) COMMA trait(T). { R = micai_entry_append(L, T); }
%type trait { micai_entry * }
trait(R) ::= NAME(N). { R = micai_entry_make(reader, N); }
trait(R) ::= NAME(N) LPAREN arguments(A) RPAREN. {
    R = micai_entry_make(reader, N);
    R->expr = A;
}

%type bindings { micai_entry_list }
bindings(R) ::= binding(B). { R = micai_entry_append((micai_entry_list){0}, B); }
bindings(R) ::= bindings(L) COMMA binding(B). { R = micai_entry_append(L, B); }
%type binding { micai_entry * }
binding(R) ::= NAME(N). { R = micai_entry_make(reader, N); }
binding(R) ::= NAME(N) EQUAL NAME(V). {
    R = micai_entry_make(reader, N);
    R->expr = micai_expr_make(reader, MICAI_EXPR_NAME, V);
}

%type entries { micai_entry_list }
entries(R) ::= entry(E). { R = micai_entry_append((micai_entry_list){0}, E); }
entries(R) ::= entries(L) COMMA entry(E). { R = micai_entry_append(L, E); }
%type entry { micai_entry * }
entry(R) ::= NAME(N) docs(D). {
    R = micai_entry_make(reader, N);
    R->doc = D;
}
entry(R) ::= NAME(N) COLON spec(S). {
    R = S;
    R->name = N.text;
    R->place = N.place;
}
%type spec { micai_entry * }
spec(R) ::= VARIADIC. {
    R = micai_entry_make(reader, (micai_token){0});
    R->arity = MICA_ARITY_VARIADIC;
}
spec(R) ::= modifiers(M) constrained(C). { R = micai_entry_merge(M, C); }
spec(R) ::= constrained(C). { R = C; }
%type constrained { micai_entry * }
constrained(R) ::= described(E) default(V) effects(F) docs(D). {
    R = micai_entry_make(reader, (micai_token){0});
    R->expr = E;
    R->default_value = V;
    R->effects = F;
    R->doc = D;
}
%type modifiers { micai_entry * }
modifiers(R) ::= modifier(M). { R = M; }
modifiers(R) ::= modifiers(M) modifier(N). { R = micai_entry_merge(M, N); }
%type modifier { micai_entry * }
modifier(R) ::= OPTIONAL. {
    R = micai_entry_make(reader, (micai_token){0});
    R->arity = MICA_ARITY_OPTIONAL;
}
modifier(R) ::= VARIADIC. {
    R = micai_entry_make(reader, (micai_token){0});
    R->arity = MICA_ARITY_VARIADIC;
}
modifier(R) ::= IMPLICIT. {
    R = micai_entry_make(reader, (micai_token){0});
    R->is_implicit = true;
}
modifier(R) ::= VARIADIC_OF_VARIADIC LPAREN NAME(N) RPAREN. {
    R = micai_entry_make(reader, (micai_token){0});
    R->arity = MICA_ARITY_VARIADIC_OF_VARIADIC;
    R->groups = micai_expr_make(reader, MICAI_EXPR_NAME, N);
}
%type default { micai_expr * }
default(R) ::= . { R = NULL; }
default(R) ::= EQUAL NAME(N). { R = micai_expr_make(reader, MICAI_EXPR_NAME, N); }
default(R) ::= EQUAL NUMBER(N). { R = micai_expr_make(reader, MICAI_EXPR_NUMBER, N); }
default(R) ::= EQUAL STRING(N). { R = micai_expr_make(reader, MICAI_EXPR_STRING, N); }
default(R) ::= EQUAL TICKS(N). { R = micai_expr_make(reader, MICAI_EXPR_TICKS, N); }
%type effects { uint32_t }
effects(R) ::= . { R = 0; }
effects(R) ::= LBRACKET effect_bits(B) RBRACKET. { R = B; }
%type effect_bits { uint32_t }
effect_bits(R) ::= NAME(N). { R = micai_reader_effect(reader, N); }
effect_bits(R) ::= effect_bits(B) COMMA NAME(N). { R = B | micai_reader_effect(reader, N); }

%type equations { micai_entry_list }
equations(R) ::= equation(E). { R = micai_entry_append((micai_entry_list){0}, E); }
equations(R) ::= equations(L) equation(E). { R = micai_entry_append(L, E); }
%type equation { micai_entry * }
equation(R) ::= NAME(N) LPAREN arguments(A) RPAREN words(W). {
    R = micai_entry_make(reader, N);
    R->expr = A;
    R->doc = W;
}
equation(R) ::= NAME(N) EQUAL primary(E) words(W). {
    R = micai_entry_make(reader, N);
    R->target = micai_expr_make(reader, MICAI_EXPR_NAME, N);
    R->expr = E;
    R->doc = W;
}
equation(R) ::= INFER NAME(N) EQUAL primary(E). {
    R = micai_entry_make(reader, N);
    R->target = micai_expr_make(reader, MICAI_EXPR_NAME, N);
    R->expr = E;
    R->is_infer = true;
}
%type words { const char * }
words(R) ::= . { R = NULL; }
words(R) ::= COLON text(T). { R = T; }

// ---- expressions

%type described { micai_expr * }
described(R) ::= expr(E). { R = E; }
described(R) ::= expr(E) AS(K) STRING(S). {
    R = micai_expr_add(micai_expr_make(reader, MICAI_EXPR_AS, K), E);
    R->text = mica_string_from(micai_reader_join(reader, NULL, S));
}
%type expr { micai_expr * }
expr(R) ::= primary(P). { R = P; }
expr(R) ::= expr(A) OR expr(B). { R = micai_expr_join(reader, MICAI_EXPR_OR, A, B); }
expr(R) ::= expr(A) AND expr(B). { R = micai_expr_join(reader, MICAI_EXPR_AND, A, B); }
expr(R) ::= NOT(N) expr(A). {
    R = micai_expr_add(micai_expr_make(reader, MICAI_EXPR_NOT, N), A);
}
%type primary { micai_expr * }
primary(R) ::= NAME(N). { R = micai_expr_make(reader, MICAI_EXPR_NAME, N); }
primary(R) ::= NAME(N) LPAREN RPAREN. { R = micai_expr_make(reader, MICAI_EXPR_CALL, N); }
primary(R) ::= NAME(N) LPAREN arguments(A) RPAREN. {
    R = A;
    R->kind = MICAI_EXPR_CALL;
    R->text = N.text;
    R->place = N.place;
}
primary(R) ::= ENUM(K) NAME(N). {
    R = micai_expr_add(micai_expr_make(reader, MICAI_EXPR_CALL, K),
                       micai_expr_make(reader, MICAI_EXPR_NAME, N));
}
primary(R) ::= NUMBER(N). { R = micai_expr_make(reader, MICAI_EXPR_NUMBER, N); }
primary(R) ::= STRING(S). { R = micai_expr_make(reader, MICAI_EXPR_STRING, S); }
primary(R) ::= TICKS(T). { R = micai_expr_make(reader, MICAI_EXPR_TICKS, T); }
primary(R) ::= STAR(S). { R = micai_expr_make(reader, MICAI_EXPR_STAR, S); }
primary(R) ::= LPAREN described(E) RPAREN. { R = E; }
%type arguments { micai_expr * }
arguments(R) ::= described(E). {
    R = micai_expr_add(micai_expr_make(reader, MICAI_EXPR_CALL, (micai_token){0}), E);
}
arguments(R) ::= arguments(A) COMMA described(E). { R = micai_expr_add(A, E); }
