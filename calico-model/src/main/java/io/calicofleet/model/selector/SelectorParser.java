package io.calicofleet.model.selector;

import io.calicofleet.model.selector.Selector.Part.Place;
import io.calicofleet.model.selector.SelectorTokens.Kind;
import io.calicofleet.model.selector.SelectorTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads selectors by recursive descent, as libcalico-go/lib/selector/parser/parser.go does; the grammar is in
 * {@link Selector}.
 */
final class SelectorParser {

    private final String text;
    private final List<Token> tokens;
    private final boolean global;
    private int at;

    /**
     * One of a text.
     *
     * @param old whether it is read as before v3.30
     * @param global whether there is global()
     */
    SelectorParser(String text, boolean old, boolean global) {
        this.text = text;
        this.global = global;
        this.tokens = SelectorTokens.of(text, old);
    }

    Selector parse() {
        if (is(Kind.END)) {
            return new Selector.All();
        }
        Selector selector = or();
        if (!is(Kind.END)) {
            throw expected("the end, && or ||");
        }
        return selector;
    }

    private Selector or() {
        return chain(Kind.OR, this::and, Selector.Or::new);
    }

    private Selector and() {
        return chain(Kind.AND, this::unary, Selector.And::new);
    }

    private Selector chain(Kind by, Supplier<Selector> part, Function<List<Selector>, Selector> join) {
        List<Selector> parts = new ArrayList<>(List.of(part.get()));
        while (take(by)) {
            parts.add(part.get());
        }
        return parts.size() == 1 ? parts.getFirst() : join.apply(parts);
    }

    private Selector unary() {
        boolean not = false;
        while (take(Kind.NOT)) {
            not = !not;
        }
        Selector selector = operand();
        return not ? new Selector.Not(selector) : selector;
    }

    private Selector operand() {
        Token token = tokens.get(at);
        return switch (token.kind()) {
            case HAS -> {
                at++;
                yield new Selector.Has(token.value());
            }
            case ALL -> {
                at++;
                yield new Selector.All();
            }
            case GLOBAL -> {
                if (!global) {
                    throw expected("a label, has(), all() or (");
                }
                at++;
                yield new Selector.Global();
            }
            case LABEL -> {
                at++;
                yield comparison(token.value());
            }
            case OPEN -> {
                at++;
                Selector inner = or();
                demand(Kind.CLOSE);
                yield inner;
            }
            default -> throw expected("a label, has(), all(), global() or (");
        };
    }

    private Selector comparison(String label) {
        Token token = tokens.get(at);
        at++;
        return switch (token.kind()) {
            case EQUAL -> new Selector.Equal(label, string());
            case NOT_EQUAL -> new Selector.NotEqual(label, string());
            case CONTAINS -> new Selector.Part(label, Place.ANYWHERE, string());
            case STARTS_WITH -> new Selector.Part(label, Place.START, string());
            case ENDS_WITH -> new Selector.Part(label, Place.END, string());
            case IN -> new Selector.In(label, strings());
            case NOT_IN -> new Selector.NotIn(label, strings());
            default -> {
                at--;
                throw expected("==, !=, in, not in, contains, starts with or ends with");
            }
        };
    }

    private SortedSet<String> strings() {
        SortedSet<String> values = new TreeSet<>();
        demand(Kind.OPEN_BRACE);
        while (is(Kind.STRING)) {
            values.add(string());
            if (!take(Kind.COMMA)) {
                break;
            }
        }
        demand(Kind.CLOSE_BRACE);
        return values;
    }

    private String string() {
        Token token = tokens.get(at);
        demand(Kind.STRING);
        return token.value();
    }

    private boolean is(Kind kind) {
        return tokens.get(at).kind() == kind;
    }

    private boolean take(Kind kind) {
        boolean found = is(kind);
        at += found ? 1 : 0;
        return found;
    }

    private void demand(Kind kind) {
        if (!take(kind)) {
            throw expected(kind.text);
        }
    }

    private IllegalArgumentException expected(String what) {
        return SelectorTokens.refused(text, "expected " + what, tokens.get(at).at());
    }
}
