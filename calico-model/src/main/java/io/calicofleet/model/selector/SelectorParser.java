package io.calicofleet.model.selector;

import io.calicofleet.model.selector.Selector.Part.Place;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads selectors by recursive descent; the grammar is in {@link Selector}. */
final class SelectorParser {

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_./-]{1,512}");
    private static final Pattern STRING = Pattern.compile("\"([^\"]*)\"|'([^']*)'");

    private final String text;
    private int at;

    SelectorParser(String text) {
        this.text = text;
    }

    Selector parse() {
        Selector selector = or();
        skipSpace();
        if (at < text.length()) {
            throw expected("the end, && or ||");
        }
        return selector;
    }

    private Selector or() {
        Selector selector = and();
        while (take("||")) {
            selector = new Selector.Or(selector, and());
        }
        return selector;
    }

    private Selector and() {
        Selector selector = unary();
        while (take("&&")) {
            selector = new Selector.And(selector, unary());
        }
        return selector;
    }

    private Selector unary() {
        if (take("!")) {
            return new Selector.Not(unary());
        }
        if (take("(")) {
            Selector selector = or();
            demand(")");
            return selector;
        }
        if (takeCall("all") || takeCall("global")) {
            demand(")");
            return new Selector.All();
        }
        if (takeCall("has")) {
            String label = label();
            demand(")");
            return new Selector.Has(label);
        }
        return comparison(label());
    }

    private Selector comparison(String label) {
        if (take("==")) {
            return new Selector.In(label, Set.of(string()));
        }
        if (take("!=")) {
            return new Selector.Not(new Selector.In(label, Set.of(string())));
        }
        if (takeWord("contains")) {
            return new Selector.Part(label, Place.ANYWHERE, string());
        }
        if (takeWord("starts")) {
            demandWord("with");
            return new Selector.Part(label, Place.START, string());
        }
        if (takeWord("ends")) {
            demandWord("with");
            return new Selector.Part(label, Place.END, string());
        }
        if (takeWord("not")) {
            demandWord("in");
            return new Selector.Not(new Selector.In(label, strings()));
        }
        if (takeWord("in")) {
            return new Selector.In(label, strings());
        }
        throw expected("==, !=, in, not in, contains, starts with or ends with");
    }

    private Set<String> strings() {
        Set<String> values = new HashSet<>();
        demand("{");
        while (!take("}")) {
            values.add(string());
            if (!take(",")) {
                demand("}");
                break;
            }
        }
        return values;
    }

    private String label() {
        return match(LABEL, "a label").group();
    }

    private String string() {
        Matcher matcher = match(STRING, "a string in quotes");
        return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }

    private Matcher match(Pattern pattern, String what) {
        skipSpace();
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw expected(what);
        }
        at = matcher.end();
        return matcher;
    }

    private boolean take(String token) {
        skipSpace();
        boolean found = text.startsWith(token, at) && !(token.equals("!") && text.startsWith("!=", at));
        at += found ? token.length() : 0;
        return found;
    }

    /** A call such as {@code has(}; a label may have the same name. */
    private boolean takeCall(String name) {
        int start = at;
        if (takeWord(name) && take("(")) {
            return true;
        }
        at = start;
        return false;
    }

    private boolean takeWord(String word) {
        skipSpace();
        int end = at + word.length();
        boolean found = text.startsWith(word, at)
                && (end == text.length()
                        || !LABEL.matcher(text.substring(end, end + 1)).matches());
        at = found ? end : at;
        return found;
    }

    private void demand(String token) {
        if (!take(token)) {
            throw expected(token);
        }
    }

    private void demandWord(String word) {
        if (!takeWord(word)) {
            throw expected(word);
        }
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException expected(String what) {
        return new IllegalArgumentException("selector '" + text + "': expected " + what + " at position " + (at + 1));
    }
}
