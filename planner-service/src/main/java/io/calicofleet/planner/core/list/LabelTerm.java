package io.calicofleet.planner.core.list;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a label has to be.
 *
 * @param key its key
 * @param value its value; null: whatever
 * @param negated that it is not so; a cluster without the key fits then
 */
record LabelTerm(String key, @Nullable String value, boolean negated) {

    private static final String NAME = "[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?";
    private static final Pattern FORM =
            Pattern.compile("(?<not>!)?(?<key>" + NAME + ")(?:(?<operator>==|=|!=)(?<value>(?:" + NAME + ")?))?");

    /** As {@code key=value}, {@code key!=value}, {@code key} or {@code !key}; empty where it is none. */
    static Optional<LabelTerm> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || (matcher.group("not") != null && matcher.group("operator") != null)) {
            return Optional.empty();
        }
        boolean negated = matcher.group("not") != null || "!=".equals(matcher.group("operator"));
        return Optional.of(new LabelTerm(matcher.group("key"), matcher.group("value"), negated));
    }

    boolean fits(Labels labels) {
        String found = labels.values().get(key);
        return negated != (found != null && (value == null || value.equals(found)));
    }
}
