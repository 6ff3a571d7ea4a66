package io.calicofleet.model.release.diff;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a field means, by its description: sentences that are new and ask something, or say what holds no longer. Other words
 * for the same are no change, and a field without a description says nothing.
 */
final class Meanings {

    private static final Pattern END = Pattern.compile("(?<=[.!?])\\s+(?=[A-Z\\[(*-])");

    private static final Pattern NOTABLE = Pattern.compile("(?i)\\b(?:deprecated|removed|no longer|no effect|ignored|"
            + "requires?|required|must|should not|not supported|unsupported|instead of|reconciled|breaks?|fails?)\\b");

    private static final Pattern WORDS = Pattern.compile("[^a-z0-9]+");

    /** How many of the words of a sentence an old description has where it says the same. */
    private static final double SAME = 0.7;

    private Meanings() {}

    static void compare(String path, JsonNode before, JsonNode after, Changes changes) {
        String old = Json.text(before, "description");
        String now = Json.text(after, "description");
        if (old.isBlank() || now.isBlank() || old.equals(now)) {
            return;
        }
        List<Set<String>> known = sentences(old).map(Meanings::words).toList();
        sentences(now)
                .filter(sentence -> NOTABLE.matcher(sentence).find())
                .filter(sentence -> known.stream().noneMatch(words -> says(words, words(sentence))))
                .forEach(sentence -> changes.add(ChangeArea.MEANINGS, path, null, sentence));
    }

    /** The sentences of a description, each on one line. */
    static Stream<String> sentences(String description) {
        return END.splitAsStream(description.replaceAll("\\s+", " ").strip());
    }

    private static boolean says(Set<String> old, Set<String> now) {
        Set<String> both = new HashSet<>(now);
        both.retainAll(old);
        return both.size() >= SAME * now.size();
    }

    private static Set<String> words(String sentence) {
        return new HashSet<>(Arrays.asList(WORDS.split(sentence.toLowerCase(Locale.ROOT))));
    }
}
