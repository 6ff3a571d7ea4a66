package io.calicofleet.simulator.kubernetes.store;

import io.calicofleet.simulator.kubernetes.validation.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A labelSelector as a request has it, read as the API server reads it: requirements with commas between them, each a key
 * that is there or, with {@code !}, is not, or a key with {@code = == != in notin > <} and its values.
 */
final class LabelSelector {

    private static final Pattern TOKEN = Pattern.compile("\\s*(==|!=|[=!<>(),]|[^=!<>(),\\s]+)");
    private static final Pattern VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?");
    private static final Set<String> SYMBOLS = Set.of("==", "!=", "=", "!", "<", ">", "(", ")", ",");
    private static final int LONGEST = 63;
    private static final String END = "";

    private final int minor;
    private final List<String> tokens = new ArrayList<>();
    private int at;

    private LabelSelector(String text, int minor) {
        this.minor = minor;
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (matcher.find(end) && matcher.start() == end) {
            tokens.add(matcher.group(1));
            end = matcher.end();
        }
    }

    /**
     * The requirements of a selector; none for an empty one.
     *
     * @param minor the n of Kubernetes 1.n, which words the refusals
     * @throws IllegalArgumentException where it cannot be read
     */
    static List<Predicate<Map<String, String>>> parse(String text, int minor) {
        LabelSelector selector = new LabelSelector(text, minor);
        List<Predicate<Map<String, String>>> all = new ArrayList<>();
        if (selector.tokens.isEmpty()) {
            return all;
        }
        all.add(selector.requirement());
        while (!selector.peek().equals(END)) {
            String found = selector.next();
            if (!found.equals(",")) {
                throw new IllegalArgumentException("found '" + found + "', expected: ',' or 'end of string'");
            }
            if (SYMBOLS.contains(selector.peek()) && !selector.peek().equals("!")) {
                throw new IllegalArgumentException("found '" + selector.peek() + "', expected: identifier after ','");
            }
            all.add(selector.requirement());
        }
        return all;
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : END;
    }

    private String next() {
        String token = peek();
        at++;
        return token;
    }

    private void expect(String symbol) {
        String found = next();
        if (!found.equals(symbol)) {
            throw wrong(found, "'" + symbol + "'");
        }
    }

    private static IllegalArgumentException wrong(String found, String expected) {
        return new IllegalArgumentException(
                "unable to parse requirement: found '" + found + "', expected: " + expected);
    }

    private Predicate<Map<String, String>> requirement() {
        if (peek().equals("!")) {
            next();
            String key = key();
            return labels -> !labels.containsKey(key);
        }
        String key = key();
        String operator = peek();
        if (operator.equals(END) || operator.equals(",")) {
            return labels -> labels.containsKey(key);
        }
        next();
        return switch (operator) {
            case "=", "==" -> {
                String value = value(key);
                yield labels -> value.equals(labels.get(key));
            }
            case "!=" -> {
                String value = value(key);
                yield labels -> !value.equals(labels.get(key));
            }
            case "in" -> {
                List<String> values = values(key);
                yield labels -> labels.containsKey(key) && values.contains(labels.get(key));
            }
            case "notin" -> {
                List<String> values = values(key);
                yield labels -> !labels.containsKey(key) || !values.contains(labels.get(key));
            }
            case ">", "<" -> compared(key, operator.equals(">"));
            default -> throw wrong(operator, "in, notin, =, ==, !=, gt, lt");
        };
    }

    private Predicate<Map<String, String>> compared(String key, boolean greater) {
        String text = value(key);
        if (!isNumber(text)) {
            throw new IllegalArgumentException("unable to parse requirement: values[0]: Invalid value: \"" + text
                    + "\": for 'Gt', 'Lt' operators, the value must be an integer");
        }
        long bound = Long.parseLong(text);
        return labels -> {
            String value = labels.getOrDefault(key, "");
            return isNumber(value) && (greater ? Long.parseLong(value) > bound : Long.parseLong(value) < bound);
        };
    }

    private static boolean isNumber(String text) {
        return text.matches("-?[0-9]{1,18}");
    }

    private String key() {
        String key = next();
        if (SYMBOLS.contains(key) || key.equals(END)) {
            throw wrong(key, "identifier");
        }
        List<String> problems = Names.qualified(key, minor);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("unable to parse requirement: <nil>: Invalid value: \"" + key + "\": "
                    + String.join("; ", problems));
        }
        return key;
    }

    /** The value after an operator, which may be missing. */
    private String value(String key) {
        if (peek().equals(END) || peek().equals(",")) {
            return "";
        }
        String value = next();
        if (value.length() > LONGEST) {
            throw new IllegalArgumentException("unable to parse requirement: values[0][" + key + "]: Invalid value: \""
                    + value + "\": " + String.join("; ", Names.labelValue(value, minor)));
        }
        if (SYMBOLS.contains(value) || !VALUE.matcher(value).matches()) {
            throw wrong(value, "identifier");
        }
        return value;
    }

    /** The values in brackets, of which each may be empty. */
    private List<String> values(String key) {
        expect("(");
        List<String> values = new ArrayList<>();
        while (true) {
            values.add(peek().equals(")") ? "" : value(key));
            String after = next();
            if (after.equals(")")) {
                return values;
            }
            if (!after.equals(",")) {
                throw wrong(after, "',' or ')'");
            }
        }
    }
}
