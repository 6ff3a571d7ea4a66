package io.calicofleet.simulator.calico;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Calico selector: {@code all()}, {@code has(k)}, {@code k == 'v'}, {@code k != 'v'}, {@code k in {'a'}}, {@code k not
 * in {'a'}}, {@code contains}, {@code starts with}, {@code ends with}, {@code !}, {@code &&}, {@code ||} and brackets.
 */
public final class Selector {

    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:(&&|\\|\\||==|!=|[!(){},])|'([^']*)'|\"([^\"]*)\"|([A-Za-z0-9_./-]+))");
    private static final Map<String, Predicate<Map<String, String>>> PARSED = new ConcurrentHashMap<>();

    private final List<String> tokens = new ArrayList<>();
    private final List<Boolean> quoted = new ArrayList<>();
    private int at;

    private Selector(String text) {
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length() && matcher.find(end) && matcher.start() == end) {
            for (int group = 1; group <= 4; group++) {
                String token = matcher.group(group);
                if (token != null) {
                    tokens.add(token);
                    quoted.add(group == 2 || group == 3);
                }
            }
            end = matcher.end();
        }
        if (!text.substring(end).isBlank()) {
            throw new IllegalArgumentException("not a selector: " + text);
        }
    }

    /**
     * Reads a selector; an empty one selects everything.
     *
     * @throws IllegalArgumentException where it cannot be read
     */
    public static Predicate<Map<String, String>> of(String text) {
        return text.isBlank()
                ? labels -> true
                : PARSED.computeIfAbsent(text, t -> {
                    Selector selector = new Selector(t);
                    Predicate<Map<String, String>> predicate = selector.or();
                    if (selector.at != selector.tokens.size()) {
                        throw new IllegalArgumentException("not a selector: " + t);
                    }
                    return predicate;
                });
    }

    private String next() {
        if (at >= tokens.size()) {
            throw new IllegalArgumentException("the selector ends too early: " + tokens);
        }
        return tokens.get(at++);
    }

    private boolean accept(String token) {
        if (at < tokens.size() && !quoted.get(at) && tokens.get(at).equals(token)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String token) {
        if (!accept(token)) {
            throw new IllegalArgumentException("the selector lacks " + token + ": " + tokens);
        }
    }

    private Predicate<Map<String, String>> or() {
        Predicate<Map<String, String>> left = and();
        while (accept("||")) {
            left = left.or(and());
        }
        return left;
    }

    private Predicate<Map<String, String>> and() {
        Predicate<Map<String, String>> left = term();
        while (accept("&&")) {
            left = left.and(term());
        }
        return left;
    }

    private Predicate<Map<String, String>> term() {
        if (accept("!")) {
            return term().negate();
        }
        if (accept("(")) {
            Predicate<Map<String, String>> inner = or();
            expect(")");
            return inner;
        }
        String word = next();
        if (accept("(")) {
            return function(word);
        }
        return comparison(word);
    }

    private Predicate<Map<String, String>> function(String name) {
        switch (name) {
            case "all", "global" -> {
                expect(")");
                return name.equals("all") ? labels -> true : labels -> false;
            }
            case "has" -> {
                String label = next();
                expect(")");
                return labels -> labels.containsKey(label);
            }
            default -> throw new IllegalArgumentException("no such function: " + name);
        }
    }

    private Predicate<Map<String, String>> comparison(String label) {
        String operator = next();
        switch (operator) {
            case "==" -> {
                String value = next();
                return labels -> value.equals(labels.get(label));
            }
            case "!=" -> {
                String value = next();
                return labels -> !value.equals(labels.get(label));
            }
            case "in" -> {
                return in(label);
            }
            case "not" -> {
                expect("in");
                return in(label).negate();
            }
            case "contains" -> {
                String value = next();
                return labels -> labels.getOrDefault(label, "").contains(value) && labels.containsKey(label);
            }
            case "starts", "ends" -> {
                expect("with");
                String value = next();
                boolean start = operator.equals("starts");
                return labels -> {
                    String is = labels.get(label);
                    return is != null && (start ? is.startsWith(value) : is.endsWith(value));
                };
            }
            default -> throw new IllegalArgumentException("no such operator: " + operator);
        }
    }

    private Predicate<Map<String, String>> in(String label) {
        List<String> values = new ArrayList<>();
        expect("{");
        while (!accept("}")) {
            values.add(next());
            accept(",");
        }
        return labels -> {
            String value = labels.get(label);
            return value != null && values.contains(value);
        };
    }
}
