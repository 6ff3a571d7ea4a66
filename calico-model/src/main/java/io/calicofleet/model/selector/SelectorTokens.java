package io.calicofleet.model.selector;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * A selector cut into tokens, as Calico cuts it (libcalico-go/lib/selector/tokenizer/tokenizer.go). White space is the space
 * and the tab. {@code has(}, {@code all(} and {@code global(} are one word each. An operator that is a word is looked for
 * after a label only, so that a label may be called {@code in}.
 *
 * <p>Up to v3.29 the tokenizer is made of regular expressions, whose white space has line ends too: there they may stand
 * inside {@code has( )} and between the two words of an operator, though nowhere else.
 */
final class SelectorTokens {

    private static final int LONGEST_LABEL = 512;
    private static final String BLANKS = " \t";
    private static final String OLD_BLANKS = " \t\n\f\r";

    /** What a token is; the text of those that people see in a message. */
    enum Kind {
        LABEL("a label"),
        STRING("a string in quotes"),
        OPEN_BRACE("{"),
        CLOSE_BRACE("}"),
        COMMA(","),
        EQUAL("=="),
        NOT_EQUAL("!="),
        IN("in"),
        NOT("!"),
        NOT_IN("not in"),
        CONTAINS("contains"),
        STARTS_WITH("starts with"),
        ENDS_WITH("ends with"),
        ALL("all()"),
        HAS("has()"),
        GLOBAL("global()"),
        OPEN("("),
        CLOSE(")"),
        AND("&&"),
        OR("||"),
        END("the end");

        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /**
     * A token.
     *
     * @param kind what it is
     * @param value the label or the string; else empty
     * @param at where it starts in the text
     */
    record Token(Kind kind, String value, int at) {
        Token {
            requireNonNull(kind, "kind");
            requireNonNull(value, "value");
        }
    }

    private final String text;
    private final String blanksInside;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private SelectorTokens(String text, boolean old) {
        this.text = text;
        this.blanksInside = old ? OLD_BLANKS : BLANKS;
    }

    /**
     * The tokens of a selector; the last one is the end.
     *
     * @param old whether it is read as up to v3.29
     * @throws IllegalArgumentException where it cannot be cut; the message says where and why
     */
    static List<Token> of(String text, boolean old) {
        SelectorTokens tokens = new SelectorTokens(text, old);
        while (tokens.next()) {
            // each adds a token
        }
        return List.copyOf(tokens.tokens);
    }

    private boolean next() {
        at = after(BLANKS, at);
        if (at == text.length()) {
            add(Kind.END, "", at);
            return false;
        }
        char c = text.charAt(at);
        return switch (c) {
            case '(' -> add(Kind.OPEN, "", at + 1);
            case ')' -> add(Kind.CLOSE, "", at + 1);
            case '{' -> add(Kind.OPEN_BRACE, "", at + 1);
            case '}' -> add(Kind.CLOSE_BRACE, "", at + 1);
            case ',' -> add(Kind.COMMA, "", at + 1);
            case '"', '\'' -> string(c);
            case '=' -> twice(Kind.EQUAL);
            case '&' -> twice(Kind.AND);
            case '|' -> twice(Kind.OR);
            case '!' -> text.startsWith("!=", at) ? add(Kind.NOT_EQUAL, "", at + 2) : add(Kind.NOT, "", at + 1);
            default -> isAfterLabel() ? operator() : word();
        };
    }

    private boolean add(Kind kind, String value, int end) {
        tokens.add(new Token(kind, value, at));
        at = end;
        return true;
    }

    private boolean twice(Kind kind) {
        if (!text.startsWith(kind.text, at)) {
            throw refused("expected " + kind.text);
        }
        return add(kind, "", at + 2);
    }

    private boolean string(char quote) {
        int end = text.indexOf(quote, at + 1);
        if (end < 0) {
            throw refused("expected the end of the string");
        }
        return add(Kind.STRING, text.substring(at + 1, end), end + 1);
    }

    private boolean isAfterLabel() {
        return !tokens.isEmpty() && tokens.getLast().kind() == Kind.LABEL;
    }

    private boolean operator() {
        return operator(Kind.CONTAINS, "contains")
                || operator(Kind.STARTS_WITH, "starts", "with")
                || operator(Kind.ENDS_WITH, "ends", "with")
                || operator(Kind.NOT_IN, "not", "in")
                || operator(Kind.IN, "in")
                || refuse("expected ==, !=, in, not in, contains, starts with or ends with");
    }

    /** An operator of these words; there may be blanks between them, or none. */
    private boolean operator(Kind kind, String... words) {
        int end = at;
        for (String word : words) {
            end = after(blanksInside, end);
            if (!text.startsWith(word, end)) {
                return false;
            }
            end += word.length();
        }
        return (end == text.length() || !isOfLabel(text.charAt(end))) && add(kind, "", end);
    }

    private boolean word() {
        return call(Kind.ALL, "all(") || call(Kind.GLOBAL, "global(") || has() || label();
    }

    private boolean call(Kind kind, String name) {
        if (!text.startsWith(name, at)) {
            return false;
        }
        int end = after(blanksInside, at + name.length());
        if (!text.startsWith(")", end)) {
            throw refused("expected ) after " + name);
        }
        return add(kind, "", end + 1);
    }

    private boolean has() {
        if (!text.startsWith("has(", at)) {
            return false;
        }
        int start = after(blanksInside, at + "has(".length());
        int end = endOfLabel(start);
        int close = after(blanksInside, end);
        if (end == start || !text.startsWith(")", close)) {
            throw refused("expected a label and ) after has(");
        }
        return add(Kind.HAS, text.substring(start, end), close + 1);
    }

    private boolean label() {
        int end = endOfLabel(at);
        return end == at ? refuse("expected a label") : add(Kind.LABEL, text.substring(at, end), end);
    }

    private int endOfLabel(int start) {
        int end = start;
        while (end < text.length() && isOfLabel(text.charAt(end))) {
            end++;
        }
        if (end - start > LONGEST_LABEL) {
            throw refused("a label longer than " + LONGEST_LABEL + " characters");
        }
        return end;
    }

    private static boolean isOfLabel(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '.'
                || c == '/'
                || c == '-';
    }

    private int after(String blanks, int start) {
        int end = start;
        while (end < text.length() && blanks.indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return end;
    }

    private boolean refuse(String why) {
        throw refused(why);
    }

    private IllegalArgumentException refused(String why) {
        return refused(text, why, at);
    }

    static IllegalArgumentException refused(String text, String why, int at) {
        return new IllegalArgumentException("selector '" + text + "': " + why + " at position " + (at + 1));
    }
}
