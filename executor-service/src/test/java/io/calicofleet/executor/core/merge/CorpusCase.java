package io.calicofleet.executor.core.merge;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One upgrade of one file from one release to another, and what must hold of its merge. */
final class CorpusCase {

    private static final String WHOLE = "(whole object)";

    /** What has parts but makes sense only as a whole. */
    private static final Pattern ATOMIC =
            Pattern.compile("(command|args|Probe|lifecycle|strategy|Strategy|env\\[[^]]*])$");

    /** A container, as the paths of what is in it begin. */
    private static final Pattern CONTAINER = Pattern.compile("spec[.]template[.]spec[.](?:initC|c)ontainers\\[[^]]*]");

    private final String file;
    private final CalicoVersion from;
    private final CalicoVersion to;
    private final ManifestDocuments source;
    private final ManifestDocuments target;
    private final ManifestDocuments stored;
    private final ApiServer server;
    private final Map<ObjectKey, Map<String, String>> baseLeaves = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Map<String, String>> targetLeaves = new ConcurrentHashMap<>();

    CorpusCase(String file, CalicoVersion from, CalicoVersion to, ManifestDocuments source, ManifestDocuments target) {
        this.file = file;
        this.from = from;
        this.to = to;
        this.source = source;
        this.target = target;
        this.server = new ApiServer(to.minor() % 2 == 0);
        this.stored = ManifestDocuments.of(
                source.objects().values().stream().map(server::applied).toList());
    }

    /** What is wrong with the merge where nobody changed anything. */
    List<String> pristine() {
        MergePlan plan = plan(stored);
        List<String> problems = new ArrayList<>();
        plan.conflicts().forEach(conflict -> problems.add("asked: " + conflict.object() + " " + conflict.path()));
        plan.customisations().forEach(kept -> problems.add("taken for a change: " + kept.object() + " " + kept.path()));
        plan.objects().forEach(object -> problems.addAll(unlikeTarget(object)));
        return problems;
    }

    /** What is wrong with the merge after these changes; null where none of them could be made. */
    @Nullable
    List<String> changed(Collection<Change> changes, long seed) {
        Live live = new Live(stored, new Random(seed));
        List<Change> made =
                changes.stream().filter(change -> change.edit().in(live)).toList();
        if (made.isEmpty()) {
            return null;
        }
        MergePlan plan = plan(live.documents());
        if (made.stream().allMatch(Change::respelled)) {
            return respelled(plan, live);
        }
        List<String> problems = new ArrayList<>();
        Set<String> justified = new TreeSet<>();
        live.touched().forEach(key -> problems.addAll(lost(key, live.documents(), plan, justified)));
        plan.conflicts().forEach(conflict -> {
            boolean changedByBoth = justified.stream()
                    .anyMatch(leaf -> leaf.startsWith(conflict.object() + " ")
                            && concerns(
                                    conflict, leaf.substring(conflict.object().length() + 1)));
            boolean removedButNeeded = conflict.mine().isEmpty() && !conflict.takes(OnConflict.KEEP_MINE);
            if (!changedByBoth
                    && !removedButNeeded
                    && !(ATOMIC.matcher(conflict.path()).find() && targetChanged(conflict))) {
                problems.add("asked without need: " + conflict.object() + " " + conflict.path() + "\t"
                        + cut(conflict.base()) + " / " + cut(conflict.mine()) + " / " + cut(conflict.target()));
            }
        });
        return problems;
    }

    private List<String> respelled(MergePlan plan, Live live) {
        List<String> problems = new ArrayList<>();
        plan.conflicts().forEach(conflict -> problems.add("asked: " + conflict.object() + " " + conflict.path()));
        plan.customisations().forEach(kept -> problems.add("taken for a change: " + kept.object() + " " + kept.path()));
        plan.objects().stream()
                .filter(object -> live.touched().contains(object.key()))
                .forEach(object -> problems.addAll(unlikeTarget(object)));
        return problems;
    }

    private List<String> unlikeTarget(MergedObject object) {
        if (object.manifest() == null) {
            return List.of();
        }
        FieldRule rule = FieldSchemas.of(object.key().kind());
        var wanted = target.find(object.key()).orElseThrow().deepCopy();
        wanted.remove("status");
        return Objects.equals(NormalForm.of(rule, object.manifest()), NormalForm.of(rule, wanted))
                ? List.of()
                : List.of("not as the target: " + object.key());
    }

    private List<String> lost(ObjectKey key, ManifestDocuments live, MergePlan plan, Set<String> justified) {
        Map<String, String> base = baseLeaves.computeIfAbsent(
                key, known -> Leaves.of(stored.find(known).orElse(null)));
        Map<String, String> wants = targetLeaves.computeIfAbsent(
                key, known -> Leaves.of(target.find(known).map(server::applied).orElse(null)));
        MergedObject merged = plan.objects().stream()
                .filter(object -> object.key().equals(key))
                .findFirst()
                .orElse(null);
        List<FieldConflict> asked = plan.conflicts().stream()
                .filter(conflict -> conflict.object().equals(key.object()))
                .toList();
        if (live.find(key).isEmpty()) {
            boolean back = merged != null && merged.changes();
            boolean isAsked =
                    asked.stream().anyMatch(conflict -> conflict.path().equals(WHOLE));
            justified.add(key.object() + " " + WHOLE);
            return back && !isAsked ? List.of("lost: " + key + " was deleted and comes back") : List.of();
        }
        if (merged == null || !merged.changes()) {
            return List.of(); // it is left as it is
        }
        Map<String, String> mine = Leaves.of(live.find(key).orElseThrow());
        Map<String, String> result = Leaves.of(server.stored(Objects.requireNonNull(merged.write())));
        Set<String> paths = new TreeSet<>(base.keySet());
        paths.addAll(mine.keySet());
        List<String> problems = new ArrayList<>();
        for (String path : paths) {
            String was = base.get(path);
            String has = mine.get(path);
            List<String> places = places(path, base, wants);
            boolean goesWithItsContainer =
                    path.matches(".*[.]image(-location)?") && places.stream().noneMatch(wants::containsKey);
            if (Objects.equals(was, has)) {
                continue;
            }
            if (goesWithItsContainer) {
                // Whether people need their build of it elsewhere is theirs to say.
                justified.add(key.object() + " " + path);
                continue;
            }
            if (isNeeded(path, was, has, wants, base)) {
                places.forEach(place -> justified.add(key.object() + " " + place));
            }
            if (places.stream().noneMatch(place -> Objects.equals(has, result.get(place)))
                    && asked.stream()
                            .noneMatch(conflict -> places.stream().anyMatch(place -> concerns(conflict, place)))) {
                problems.add("lost: " + key + " " + path + ": " + was + " -> " + has + ", merged " + result.get(path));
            }
        }
        return problems;
    }

    /**
     * Where a leaf can be after the upgrade: where it was or, where the target has its container no more, in the same place
     * of a container that the target has instead, with the same image.
     */
    private static List<String> places(String path, Map<String, String> base, Map<String, String> wants) {
        Matcher container = CONTAINER.matcher(path);
        if (!container.lookingAt() || has(wants, container.group())) {
            return List.of(path);
        }
        List<String> places = new ArrayList<>(List.of(path));
        wants.keySet().stream()
                .map(CONTAINER::matcher)
                .filter(Matcher::lookingAt)
                .map(Matcher::group)
                .distinct()
                .filter(other -> !has(base, other) && image(wants, other).equals(image(base, container.group())))
                .forEach(other -> places.add(other + path.substring(container.end())));
        return places;
    }

    private static String image(Map<String, String> leaves, String container) {
        String location = leaves.getOrDefault(container + ".image-location", "");
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private static boolean has(Map<String, String> leaves, String container) {
        return leaves.keySet().stream().anyMatch(leaf -> leaf.startsWith(container));
    }

    /** Whether a question about a leaf that people changed can be needed: the target changed it too, or what it is in. */
    private static boolean isNeeded(
            String path,
            @Nullable String was,
            @Nullable String has,
            Map<String, String> wants,
            Map<String, String> base) {
        boolean tagOnly = path.endsWith(".image") && has == null;
        if (!tagOnly && !Objects.equals(was, wants.get(path)) && !Objects.equals(has, wants.get(path))) {
            return true;
        }
        // A document that people made something else of: the target may have changed what was in it.
        boolean whole = was == null
                && Stream.concat(base.keySet().stream(), wants.keySet().stream())
                        .filter(leaf -> leaf.startsWith(path + ".") || leaf.startsWith(path + "["))
                        .anyMatch(leaf -> !Objects.equals(base.get(leaf), wants.get(leaf)));
        if (whole) {
            return true;
        }
        for (int end = path.lastIndexOf(']'); end > 0; end = path.lastIndexOf(']', end - 1)) {
            String around = path.substring(0, end + 1);
            if (base.keySet().stream().anyMatch(leaf -> leaf.startsWith(around))
                    && wants.keySet().stream().noneMatch(leaf -> leaf.startsWith(around))) {
                return true;
            }
        }
        return false;
    }

    private static boolean concerns(FieldConflict conflict, String leaf) {
        String path = conflict.path();
        return path.equals(WHOLE) || leaf.startsWith(path) || path.startsWith(leaf);
    }

    /** Whether source and target differ in what the question is about. */
    private boolean targetChanged(FieldConflict conflict) {
        return !conflict.base().equals(conflict.target());
    }

    private static String cut(String value) {
        return value.length() < 150 ? value : value.substring(0, 150) + "...";
    }

    private MergePlan plan(ManifestDocuments live) {
        return ManifestMerge.plan(source, live, target, OnConflict.HOLD);
    }

    /**
     * What is wrong where the target gives something another place in a pod: without a change nothing may be asked and the
     * target has to be reached, and a person's change has to be in the new place, or asked for. Null where there is
     * nothing to move.
     */
    @Nullable
    List<String> reshaped(Reshaping.Kind kind, long seed) {
        Reshaping shape = Reshaping.of(kind, source, target, new Random(seed)).orElse(null);
        if (shape == null) {
            return null;
        }
        List<String> problems = new CorpusCase(file, from, to, source, shape.target()).pristine();
        Live live = new Live(stored, new Random(seed));
        live.any(object -> ObjectKey.of(object).equals(shape.workload())).ifPresent(shape::change);
        MergePlan plan = ManifestMerge.plan(source, live.documents(), shape.target(), OnConflict.HOLD);
        boolean asked = plan.conflicts().stream()
                .anyMatch(conflict -> conflict.object().equals(shape.workload().object())
                        && (conflict.path().contains("[" + shape.from() + "]")
                                || conflict.path().contains("[" + shape.to() + "]")));
        boolean kept = plan.objects().stream()
                .filter(object -> object.key().equals(shape.workload()))
                .allMatch(object -> shape.isKept(Objects.requireNonNull(object.manifest())));
        if (!kept && !asked) {
            problems.add("lost: " + shape.workload() + " " + shape.variable() + " of " + shape.from() + ", now in "
                    + shape.to());
        }
        return problems;
    }

    /** Where containers of the target do not come from the registry that everything was moved to. */
    List<String> elsewhere(String registry) {
        Live live = new Live(stored, new Random(0));
        stored.keys()
                .forEach(key -> live.any(object -> ObjectKey.of(object).equals(key))
                        .ifPresent(object -> Live.containers(object).forEach(container -> {
                            String image = container.path("image").asText();
                            String path = image.split("/", 2)[0].contains(".") ? image.split("/", 2)[1] : image;
                            container.put("image", registry + path);
                        })));
        MergePlan plan = plan(live.documents());
        List<String> problems = new ArrayList<>();
        plan.conflicts().forEach(conflict -> problems.add("asked: " + conflict.object() + " " + conflict.path()));
        plan.objects().stream()
                .filter(object -> object.manifest() != null)
                .forEach(object -> Live.containers(Objects.requireNonNull(object.manifest()))
                        .forEach(container -> {
                            if (!container.path("image").asText().startsWith(registry)) {
                                problems.add("not from the registry: " + object.key() + " "
                                        + container.path("name").asText() + " "
                                        + container.path("image").asText());
                            }
                        }));
        return problems;
    }

    @Override
    public String toString() {
        return file + " " + from + " to " + to;
    }
}
