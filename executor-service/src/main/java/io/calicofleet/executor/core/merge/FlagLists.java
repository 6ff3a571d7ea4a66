package io.calicofleet.executor.core.merge;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges what is a list but in one piece of text, or has parts with names: the flags of a command ({@code --flag=value}),
 * and words between commas ({@code node,loadbalancer}).
 */
final class FlagLists {

    private FlagLists() {}

    /**
     * The merge of commands by the names of their flags. Empty where they are no such commands: what comes before the
     * first flag has to be the same in all, everything after it a flag with its value in one piece and no flag twice; and
     * where both sides changed one flag differently.
     */
    static Optional<List<String>> mergeFlags(List<String> base, List<String> mine, List<String> target) {
        int start = firstFlag(target);
        List<String> head = target.subList(0, start);
        Optional<Map<String, String>> was = flags(base, head);
        Optional<Map<String, String>> has = flags(mine, head);
        Optional<Map<String, String>> wants = flags(target, head);
        if (was.isEmpty() || has.isEmpty() || wants.isEmpty()) {
            return Optional.empty();
        }
        Set<String> names = new LinkedHashSet<>(wants.get().keySet());
        names.addAll(has.get().keySet());
        List<String> merged = new ArrayList<>(head);
        for (String name : names) {
            String before = was.get().get(name);
            String one = has.get().get(name);
            String other = wants.get().get(name);
            boolean both =
                    !Objects.equals(one, before) && !Objects.equals(other, before) && !Objects.equals(one, other);
            if (both) {
                return Optional.empty();
            }
            String chosen = Objects.equals(one, before) ? other : one;
            if (chosen != null) {
                merged.add(chosen);
            }
        }
        return Optional.of(merged);
    }

    /** The merge of words between commas, each there or not; empty where one of the texts is no such list, or has no word
     * that was there before. */
    static Optional<String> mergeWords(@Nullable String base, @Nullable String mine, @Nullable String target) {
        if (base == null || mine == null || target == null || !(base + mine + target).contains(",")) {
            return Optional.empty();
        }
        if (!isWords(base) || !isWords(mine) || !isWords(target)) {
            return Optional.empty();
        }
        Set<String> was = words(base);
        Set<String> has = words(mine);
        if (Collections.disjoint(was, has) || Collections.disjoint(was, words(target))) {
            return Optional.empty(); // another list altogether
        }
        Set<String> merged = new LinkedHashSet<>(has);
        merged.removeIf(word -> was.contains(word) && !words(target).contains(word));
        words(target).stream().filter(word -> !was.contains(word)).forEach(merged::add);
        return merged.isEmpty() ? Optional.empty() : Optional.of(String.join(",", merged));
    }

    private static boolean isWords(String text) {
        return text.matches("[\\w.-]+(,[\\w.-]+)*");
    }

    private static Set<String> words(String text) {
        return new LinkedHashSet<>(List.of(text.split(",", -1)));
    }

    private static int firstFlag(List<String> command) {
        for (int i = 0; i < command.size(); i++) {
            if (command.get(i).startsWith("-")) {
                return i;
            }
        }
        return command.size();
    }

    private static Optional<Map<String, String>> flags(List<String> command, List<String> head) {
        if (command.size() < head.size() || !command.subList(0, head.size()).equals(head)) {
            return Optional.empty();
        }
        Map<String, String> flags = new LinkedHashMap<>();
        for (String flag : command.subList(head.size(), command.size())) {
            boolean twice = flags.put(flag.split("=", 2)[0], flag) != null;
            if (twice || !flag.startsWith("-")) {
                return Optional.empty();
            }
        }
        return Optional.of(flags);
    }
}
