package io.calicofleet.executor.step.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.merge.Decisions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The values people gave a release, on their way to another chart. All are kept, but for those that are what the old
 * chart said and the new one does not any more: they follow it, as in a file of all values that somebody made once. One
 * that people and the chart both changed is for a person to decide; the versions of images by their own rule
 * ({@link HelmImages}). One that the new chart takes under {@code installation}, as kubeletVolumePluginPath from v3.31 on,
 * moves there.
 *
 * @param values what to give to Helm
 * @param conflicts the values to decide on
 * @param notes what a person should know
 */
record HelmValues(ObjectNode values, List<FieldConflict> conflicts, List<String> notes) {

    private static final Pattern SECRET = Pattern.compile("(?i).*(secret|password|token|cert|key).*");
    private static final String INSTALLATION = "installation";
    private static final String HIDDEN = "\"(hidden)\"";

    HelmValues {
        conflicts = List.copyOf(conflicts);
        notes = List.copyOf(notes);
    }

    /**
     * Compares the values with the defaults of both charts.
     *
     * @param target the defaults of the target's chart
     * @param decisions take-new leaves out those in conflict
     */
    static HelmValues of(HelmRelease release, JsonNode target, Decisions decisions) {
        ObjectNode values = release.values().deepCopy();
        List<FieldConflict> conflicts = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        HelmImages.decide(object(release), values, release.chartValues(), target, decisions, conflicts, notes);
        move(values, release.chartValues(), target, notes);
        compare(object(release), "", values, release.chartValues(), target, decisions, conflicts, notes);
        return new HelmValues(values, conflicts, notes);
    }

    private static void move(ObjectNode mine, JsonNode base, JsonNode target, List<String> notes) {
        for (Map.Entry<String, JsonNode> value : List.copyOf(mine.properties())) {
            String name = value.getKey();
            boolean moved = base.has(name)
                    && !target.has(name)
                    && target.path(INSTALLATION).has(name);
            if (moved && !value.getValue().equals(base.path(name))) {
                ObjectNode installation = mine.withObjectProperty(INSTALLATION);
                if (!installation.has(name)) {
                    mine.remove(name);
                    installation.set(name, value.getValue());
                    notes.add("the value " + name + " is " + INSTALLATION + "." + name
                            + " in the new chart, and moves there");
                }
            }
        }
    }

    /** The values that are not those of the chart, each for itself; hidden where they may be secret. */
    static List<Customisation> customisations(HelmRelease release) {
        List<Customisation> found = new ArrayList<>();
        collect(object(release), "", release.values(), release.chartValues(), found);
        return found;
    }

    private static void collect(
            String object, String prefix, ObjectNode mine, JsonNode base, List<Customisation> found) {
        for (Map.Entry<String, JsonNode> value : mine.properties()) {
            String path = prefix + value.getKey();
            JsonNode was = base.path(value.getKey());
            if (value.getValue() instanceof ObjectNode inner && !inner.isEmpty()) {
                collect(object, path + ".", inner, was, found);
            } else if (!was.equals(value.getValue())) {
                String text = value.getValue().toString();
                // Of a list the names in it count as well.
                String names = value.getValue().isContainerNode() ? path + text : path;
                found.add(new Customisation(object, path, SECRET.matcher(names).matches() ? HIDDEN : text));
            }
        }
    }

    private static String object(HelmRelease release) {
        return "Helm release " + release.namespace() + "/" + release.name();
    }

    private static void compare(
            String object,
            String prefix,
            ObjectNode mine,
            JsonNode base,
            JsonNode target,
            Decisions decisions,
            List<FieldConflict> conflicts,
            List<String> notes) {
        for (Map.Entry<String, JsonNode> value : List.copyOf(mine.properties())) {
            String path = prefix + value.getKey();
            JsonNode was = base.path(value.getKey());
            JsonNode will = target.path(value.getKey());
            if (HelmImages.isVersion(path)) {
                continue;
            }
            if (value.getValue() instanceof ObjectNode inner) {
                compare(object, path + ".", inner, was, will, decisions, conflicts, notes);
            } else if (!was.isMissingNode() && will.isMissingNode()) {
                notes.add("the value " + path + " is not among those of the new chart any more: see whether it has"
                        + " another name there");
            } else if (!was.isMissingNode() && !was.equals(will) && was.equals(value.getValue())) {
                mine.remove(value.getKey());
                notes.add("the value " + path + " was the old chart's own, so the new chart's is in force");
            } else if (!was.isMissingNode() && !was.equals(will) && HelmImages.isPlace(path)) {
                notes.add("the value " + path + " stays, since where images come from is yours to say: see that "
                        + value.getValue().asText() + " has those of the new chart (its own are at " + will.asText()
                        + ")");
            } else if (!was.isMissingNode() && !was.equals(will) && !will.equals(value.getValue())) {
                boolean secret = SECRET.matcher(path).matches();
                FieldConflict conflict = new FieldConflict(
                        object,
                        path,
                        secret ? HIDDEN : was.toString(),
                        secret ? HIDDEN : value.getValue().toString(),
                        secret ? HIDDEN : will.toString());
                switch (decisions.on(conflict)) {
                    case TAKE_NEW -> {
                        mine.remove(value.getKey());
                        notes.add("the value " + path + " was left out, as decided: the new chart's own is in force");
                    }
                    case KEEP_MINE -> notes.add("the value " + path + " stays as it was given, as decided");
                    case HOLD -> conflicts.add(conflict);
                }
            }
        }
    }
}
