// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Grammar of `.rewrite` files (docs/rewrite-language.md). It only builds the tree; what names
// mean is checked by the compiler.

%include {
#include <assert.h>

#include "ir/definition/rewrite.h"
#include "ir/definition/rewrite_syntax_internal.h"
}

// The first syntax error ends a file: a pattern is short.
%name micai_rewrite_parse
%token_prefix REWRITE_
%token_type { micai_rewrite_token }
%default_type { micai_rewrite_node * }
%extra_argument { micai_rewrite_reader *reader }
%stack_size 100
%syntax_error { micai_rewrite_syntax_error(reader, TOKEN); }
%stack_overflow { micai_rewrite_error(reader, reader->cursor, "patterns nest too deeply"); }
%start_symbol file

%token NAME OPNAME VALUE TAIL ATTR TYPE TEXT STRING INTEGER EQUAL COMMA COLON LPAREN RPAREN
       LBRACE RBRACE ERROR.

file ::= patterns(P). { reader->patterns = P; }
patterns(R) ::= . { R = NULL; }
patterns(R) ::= patterns(L) pattern(P). { R = micai_rewrite_append(L, P); }

pattern(R) ::= PATTERN NAME(N) benefit(B) summary LBRACE MATCH ops(M) where(W) REWRITE
               actions(A) RBRACE. {
    R = micai_rewrite_make(reader, MICAI_REWRITE_PATTERN, N);
    if (R && B)
        R->number = B->number;
    micai_rewrite_with(micai_rewrite_with(micai_rewrite_with(R, 0, M), 1, W), 2, A);
}
benefit(R) ::= . { R = NULL; }
benefit(R) ::= BENEFIT INTEGER(N). { R = micai_rewrite_integer(reader, N); }
summary ::= .
summary ::= STRING.

// ---- ops

ops(R) ::= op(O). { R = O; }
ops(R) ::= ops(L) op(O). { R = micai_rewrite_append(L, O); }
op(R) ::= OPNAME(N) LPAREN operands(O) RPAREN attrs(A) result_types(T). {
    R = micai_rewrite_make(reader, MICAI_REWRITE_OP, N);
    micai_rewrite_with(micai_rewrite_with(micai_rewrite_with(R, 1, O), 2, A), 3, T);
}
op(R) ::= values(V) EQUAL OPNAME(N) LPAREN operands(O) RPAREN attrs(A) result_types(T). {
    R = micai_rewrite_with(micai_rewrite_make(reader, MICAI_REWRITE_OP, N), 0, V);
    micai_rewrite_with(micai_rewrite_with(micai_rewrite_with(R, 1, O), 2, A), 3, T);
}
values(R) ::= value(V). { R = V; }
values(R) ::= values(L) COMMA value(V). { R = micai_rewrite_append(L, V); }
value(R) ::= VALUE(V). { R = micai_rewrite_make(reader, MICAI_REWRITE_VALUE, V); }

operands(R) ::= . { R = NULL; }
operands(R) ::= operand_list(L). { R = L; }
operand_list(R) ::= operand(O). { R = O; }
operand_list(R) ::= operand_list(L) COMMA operand(O). { R = micai_rewrite_append(L, O); }
operand(R) ::= value(V). { R = V; }
operand(R) ::= value(V) COLON type(T). { R = micai_rewrite_with(V, 0, T); }
operand(R) ::= TAIL(T). { R = micai_rewrite_make(reader, MICAI_REWRITE_TAIL, T); }
operand(R) ::= EITHER(E) LPAREN operand(A) COMMA operand(B) RPAREN. {
    R = micai_rewrite_with(micai_rewrite_make(reader, MICAI_REWRITE_EITHER, E), 0,
                           micai_rewrite_append(A, B));
}

attrs(R) ::= . { R = NULL; }
attrs(R) ::= LBRACE RBRACE. { R = NULL; }
attrs(R) ::= LBRACE entries(L) RBRACE. { R = L; }
entries(R) ::= entry(E). { R = E; }
entries(R) ::= entries(L) COMMA entry(E). { R = micai_rewrite_append(L, E); }
entry(R) ::= entry_name(N) EQUAL attr(A). {
    R = micai_rewrite_with(micai_rewrite_make(reader, MICAI_REWRITE_ENTRY, N), 0, A);
}
%type entry_name { micai_rewrite_token }
entry_name(R) ::= NAME(N). { R = N; }
entry_name(R) ::= OPNAME(N). { R = N; }
attr(R) ::= ATTR(A). { R = micai_rewrite_make(reader, MICAI_REWRITE_ATTR, A); }
attr(R) ::= TEXT(T). { R = micai_rewrite_make(reader, MICAI_REWRITE_TEXT, T); }
attr(R) ::= STRING(S). { R = micai_rewrite_make(reader, MICAI_REWRITE_STRING, S); }
attr(R) ::= INTEGER(I). { R = micai_rewrite_integer(reader, I); }

result_types(R) ::= . { R = NULL; }
result_types(R) ::= COLON types(L). { R = L; }
types(R) ::= type(T). { R = T; }
types(R) ::= types(L) COMMA type(T). { R = micai_rewrite_append(L, T); }
type(R) ::= TYPE(T). { R = micai_rewrite_make(reader, MICAI_REWRITE_TYPE, T); }
type(R) ::= TEXT(T). { R = micai_rewrite_make(reader, MICAI_REWRITE_TEXT, T); }

// ---- conditions

where(R) ::= . { R = NULL; }
where(R) ::= WHERE conditions(L). { R = L; }
conditions(R) ::= condition(C). { R = C; }
conditions(R) ::= conditions(L) condition(C). { R = micai_rewrite_append(L, C); }
condition(R) ::= NAME(N) LPAREN arguments(A) RPAREN. {
    R = micai_rewrite_with(micai_rewrite_make(reader, MICAI_REWRITE_CALL, N), 0, A);
}
condition(R) ::= NOT NAME(N) LPAREN arguments(A) RPAREN. {
    R = micai_rewrite_with(micai_rewrite_make(reader, MICAI_REWRITE_NOT_CALL, N), 0, A);
}
condition(R) ::= target(T) EQUAL NAME(N) LPAREN arguments(A) RPAREN. {
    R = micai_rewrite_with(micai_rewrite_make(reader, MICAI_REWRITE_CALL, N), 0, A);
    micai_rewrite_with(R, 1, T);
}
target(R) ::= ATTR(A). { R = micai_rewrite_make(reader, MICAI_REWRITE_ATTR, A); }
target(R) ::= TYPE(T). { R = micai_rewrite_make(reader, MICAI_REWRITE_TYPE, T); }
arguments(R) ::= argument(A). { R = A; }
arguments(R) ::= arguments(L) COMMA argument(A). { R = micai_rewrite_append(L, A); }
argument(R) ::= value(V). { R = V; }
argument(R) ::= TYPE(T). { R = micai_rewrite_make(reader, MICAI_REWRITE_TYPE, T); }
argument(R) ::= attr(A). { R = A; }

// ---- actions

actions(R) ::= makings(L) ending(E). { R = micai_rewrite_append(L, E); }
makings(R) ::= . { R = NULL; }
makings(R) ::= makings(L) op(O). { R = micai_rewrite_append(L, O); }
ending(R) ::= REPLACE(K) values(V). {
    R = micai_rewrite_with(micai_rewrite_make(reader, MICAI_REWRITE_REPLACE, K), 0, V);
}
ending(R) ::= ERASE(K). { R = micai_rewrite_make(reader, MICAI_REWRITE_ERASE, K); }
