// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The closed languages inside MLIR text: types, attributes, affine maps and sets, locations; for
// lemon. The feeder (grammar.c) starts a parse with a START token and feeds tokens until one
// can't be shifted: the reductions that this token causes by default end in `top`, whose action
// sets the done flag, and the token stays with the caller. So there is no end-of-input token, no
// `%wildcard`, and the default reductions must stay on (never lemon -c).
//
// A `!x` or `#x` token is resolved to its type or attribute before it is fed (TYPE_VALUE,
// ATTR_VALUE, DIALECT_ATTR), since hooks may parse and an action must not. Lists push words to
// the parser's stack; a list's value is the index of its first word.

%name micai_type_attr
%token_prefix MICAI_TK_
// The stack grows on the heap: nesting costs no C stack.
%stack_size 0
%token_type {micai_token}
%extra_context {mica_asm_parser *parser}
%start_symbol input

%include {
#include <assert.h>
#include <stdlib.h>

#include "ir/text/parser_internal.h"
#define YYNOERRORRECOVERY 1
// Lemon's stack grows from where all memory comes from; its template names libc's functions.
#define malloc mica_malloc
#define realloc mica_realloc
#define free mica_free
#define OF(token, is_negative)                                                                 \
    &(const micai_literal_element){(token).start, (uint32_t)(token).length,                    \
                                   (uint16_t)(token).kind, is_negative}
}

%syntax_error { micai_action_reject(parser, yymajor, TOKEN); }
%stack_overflow { micai_parser_no_memory(parser); }

// Tokens of the lexer that only the driver uses are declared too, so that all have numbers.
%token ERROR COMMA COLON COLON_COLON EQUAL LPAREN RPAREN LSQUARE RSQUARE LBRACE RBRACE LESS
       GREATER ARROW QUESTION PLUS MINUS STAR PIPE ELLIPSIS METADATA_BEGIN METADATA_END.
%token INTEGER FLOAT STRING BARE_ID PERCENT_ID CARET_ID HASH_ID EXCLAIM_ID AT_ID.
%token TENSOR_LESS VECTOR_LESS MEMREF_LESS DIM DIM_DYNAMIC DIM_UNRANKED DIM_SCALABLE.
%token AFFINE_MAP AFFINE_SET ARRAY AT CALLSITE CEILDIV COMPLEX DENSE DENSE_RESOURCE DISTINCT
       FALSE FLOORDIV FUSED INDEX LOC MOD NONE OFFSET SPARSE STRIDED SYMBOL TRUE TUPLE UNIT
       UNKNOWN INT_TYPE FLOAT_TYPE.
%token TYPE_VALUE ATTR_VALUE DIALECT_ATTR RESULT_NUMBER.
%token START_TYPE START_ATTR START_ATTR_UNTYPED START_LOCATION START_AFFINE START_AFFINE_EXPRS.

// Keywords are identifiers where they have no meaning of their own.
%fallback BARE_ID AFFINE_MAP AFFINE_SET ARRAY AT CALLSITE CEILDIV COMPLEX DENSE DENSE_RESOURCE
                  DISTINCT FALSE FLOORDIV FUSED INDEX LOC MOD NONE OFFSET SPARSE STRIDED SYMBOL
                  TRUE TUPLE UNIT UNKNOWN INT_TYPE FLOAT_TYPE.

input ::= top.
top ::= START_TYPE type(T).            { micai_action_done(parser, T); }
top ::= START_ATTR attr(A).            { micai_action_done(parser, A); }
top ::= START_ATTR_UNTYPED untyped(A). { micai_action_done(parser, A); }
top ::= START_LOCATION location(L).    { micai_action_done(parser, L); }
top ::= START_AFFINE map_or_set(A).    { micai_action_done(parser, A); }
top ::= START_AFFINE_EXPRS exprs(E).
    { micai_action_done(parser, micai_action_affine_map(parser, E)); }
top ::= START_AFFINE_EXPRS.
    { micai_action_done(parser, micai_action_affine_map(parser, micai_action_mark(parser))); }

// ---- types

%type type {const mica_type *}
type(T) ::= value_type(V).    { T = V; }
type(T) ::= function_type(F). { T = F; }

%type function_type {const mica_type *}
function_type(T) ::= type_group(I) ARROW results(R). { T = micai_action_function(parser, I, R); }

// A result that is a function type must be in parentheses: `() -> () -> ()` ends early.
%type results {size_t}
results(R) ::= value_type(V). { R = micai_action_mark(parser); micai_action_push(parser, V); }
results(R) ::= type_group(G). { R = G; }

%type type_group {size_t}
type_group(G) ::= LPAREN RPAREN.          { G = micai_action_mark(parser); }
type_group(G) ::= LPAREN types(L) RPAREN. { G = L; }

%type types {size_t}
types(L) ::= type(T).                { L = micai_action_mark(parser); micai_action_push(parser, T); }
types(L) ::= types(M) COMMA type(T). { L = M; micai_action_push(parser, T); }

%type value_type {const mica_type *}
value_type(T) ::= INT_TYPE(I).   { T = micai_action_integer_type(parser, I); }
value_type(T) ::= FLOAT_TYPE(F). { T = micai_action_float_type(parser, F); }
value_type(T) ::= INDEX.         { T = micai_action_index_type(parser); }
value_type(T) ::= NONE.          { T = micai_action_none_type(parser); }
value_type(T) ::= TYPE_VALUE(V). { T = V.value; }
value_type(T) ::= COMPLEX LESS(P) type(E) GREATER. { T = micai_action_complex(parser, P, E); }
value_type(T) ::= TUPLE LESS GREATER. { T = micai_action_tuple(parser, micai_action_mark(parser)); }
value_type(T) ::= TUPLE LESS types(L) GREATER. { T = micai_action_tuple(parser, L); }
value_type(T) ::= VECTOR_LESS(P) dims(D) element_place(L) type(E) GREATER.
    { T = micai_action_vector(parser, P, D, L, E); }
value_type(T) ::= TENSOR_LESS(P) dims(D) element_place(L) type(E) GREATER.
    { T = micai_action_tensor(parser, P, D, L, E, NULL); }
value_type(T) ::= TENSOR_LESS(P) dims(D) element_place(L) type(E) COMMA attr(A) GREATER.
    { T = micai_action_tensor(parser, P, D, L, E, A); }
value_type(T) ::= TENSOR_LESS DIM_UNRANKED element_place(L) type(E) GREATER.
    { T = micai_action_unranked_tensor(parser, L, E); }
value_type(T) ::= MEMREF_LESS(P) dims(D) element_place(L) type(E) memref_attrs(A) GREATER.
    { T = micai_action_memref(parser, P, D, L, E, A); }
value_type(T) ::= MEMREF_LESS(P) DIM_UNRANKED element_place(L) type(E) GREATER.
    { T = micai_action_unranked_memref(parser, P, L, E, NULL); }
value_type(T) ::= MEMREF_LESS(P) DIM_UNRANKED element_place(L) type(E) COMMA attr(A) GREATER.
    { T = micai_action_unranked_memref(parser, P, L, E, A); }

%type memref_attrs {size_t}
memref_attrs(L) ::= .                             { L = micai_action_mark(parser); }
memref_attrs(L) ::= memref_attrs(M) COMMA attr(A). { L = M; micai_action_push_memref_attr(parser, A); }

%type element_place {micai_token}
element_place(L) ::= . { L = parser->lookahead; }

%type dims {size_t}
dims(D) ::= .                      { D = micai_action_mark(parser); }
dims(D) ::= dims(E) DIM(T).          { D = E; micai_action_dim(parser, T); }
dims(D) ::= dims(E) DIM_DYNAMIC(T).  { D = E; micai_action_dim(parser, T); }
dims(D) ::= dims(E) DIM_SCALABLE(T). { D = E; micai_action_dim(parser, T); }

// ---- attributes

%type attr {const mica_attr *}
attr(A) ::= closed_attr(C).              { A = C; }
attr(A) ::= INTEGER(N).                  { A = micai_action_number(parser, OF(N, false), NULL); }
attr(A) ::= INTEGER(N) COLON type(T).    { A = micai_action_number(parser, OF(N, false), T); }
attr(A) ::= MINUS INTEGER(N).            { A = micai_action_number(parser, OF(N, true), NULL); }
attr(A) ::= MINUS INTEGER(N) COLON type(T). { A = micai_action_number(parser, OF(N, true), T); }
attr(A) ::= FLOAT(N).                    { A = micai_action_number(parser, OF(N, false), NULL); }
attr(A) ::= FLOAT(N) COLON type(T).      { A = micai_action_number(parser, OF(N, false), T); }
attr(A) ::= MINUS FLOAT(N).              { A = micai_action_number(parser, OF(N, true), NULL); }
attr(A) ::= MINUS FLOAT(N) COLON type(T). { A = micai_action_number(parser, OF(N, true), T); }
attr(A) ::= STRING(S).                   { A = micai_action_string(parser, S, NULL); }
attr(A) ::= STRING(S) COLON type(T).     { A = micai_action_string(parser, S, T); }
attr(A) ::= elements(E) COLON(C) type_place(P) type(T).
    { A = micai_action_elements(parser, E, C, P, T); }
attr(A) ::= DIALECT_ATTR(D).             { A = D.value; }
attr(A) ::= DIALECT_ATTR(D) COLON type(T). { A = micai_action_dialect_typed(parser, D.value, T); }

// The type comes from where the attribute stands.
%type untyped {const mica_attr *}
untyped(A) ::= closed_attr(C).   { A = C; }
untyped(A) ::= INTEGER(N).       { A = micai_action_number(parser, OF(N, false), parser->expected_type); }
untyped(A) ::= MINUS INTEGER(N). { A = micai_action_number(parser, OF(N, true), parser->expected_type); }
untyped(A) ::= FLOAT(N).         { A = micai_action_number(parser, OF(N, false), parser->expected_type); }
untyped(A) ::= MINUS FLOAT(N).   { A = micai_action_number(parser, OF(N, true), parser->expected_type); }
untyped(A) ::= STRING(S).        { A = micai_action_string(parser, S, parser->expected_type); }
untyped(A) ::= elements(E).      { A = micai_action_elements(parser, E, parser->lookahead, parser->lookahead, parser->expected_type); }
untyped(A) ::= DIALECT_ATTR(D).  { A = D.value; }

%type type_place {micai_token}
type_place(P) ::= . { P = parser->lookahead; }

%type closed_attr {const mica_attr *}
closed_attr(A) ::= type(T).           { A = micai_action_type_attr(parser, T); }
closed_attr(A) ::= ATTR_VALUE(V).     { A = V.value; }
closed_attr(A) ::= UNIT.              { A = micai_action_unit(parser); }
closed_attr(A) ::= TRUE.              { A = micai_action_bool(parser, true); }
closed_attr(A) ::= FALSE.             { A = micai_action_bool(parser, false); }
closed_attr(A) ::= LSQUARE RSQUARE.   { A = micai_action_array(parser, micai_action_mark(parser)); }
closed_attr(A) ::= LSQUARE attrs(L) RSQUARE. { A = micai_action_array(parser, L); }
closed_attr(A) ::= LBRACE RBRACE.     { A = micai_action_dictionary(parser, micai_action_mark(parser)); }
closed_attr(A) ::= LBRACE entries(L) RBRACE. { A = micai_action_dictionary(parser, L); }
closed_attr(A) ::= AT_ID(R) path(P).  { A = micai_action_symbol(parser, R, P); }
closed_attr(A) ::= AFFINE_MAP LESS affine_map(M) GREATER. { A = M; }
closed_attr(A) ::= AFFINE_SET LESS affine_set(S) GREATER. { A = S; }
closed_attr(A) ::= array_open(L) type(T) GREATER. { A = micai_action_array_of(parser, L, T); }
closed_attr(A) ::= array_open(L) type(T) COLON scalars GREATER. { A = micai_action_array_of(parser, L, T); }
closed_attr(A) ::= STRIDED(P) LESS strides(S) GREATER. { A = micai_action_strided(parser, P, S, 0); }
closed_attr(A) ::= STRIDED(P) LESS strides(S) COMMA OFFSET COLON stride(O) GREATER.
    { A = micai_action_strided(parser, P, S, O); }
closed_attr(A) ::= DISTINCT LSQUARE INTEGER(I) RSQUARE LESS attr(R) GREATER.
    { A = micai_action_distinct(parser, I, R); }
closed_attr(A) ::= DISTINCT LSQUARE INTEGER(I) RSQUARE LESS GREATER.
    { A = micai_action_distinct(parser, I, micai_action_unit(parser)); }
closed_attr(A) ::= LOC LPAREN location(L) RPAREN. { A = micai_action_location_attr(parser, L); }

%type attrs {size_t}
attrs(L) ::= attr(A).                { L = micai_action_mark(parser); micai_action_push(parser, A); }
attrs(L) ::= attrs(M) COMMA attr(A). { L = M; micai_action_push(parser, A); }

%type entries {size_t}
entries(L) ::= entry_mark(M) entry.  { L = M; }
entries(L) ::= entries(M) COMMA entry. { L = M; }
%type entry_mark {size_t}
entry_mark(M) ::= .                  { M = micai_action_mark(parser); }
entry ::= key(K).                    { micai_action_push_pair(parser, K, micai_action_unit(parser)); }
entry ::= key(K) EQUAL attr(A).      { micai_action_push_pair(parser, K, A); }
%type key {micai_token}
key(K) ::= BARE_ID(I). { K = I; }
key(K) ::= STRING(S).  { K = S; }

%type path {size_t}
path(P) ::= .                             { P = micai_action_mark(parser); }
path(P) ::= path(Q) COLON_COLON AT_ID(I). { P = Q; micai_action_push(parser, micai_symbol_token(parser, micai_token_text(&I))); }

%type strides {size_t}
strides(S) ::= LSQUARE RSQUARE.                { S = micai_action_mark(parser); }
strides(S) ::= LSQUARE stride_list(L) RSQUARE. { S = L; }
%type stride_list {size_t}
stride_list(L) ::= stride(V).                      { L = micai_action_mark(parser); micai_action_push_int64(parser, V); }
stride_list(L) ::= stride_list(M) COMMA stride(V). { L = M; micai_action_push_int64(parser, V); }
%type stride {int64_t}
stride(V) ::= INTEGER(N).       { V = micai_action_int64(parser, N, false); }
stride(V) ::= MINUS INTEGER(N). { V = micai_action_int64(parser, N, true); }
stride(V) ::= QUESTION.         { V = MICA_DYNAMIC; }

// ---- elements

%type elements {micai_literal *}
elements(E) ::= dense_open(D) GREATER.         { E = D; }
elements(E) ::= dense_open(D) literal GREATER. { E = D; }
elements(E) ::= SPARSE(P) LESS GREATER.        { E = micai_action_literal_sparse(parser, P, NULL, NULL); }
elements(E) ::= SPARSE(P) LESS part(I) COMMA part(V) GREATER.
    { E = micai_action_literal_sparse(parser, P, I, V); }
elements(E) ::= DENSE_RESOURCE(P) LESS key(K) GREATER. { E = micai_action_literal_resource(parser, P, K); }

%type dense_open {micai_literal *}
dense_open(D) ::= DENSE(P) LESS. { D = micai_action_literal(parser, MICAI_LITERAL_DENSE, P); }
%type array_open {micai_literal *}
array_open(L) ::= ARRAY(P) LESS. { L = micai_action_literal(parser, MICAI_LITERAL_ARRAY, P); }
%type part {micai_literal *}
part(L) ::= part_open(P) literal. { L = P; }
%type part_open {micai_literal *}
part_open(L) ::= . { L = micai_action_literal(parser, MICAI_LITERAL_DENSE, parser->lookahead); }

literal ::= scalar.
literal ::= list_open RSQUARE.       { micai_action_literal_close(parser); }
literal ::= list_open items RSQUARE. { micai_action_literal_close(parser); }
list_open ::= LSQUARE.            { micai_action_literal_open(parser); }
items ::= literal.
items ::= items COMMA literal.
scalars ::= scalar.
scalars ::= scalars COMMA scalar.
scalar ::= number.
scalar ::= TRUE(T).   { micai_action_literal_scalar(parser, T, false); }
scalar ::= FALSE(T).  { micai_action_literal_scalar(parser, T, false); }
scalar ::= STRING(T). { micai_action_literal_scalar(parser, T, false); }
scalar ::= complex_open number COMMA number RPAREN. { micai_action_literal_complex_end(parser); }
complex_open ::= LPAREN. { micai_action_literal_complex(parser); }
number ::= INTEGER(T).       { micai_action_literal_scalar(parser, T, false); }
number ::= FLOAT(T).         { micai_action_literal_scalar(parser, T, false); }
number ::= MINUS INTEGER(T). { micai_action_literal_scalar(parser, T, true); }
number ::= MINUS FLOAT(T).   { micai_action_literal_scalar(parser, T, true); }

// ---- locations

%type location {const mica_attr *}
location(L) ::= UNKNOWN.        { L = micai_action_location_unknown(parser); }
location(L) ::= ATTR_VALUE(V).  { L = micai_action_location_alias(parser, V); }
location(L) ::= DIALECT_ATTR(V). { L = micai_action_location_alias(parser, V); }
location(L) ::= STRING(N).      { L = micai_action_location_name(parser, N, NULL); }
location(L) ::= STRING(N) LPAREN location(C) RPAREN. { L = micai_action_location_name(parser, N, C); }
location(L) ::= STRING(F) COLON INTEGER(N) COLON INTEGER(C).
    { L = micai_action_location_file(parser, F, N, C); }
location(L) ::= CALLSITE LPAREN location(C) AT location(R) RPAREN.
    { L = micai_action_location_call(parser, C, R); }
location(L) ::= FUSED LSQUARE location_list(S) RSQUARE.
    { L = micai_action_location_fused(parser, S, NULL); }
location(L) ::= FUSED LESS attr(M) GREATER LSQUARE location_list(S) RSQUARE.
    { L = micai_action_location_fused(parser, S, M); }
%type location_list {size_t}
location_list(S) ::= .             { S = micai_action_mark(parser); }
location_list(S) ::= locations(L). { S = L; }
%type locations {size_t}
locations(S) ::= location(L).                    { S = micai_action_mark(parser); micai_action_push(parser, L); }
locations(S) ::= locations(M) COMMA location(L). { S = M; micai_action_push(parser, L); }

// ---- affine maps and sets

%type map_or_set {const mica_attr *}
map_or_set(A) ::= affine_map(M). { A = M; }
map_or_set(A) ::= affine_set(S). { A = S; }

%type affine_map {const mica_attr *}
affine_map(M) ::= affine_ids ARROW LPAREN RPAREN. { M = micai_action_affine_map(parser, micai_action_mark(parser)); }
affine_map(M) ::= affine_ids ARROW LPAREN exprs(E) RPAREN. { M = micai_action_affine_map(parser, E); }
%type affine_set {const mica_attr *}
affine_set(S) ::= affine_ids COLON LPAREN RPAREN. { S = micai_action_affine_set(parser, micai_action_mark(parser)); }
affine_set(S) ::= affine_ids COLON LPAREN constraints(C) RPAREN. { S = micai_action_affine_set(parser, C); }

affine_ids ::= affine_dims.
affine_ids ::= affine_dims LSQUARE RSQUARE.
affine_ids ::= affine_dims LSQUARE symbol_ids RSQUARE.
affine_dims ::= affine_open RPAREN.
affine_dims ::= affine_open dim_ids RPAREN.
affine_open ::= LPAREN. { micai_action_affine_begin(parser); }
dim_ids ::= BARE_ID(I).               { micai_action_affine_id(parser, I, false); }
dim_ids ::= dim_ids COMMA BARE_ID(I). { micai_action_affine_id(parser, I, false); }
symbol_ids ::= BARE_ID(I).                  { micai_action_affine_id(parser, I, true); }
symbol_ids ::= symbol_ids COMMA BARE_ID(I). { micai_action_affine_id(parser, I, true); }

%type exprs {size_t}
exprs(L) ::= expr(E).                { L = micai_action_mark(parser); micai_action_push(parser, E); }
exprs(L) ::= exprs(M) COMMA expr(E). { L = M; micai_action_push(parser, E); }

%type constraints {size_t}
constraints(L) ::= constraint_mark(M) constraint. { L = M; }
constraints(L) ::= constraints(M) COMMA constraint. { L = M; }
%type constraint_mark {size_t}
constraint_mark(M) ::= . { M = micai_action_mark(parser); }
constraint ::= expr(A) GREATER EQUAL expr(B). { micai_action_affine_constraint(parser, A, B, false); }
constraint ::= expr(A) LESS EQUAL expr(B).    { micai_action_affine_constraint(parser, B, A, false); }
constraint ::= expr(A) EQUAL EQUAL expr(B).   { micai_action_affine_constraint(parser, A, B, true); }

%type expr {const mica_affine_expr *}
expr(E) ::= term(T).                { E = T; }
expr(E) ::= expr(A) PLUS(P) term(B).  { E = micai_action_affine_binary(parser, MICA_AFFINE_ADD, A, P, B); }
expr(E) ::= expr(A) MINUS(P) term(B).
    { E = micai_action_affine_binary(parser, MICA_AFFINE_ADD, A, P, micai_action_affine_negate(parser, B)); }
%type term {const mica_affine_expr *}
term(E) ::= factor(F).                      { E = F; }
term(E) ::= term(A) STAR(P) factor(B).      { E = micai_action_affine_binary(parser, MICA_AFFINE_MUL, A, P, B); }
term(E) ::= term(A) FLOORDIV(P) factor(B).  { E = micai_action_affine_binary(parser, MICA_AFFINE_FLOOR_DIV, A, P, B); }
term(E) ::= term(A) CEILDIV(P) factor(B).   { E = micai_action_affine_binary(parser, MICA_AFFINE_CEIL_DIV, A, P, B); }
term(E) ::= term(A) MOD(P) factor(B).       { E = micai_action_affine_binary(parser, MICA_AFFINE_MOD, A, P, B); }
%type factor {const mica_affine_expr *}
factor(E) ::= LPAREN expr(A) RPAREN. { E = A; }
factor(E) ::= MINUS factor(A).       { E = micai_action_affine_negate(parser, A); }
factor(E) ::= INTEGER(N).            { E = micai_action_affine_integer(parser, N); }
factor(E) ::= BARE_ID(I).            { E = micai_action_affine_use(parser, I); }
factor(E) ::= ssa_id(I).             { E = micai_action_affine_ssa(parser, I, I, false); }
factor(E) ::= SYMBOL LPAREN ssa_id(I) RPAREN. { E = micai_action_affine_ssa(parser, I, I, true); }
// The number travels in the token's value.
%type ssa_id {micai_token}
ssa_id(T) ::= PERCENT_ID(I).                  { T = I; }
ssa_id(T) ::= PERCENT_ID(I) RESULT_NUMBER(N). { T = I; T.value = N.start; }

%code {
// What the feeder needs of lemon's insides: one stack serves all nesting, so a nested parse
// pushes a start state and restores the stack by index (growth moves the stack).

void *micai_grammar_create(mica_asm_parser *parser)
{
    yyParser *lemon = micai_allocate(parser->allocator, sizeof *lemon);
    if (lemon)
        micai_type_attrInit(lemon, parser);
    return lemon;
}

void micai_grammar_destroy(mica_asm_parser *parser)
{
    yyParser *lemon = parser->grammar;
    if (!lemon)
        return;
    lemon->yytos = lemon->yystack;
    micai_type_attrFinalize(lemon);
    micai_release(parser->allocator, lemon, sizeof *lemon);
}

size_t micai_grammar_push(mica_asm_parser *parser)
{
    yyParser *lemon = parser->grammar;
    const size_t mark = (size_t)(lemon->yytos - lemon->yystack);
    if (lemon->yytos + 2 >= lemon->yystack + lemon->yystksz && yyGrowStack(lemon)) {
        micai_parser_no_memory(parser);
        return mark;
    }
    lemon->yytos++;
    lemon->yytos->stateno = 0;
    lemon->yytos->major = 0;
    return mark;
}

void micai_grammar_pop(mica_asm_parser *parser, size_t mark)
{
    yyParser *lemon = parser->grammar;
    lemon->yytos = lemon->yystack + mark;
}

void micai_grammar_feed(mica_asm_parser *parser, int kind, micai_token token)
{
    micai_type_attr(parser->grammar, kind, token);
}

// Runs the reductions that the token would cause on a copy of the top of the state stack.
bool micai_grammar_accepts(mica_asm_parser *parser, int kind)
{
    enum { DEPTH = 64 };
    yyParser *lemon = parser->grammar;
    YYACTIONTYPE pushed[DEPTH];
    size_t pushed_count = 0;
    const yyStackEntry *top = lemon->yytos;
    YYACTIONTYPE state = top->stateno;
    for (;;) {
        const YYACTIONTYPE action = yy_find_shift_action((YYCODETYPE)kind, state);
        if (action < YY_MIN_REDUCE)
            return action <= YY_MAX_SHIFTREDUCE;
        const unsigned rule = action - YY_MIN_REDUCE;
        const size_t size = (size_t)-yyRuleInfoNRhs[rule];
        const size_t from_pushed = size < pushed_count ? size : pushed_count;
        pushed_count -= from_pushed;
        top -= size - from_pushed;
        if (top < lemon->yystack || pushed_count >= DEPTH)
            return false;
        const YYACTIONTYPE below = pushed_count ? pushed[pushed_count - 1] : top->stateno;
        state = yy_find_reduce_action(below, yyRuleInfoLhs[rule]);
        pushed[pushed_count++] = state;
        if (state == YY_ACCEPT_ACTION)
            return false;
    }
}
}
