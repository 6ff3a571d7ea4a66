package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImagePlaces;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Follows what a release gave another place in a pod, so that what people changed of it is merged there:
 *
 * <ol>
 *   <li>A container that people call otherwise: it has its image, the release's name is not there, theirs is in no release, more
 *       than half of it is the same, and no other fits as well. It keeps their name, in base and target, too.
 *   <li>A container that runs first in one release and stays in the other, or the reverse: it has the same name and image.
 *   <li>A container of another name: it has the same image, the old name is gone and the new one was not there, more than
 *       half of what they run, mount, open and have in their environment is the same, and no other fits as well.
 *   <li>A variable that is gone from one container and new in another one, where people changed it: with the value it had
 *       it is the same variable; with another value it is asked.
 * </ol>
 *
 * <p>Where the base is not known, a container goes where the target has one of its name: it cannot be in both places.
 *
 * <p>Base and live are looked at as if they had always had it there. What the files of both releases do not show so is not
 * followed: it merges by name.
 */
final class ContainerMoves {

    private static final String FIRST = "initContainers";
    private static final String STAYING = "containers";
    private static final List<String> LISTS = List.of(FIRST, STAYING);

    /** What only a container that stays may have. */
    private static final List<String> OF_STAYING =
            List.of("livenessProbe", "readinessProbe", "startupProbe", "lifecycle");

    /** What only a container that runs first may have. */
    private static final List<String> OF_FIRST = List.of("restartPolicy");

    private final ObjectNode base;
    private final ObjectNode live;
    private ObjectNode target;
    private final Findings findings;
    private final FieldPath pod;

    private ContainerMoves(ObjectNode base, ObjectNode live, ObjectNode target, Findings findings) {
        this.base = base.deepCopy();
        this.live = live.deepCopy();
        this.target = target;
        this.findings = findings;
        this.pod = new FieldPath(Json.text(target, "kind").equals("Pod") ? "spec" : "spec.template.spec");
    }

    /**
     * Base and live of an object with everything in the place that the target has it in, and the target with the names that people
     * gave.
     *
     * @param base null where the object is not known
     * @param live null where the object is not there
     * @param target null where the target has it no more
     * @param findings what had to be asked or told on the way
     */
    record Followed(
            @Nullable ObjectNode base,
            @Nullable ObjectNode live,
            @Nullable ObjectNode target,
            Findings findings) {

        static Followed in(
                ObjectKey key,
                @Nullable ObjectNode base,
                @Nullable ObjectNode live,
                @Nullable ObjectNode target,
                Decisions decisions) {
            Findings findings = new Findings(key, decisions, true, Set.of());
            if (live == null
                    || target == null
                    || Containers.of(base == null ? live : base).isEmpty()) {
                return new Followed(base, live, target, findings);
            }
            if (base == null) {
                ContainerMoves moves = new ContainerMoves(live, live, target, findings);
                moves.followNames();
                return new Followed(null, moves.live, target, findings);
            }
            ContainerMoves moves = new ContainerMoves(base, live, target, findings);
            moves.keepNames();
            moves.followContainers();
            moves.followVariables();
            return new Followed(moves.base, moves.live, moves.target, findings);
        }
    }

    private void keepNames() {
        Map<String, ObjectNode> was = byName(base);
        Map<String, ObjectNode> wants = byName(target);
        Map<String, ObjectNode> has = byName(live);
        Map<String, List<String>> fitting = new LinkedHashMap<>();
        was.forEach((name, container) -> {
            if (!has.containsKey(name)) {
                List<String> names = has.keySet().stream()
                        .filter(other -> !was.containsKey(other) && !wants.containsKey(other))
                        .filter(other -> hasImageOf(container, Objects.requireNonNull(has.get(other))))
                        .filter(other -> hasMostInCommon(container, Objects.requireNonNull(has.get(other))))
                        .toList();
                fitting.put(name, names);
            }
        });
        fitting.forEach((name, theirs) -> {
            boolean sure = theirs.size() == 1
                    && fitting.values().stream()
                                    .filter(others -> others.contains(theirs.getFirst()))
                                    .count()
                            == 1;
            if (sure) {
                findings.note("container " + name + " of the release is " + theirs.getFirst() + " here, and stays so");
                Objects.requireNonNull(was.get(name)).put("name", theirs.getFirst());
                if (wants.containsKey(name)) {
                    target = target.deepCopy();
                    Objects.requireNonNull(container(target, name)).put("name", theirs.getFirst());
                }
            }
        });
    }

    /** A name stands once in a pod: what has it goes where the target has it, whatever else is known. */
    private void followNames() {
        for (String name : byName(target).keySet()) {
            if (container(live, name) != null && !list(live, name).equals(list(target, name))) {
                findings.note("container " + name + " is among the " + list(target, name)
                        + " in the target, and is merged there");
                follow(name, name);
            }
        }
    }

    private void followContainers() {
        Map<String, ObjectNode> was = byName(base);
        Map<String, ObjectNode> wants = byName(target);
        Map<String, ObjectNode> has = byName(live);
        Map<String, String> renamed = new LinkedHashMap<>();
        was.forEach((name, container) -> {
            ObjectNode same = wants.get(name);
            if (same != null) {
                if (!list(base, name).equals(list(target, name)) && hasSameImage(container, same)) {
                    renamed.put(name, name);
                }
                return;
            }
            List<String> successors = wants.keySet().stream()
                    .filter(other -> !was.containsKey(other) && !has.containsKey(other))
                    .filter(other -> isAlike(container, Objects.requireNonNull(wants.get(other))))
                    .toList();
            if (successors.size() == 1) {
                renamed.put(name, successors.getFirst());
            }
        });
        renamed.forEach((name, successor) -> {
            boolean alone = renamed.values().stream().filter(successor::equals).count() == 1;
            boolean removed = container(live, name) == null; // then it stays removed under its new name, too
            if (alone && (removed || list(live, name).equals(list(base, name)))) {
                follow(name, successor);
            }
        });
    }

    private void follow(String name, String successor) {
        String to = list(target, successor);
        JsonNode before = container(base, name);
        JsonNode mine = container(live, name);
        if (mine != null && !same(FieldSchemas.CONTAINER, before, mine)) {
            findings.note("container " + name + " is " + (name.equals(successor) ? "" : successor + " ")
                    + (to.equals(list(base, name)) ? "" : "among the " + to + " ")
                    + "in the target: what you changed of it goes along");
        }
        List<String> invalid = to.equals(list(base, name)) ? List.of() : to.equals(FIRST) ? OF_STAYING : OF_FIRST;
        for (String field : invalid) {
            if (mine != null && !same(FieldSchemas.CONTAINER, field, before, mine)) {
                JsonNode unused = findings.conflict(
                        pod.field(to).entry(successor).field(field),
                        Json.get(before, field),
                        Json.get(mine, field),
                        Json.get(container(target, successor), field),
                        "You changed it, and in its new place among the " + to + " it cannot be.",
                        List.of(OnConflict.TAKE_NEW));
            }
        }
        put(base, name, successor, to, invalid);
        put(live, name, successor, to, invalid);
    }

    /** Puts a container where the target has it: in the place of its old name, or behind what it follows in the target. */
    private void put(ObjectNode object, String name, String successor, String to, List<String> without) {
        ObjectNode container = container(object, name);
        if (container == null) {
            return;
        }
        container.put("name", successor);
        String from = list(object, successor);
        if (from.equals(to)) {
            return;
        }
        container.remove(without);
        remove(entries(object, from), successor);
        List<String> order = names(entries(target, to));
        ArrayNode list = entries(object, to);
        List<String> there = names(list);
        int at = 0;
        for (String before : order.subList(0, order.indexOf(successor))) {
            at = Math.max(at, there.indexOf(before) + 1);
        }
        list.insert(at, container);
    }

    private void followVariables() {
        byName(base)
                .forEach((name, container) -> Json.elements(container.get("env"))
                        .map(entry -> Json.text(entry, "name"))
                        .filter(variable -> variable(target, name, variable) == null)
                        .distinct()
                        .toList()
                        .forEach(variable -> followVariable(name, variable)));
    }

    private void followVariable(String from, String variable) {
        JsonNode was = variable(base, from, variable);
        JsonNode has = variable(live, from, variable);
        List<String> sources = byName(base).keySet().stream()
                .filter(other -> variable(base, other, variable) != null && variable(target, other, variable) == null)
                .toList();
        boolean removed = container(live, from) == null; // with its container, which is another question
        if (same(FieldSchemas.ENV, was, has) || removed || sources.size() > 1) {
            return;
        }
        boolean followed = false;
        for (String to : byName(target).keySet()) {
            JsonNode wants = variable(target, to, variable);
            if (wants == null || variable(base, to, variable) != null || variable(live, to, variable) != null) {
                continue;
            }
            JsonNode mine = has;
            if (same(FieldSchemas.ENV, was, wants)) {
                findings.note("variable " + variable + " is in the container " + to + " in the target, no more in "
                        + from + ": what you set goes along");
            } else {
                mine = findings.conflict(
                        pod.field(list(target, to)).entry(to).field("env").entry(variable),
                        was,
                        has,
                        wants,
                        "You changed it in the container " + from
                                + ", where the release has it no more; here it brings it with another value.",
                        List.of(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW));
            }
            put(base, to, was);
            put(live, to, mine);
            followed = true;
        }
        if (followed) {
            remove(array(container(base, from), "env"), variable);
            remove(array(container(live, from), "env"), variable);
        }
    }

    /** Adds a variable to a container; the container, too, where the object has none of that name. */
    private void put(ObjectNode object, String name, @Nullable JsonNode variable) {
        ObjectNode container = container(object, name);
        if (container == null) {
            container = entries(object, list(target, name)).addObject().put("name", name);
        }
        if (variable != null) {
            array(container, "env").add(variable.deepCopy());
        }
    }

    private static boolean isAlike(ObjectNode one, ObjectNode other) {
        return hasSameImage(one, other) && hasMostInCommon(one, other);
    }

    /** Whether people have the image of a release there, from whatever registry. */
    private static boolean hasImageOf(ObjectNode released, ObjectNode here) {
        return ImagePlaces.isNamedAs(
                ImageReference.parse(Json.text(released, "image")),
                true,
                ImageReference.parse(Json.text(here, "image")));
    }

    private static boolean hasMostInCommon(ObjectNode one, ObjectNode other) {
        Set<String> mine = traits(one);
        Set<String> theirs = traits(other);
        Set<String> common = new HashSet<>(mine);
        common.retainAll(theirs);
        Set<String> all = new HashSet<>(mine);
        all.addAll(theirs);
        return 2 * common.size() > all.size();
    }

    private static boolean hasSameImage(ObjectNode one, ObjectNode other) {
        return ImageReference.parse(Json.text(one, "image"))
                .shortName()
                .equals(ImageReference.parse(Json.text(other, "image")).shortName());
    }

    /** What a container is by: what it runs, mounts, opens, and has in its environment. */
    private static Set<String> traits(ObjectNode container) {
        Set<String> traits = new LinkedHashSet<>();
        Stream.of("command", "args")
                .filter(field -> !container.path(field).isEmpty())
                .forEach(field -> traits.add(field + container.get(field)));
        Json.elements(container.get("volumeMounts"))
                .forEach(mount -> traits.add("mount" + Json.text(mount, "mountPath")));
        Json.elements(container.get("ports"))
                .forEach(port -> traits.add("port" + port.path("containerPort").asText()));
        Json.elements(container.get("env")).forEach(entry -> traits.add("env" + Json.text(entry, "name")));
        return traits;
    }

    private static boolean same(FieldSchema shape, @Nullable JsonNode one, @Nullable JsonNode other) {
        FieldRule rule = FieldRule.of(FieldRule.Kind.TREE, shape);
        return Objects.equals(NormalForm.of(rule, one), NormalForm.of(rule, other));
    }

    private static boolean same(FieldSchema shape, String field, @Nullable JsonNode one, @Nullable JsonNode other) {
        FieldRule rule = shape.field(field);
        return Objects.equals(NormalForm.ofField(rule, field, one), NormalForm.ofField(rule, field, other));
    }

    private static @Nullable JsonNode variable(ObjectNode object, String container, String name) {
        JsonNode found = null; // the later one counts
        for (JsonNode entry :
                Json.elements(Json.get(container(object, container), "env")).toList()) {
            found = Json.text(entry, "name").equals(name) ? entry : found;
        }
        return found;
    }

    private static Map<String, ObjectNode> byName(ObjectNode object) {
        Map<String, ObjectNode> containers = new LinkedHashMap<>();
        Containers.of(object)
                .forEach(container -> containers.put(Json.text(container, "name"), (ObjectNode) container));
        return containers;
    }

    private static @Nullable ObjectNode container(ObjectNode object, String name) {
        return byName(object).get(name);
    }

    /** In which list a container is; that of those that stay where it is in none. */
    private static String list(ObjectNode object, String name) {
        return LISTS.stream()
                .filter(list -> names(Containers.pod(object).get(list)).contains(name))
                .findFirst()
                .orElse(STAYING);
    }

    private static ArrayNode entries(ObjectNode object, String list) {
        return array((ObjectNode) Containers.pod(object), list);
    }

    private static ArrayNode array(@Nullable ObjectNode parent, String field) {
        Optional<ObjectNode> there = Optional.ofNullable(parent);
        return there.map(object -> object.get(field) instanceof ArrayNode list ? list : object.putArray(field))
                .orElseGet(Json.NODES::arrayNode);
    }

    private static List<String> names(@Nullable JsonNode list) {
        return Json.elements(list).map(entry -> Json.text(entry, "name")).toList();
    }

    private static void remove(ArrayNode list, String name) {
        List<JsonNode> kept = new ArrayList<>();
        list.forEach(entry -> {
            if (!Json.text(entry, "name").equals(name)) {
                kept.add(entry);
            }
        });
        list.removeAll();
        list.addAll(kept);
    }
}
