package io.calicofleet.cli.release;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChangeEffect;
import io.calicofleet.event.ReleaseChangeFact;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.diff.ReleaseChange;
import io.calicofleet.model.release.diff.ReleaseDiff;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Two releases, compared file by file. What changes in many files in the same way is one change.
 *
 * @param from the release before
 * @param to the release after
 * @param files what both have, by the first of the files that belong together
 * @param changes what changes, with the files it changes in; by area and object
 * @param oneSided files that only one of them has, and which
 * @param found what an inspection of the cluster found that it changes there; empty without a cluster, or an inspection
 */
public record Comparison(
        CalicoVersion from,
        CalicoVersion to,
        Set<String> files,
        Map<ReleaseChange, Set<String>> changes,
        Map<String, CalicoVersion> oneSided,
        List<ReleaseChangeFact> found) {

    /**
     * Compares.
     *
     * @param groups lists of files that belong together; what neither release has is left out
     * @throws CliException where there is nothing to compare, or a file cannot be read
     */
    public static Comparison of(ReleaseReader reader, CalicoVersion from, CalicoVersion to, List<List<String>> groups) {
        Set<String> files = new TreeSet<>();
        Map<String, CalicoVersion> oneSided = new TreeMap<>();
        Map<ReleaseChange, Set<String>> found = new LinkedHashMap<>();
        for (List<String> group : groups) {
            String name = group.getFirst();
            Map<String, ManifestDocuments> before = read(reader, from, group);
            Map<String, ManifestDocuments> after = read(reader, to, group);
            if (!before.isEmpty() && !after.isEmpty()) {
                files.add(name);
                ReleaseDiff.between(before, after)
                        .forEach(change -> found.computeIfAbsent(change, same -> new TreeSet<>())
                                .add(name));
            } else if (!before.isEmpty() || !after.isEmpty()) {
                oneSided.put(name, after.isEmpty() ? from : to);
            }
        }
        if (files.isEmpty()) {
            throw CliException.usage(nothing(reader, from, to, groups.getFirst().getFirst(), oneSided));
        }
        return new Comparison(from, to, files, sorted(found), oneSided, List.of());
    }

    /** The files of a group that the release has. */
    private static Map<String, ManifestDocuments> read(
            ReleaseReader reader, CalicoVersion version, List<String> group) {
        Map<String, ManifestDocuments> files = new LinkedHashMap<>();
        for (String file : group) {
            reader.read(version, file).ifPresent(read -> files.put(file, read.documents()));
        }
        return files;
    }

    /** The same with these changes only. */
    public Comparison only(Predicate<ReleaseChange> wanted) {
        Map<ReleaseChange, Set<String>> some = new LinkedHashMap<>();
        changes.forEach((change, where) -> {
            if (wanted.test(change)) {
                some.put(change, where);
            }
        });
        return new Comparison(from, to, files, some, oneSided, found);
    }

    /** The same with what an inspection found. */
    public Comparison with(List<ReleaseChangeFact> facts) {
        return new Comparison(from, to, files, changes, oneSided, facts);
    }

    /** What an inspection found, of that effect. */
    public List<String> found(ChangeEffect effect) {
        return found.stream()
                .filter(fact -> fact.effect() == effect)
                .map(ReleaseChangeFact::sentence)
                .toList();
    }

    /** For programs. */
    public ObjectNode toJson() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("from", from.toString()).put("to", to.toString());
        ArrayNode read = document.putArray("files");
        files.forEach(read::add);
        ObjectNode only = document.putObject("onlyIn");
        oneSided.forEach((file, version) -> only.put(file, version.toString()));
        for (ChangeEffect effect : List.of(ChangeEffect.BLOCKS, ChangeEffect.WARNS)) {
            ArrayNode sentences = document.putArray(effect.encode());
            found(effect).forEach(sentences::add);
        }
        ArrayNode list = document.putArray("changes");
        changes.forEach((change, where) -> {
            ObjectNode entry = list.addObject()
                    .put("area", change.area().encode())
                    .put("object", change.object())
                    .put("item", change.item())
                    .put("before", change.before())
                    .put("after", change.after());
            ArrayNode in = entry.putArray("files");
            where.forEach(in::add);
        });
        return document;
    }

    private static Map<ReleaseChange, Set<String>> sorted(Map<ReleaseChange, Set<String>> found) {
        List<Map.Entry<ReleaseChange, Set<String>>> entries = new ArrayList<>(found.entrySet());
        entries.sort(Comparator.comparing((Map.Entry<ReleaseChange, Set<String>> entry) ->
                        entry.getKey().area())
                .thenComparing(entry -> entry.getKey().object()));
        Map<ReleaseChange, Set<String>> sorted = new LinkedHashMap<>();
        entries.forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    private static String nothing(
            ReleaseReader reader,
            CalicoVersion from,
            CalicoVersion to,
            String first,
            Map<String, CalicoVersion> oneSided) {
        CalicoVersion without = oneSided.containsValue(from) ? to : from;
        return "There is nothing of " + without + " to compare: looked for " + reader.place(without, first) + " first.";
    }
}
