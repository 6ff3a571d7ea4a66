package io.calicofleet.model.release.diff;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds what is dangerous of a release for one cluster, by the files of both releases and the objects that are there: what
 * is set and would be dropped or refused, versions that objects are stored in and that go, definitions that go while there
 * are resources of them, rights that Calico would need and not have, what this Kubernetes does not have, defaults that move.
 */
public final class Dangers {

    private static final String DEFINITION = "CustomResourceDefinition";

    /** Whose resources a program fills in: what stands there was not set by a person for sure. */
    private static final String OF_THE_OPERATOR = "operator.tigera.io";

    private static final int LONGEST = 60;

    /**
     * What a cluster has, and what it would have.
     *
     * @param live the objects of the install, as they are
     * @param after what would be there after the upgrade; without those nobody has decided yet
     * @param undecided objects that are asked for anyway
     * @param resources resources of Calico's definitions
     * @param minor the minor version of Kubernetes 1; empty where it was not read
     */
    public record Cluster(
            ManifestDocuments live,
            Map<ObjectKey, ObjectNode> after,
            Set<ObjectKey> undecided,
            Collection<ObjectNode> resources,
            OptionalInt minor) {

        public Cluster {
            requireNonNull(live, "live");
            after = Map.copyOf(after);
            undecided = Set.copyOf(undecided);
            resources = List.copyOf(resources);
            requireNonNull(minor, "minor");
        }
    }

    private final CalicoVersion target;
    private final ManifestDocuments before;
    private final ManifestDocuments after;
    private final Cluster cluster;
    private final List<Danger> found = new ArrayList<>();

    private Dangers(CalicoVersion target, ManifestDocuments before, ManifestDocuments after, Cluster cluster) {
        this.target = requireNonNull(target, "target");
        this.before = requireNonNull(before, "before");
        this.after = requireNonNull(after, "after");
        this.cluster = requireNonNull(cluster, "cluster");
    }

    /**
     * Everything dangerous, what blocks first.
     *
     * @param before the file of the release that is installed
     * @param after the file of the target
     * @param touching the changes between both that touch the cluster
     */
    public static List<Danger> of(
            CalicoVersion target,
            ManifestDocuments before,
            ManifestDocuments after,
            List<ReleaseChange> touching,
            Cluster cluster) {
        Dangers dangers = new Dangers(target, before, after, cluster);
        StoredIn.lost(cluster.live(), after)
                .ifPresent(lost -> dangers.found.add(new Danger(true, StoredIn.sentence(target, lost) + ".")));
        dangers.resources();
        dangers.rights();
        dangers.needs();
        touching.forEach(dangers::change);
        return dangers.found.stream()
                .distinct()
                .sorted((one, other) -> Boolean.compare(other.blocks(), one.blocks()))
                .toList();
    }

    private void resources() {
        for (ObjectNode resource : cluster.resources()) {
            String kind = Json.text(resource, "kind");
            String group = Json.text(resource, "apiVersion").replaceFirst("/.*", "");
            after.objects().forEach((key, definition) -> {
                if (key.kind().equals(DEFINITION)
                        && definition.at("/spec/names/kind").asText().equals(kind)
                        && isOf(group, definition.at("/spec/group").asText())) {
                    before.find(key).ifPresent(old -> resource(resource, group, stored(old), stored(definition)));
                }
            });
        }
    }

    /** Calico's own resources are read in one form or the other, wherever they are kept. */
    private static boolean isOf(String group, String defined) {
        return group.equals(defined)
                || (group.equals("projectcalico.org") && defined.equals("crd.projectcalico.org"))
                || (group.equals("crd.projectcalico.org") && defined.equals("projectcalico.org"));
    }

    private void resource(ObjectNode resource, String group, JsonNode old, JsonNode now) {
        Set<String> known = SchemaCheck.of(resource, old).stream()
                .map(SchemaCheck.Fault::path)
                .collect(Collectors.toSet());
        String name = ObjectKey.of(resource).object();
        for (SchemaCheck.Fault fault : SchemaCheck.of(resource, now)) {
            if (known.contains(fault.path())) {
                continue;
            }
            String value = shown(fault.value());
            if (!fault.isUnknown()) {
                found.add(new Danger(
                        true,
                        name + " has " + value + " at " + fault.path() + ", which the definition of " + target
                                + " refuses: " + fault.why() + ". Change it to what it takes, then retry."));
            } else if (!SchemaCheck.isDefault(fault.value(), SchemaCheck.at(old, fault.path()))) {
                // Without a schema before, the old release may have written what it knew itself.
                boolean persons = !group.equals(OF_THE_OPERATOR)
                        && old.at("/properties/spec").has("properties");
                found.add(new Danger(
                        persons,
                        name + " sets " + fault.path() + " (" + value + "), which the definition of " + target
                                + " does not know: it is dropped once the object is written. "
                                + (persons
                                        ? "Take it out, or set what takes its place, then retry."
                                        : "If a person set it, say it otherwise.")));
            }
        }
    }

    /** The schema of the version that is stored; an empty one where there is none. */
    private static JsonNode stored(JsonNode definition) {
        JsonNode all = definition.at("/spec/validation/openAPIV3Schema");
        return Json.elements(definition.at("/spec/versions"))
                .filter(version -> version.path("storage").asBoolean())
                .map(version -> version.at("/schema/openAPIV3Schema"))
                .filter(JsonNode::isObject)
                .findFirst()
                .orElse(all.isObject() ? all : Json.object());
    }

    private void rights() {
        after.objects().forEach((key, role) -> {
            if (!Set.of("ClusterRole", "Role").contains(key.kind())
                    || cluster.undecided().contains(key)) {
                return;
            }
            ObjectNode here = cluster.after().get(key);
            if (here == null) {
                List<String> needed = RightsDiff.lacking(Json.object(), role);
                if (before.find(key).isPresent() && !needed.isEmpty()) {
                    found.add(new Danger(
                            false,
                            key.object() + " is not here, and stays away. If nothing else grants it, Calico of "
                                    + target + " lacks: " + String.join("; ", needed) + "."));
                }
                return;
            }
            Set<String> known = new HashSet<>(
                    before.find(key).map(old -> RightsDiff.lacking(here, old)).orElse(List.of()));
            List<String> lacking = RightsDiff.lacking(here, role).stream()
                    .filter(right -> !known.contains(right))
                    .toList();
            if (!lacking.isEmpty()) {
                found.add(new Danger(
                        true,
                        key.object() + ", as it was changed here, would lack what Calico of " + target + " needs: "
                                + String.join("; ", lacking) + ". Add that to its rules, then retry."));
            }
        });
    }

    private void needs() {
        Set<Need> known = Needs.of(before);
        Needs.of(after).stream()
                .filter(need -> !known.contains(need) && need.isOfDefinitions())
                .filter(need -> cluster.minor().isPresent()
                        && !need.isIn(cluster.minor().getAsInt()))
                .forEach(need -> found.add(new Danger(
                        true,
                        "The file of " + target + " has " + need + "; this cluster has v1."
                                + cluster.minor().getAsInt() + ", whose API server refuses them. Upgrade Kubernetes"
                                + " first, or choose another target.")));
    }

    private void change(ReleaseChange change) {
        switch (change.area()) {
            case OBJECTS -> {
                if (change.goes() && change.object().startsWith(DEFINITION + " ")) {
                    found.add(new Danger(
                            false,
                            change.object() + " is not in " + target
                                    + " any more. It stays here with its resources, and"
                                    + " Calico no longer looks at them. Put something else in their place."));
                }
            }
            case DEFAULTS -> {
                boolean one = !change.item().contains("[]") && !change.item().contains("{}");
                if (!change.comes() && one) {
                    found.add(new Danger(
                            false,
                            change.item() + " of " + change.object().replace(DEFINITION + " ", "") + " is "
                                    + change.after() + " instead of " + change.before()
                                    + " where nobody sets it, as here. Set it to stay with what it was."));
                }
            }
            case NEEDS -> {
                if (change.comes() && change.item().contains(Need.KERNEL)) {
                    found.add(new Danger(false, change.item()));
                }
            }
            case FIELDS -> {
                if (!change.comes() && !change.goes()) {
                    found.add(new Danger(
                            false,
                            change.item() + " of " + change.object().replace(DEFINITION + " ", "")
                                    + " is set here and is deprecated from " + target + " on."));
                }
            }
            case IMAGES,
                    CONTAINERS,
                    ENVIRONMENT,
                    CHART,
                    CONFIGURATION,
                    PROBES,
                    PORTS,
                    VOLUMES,
                    SECURITY,
                    RIGHTS,
                    DEFINITIONS,
                    VALUES,
                    MEANINGS,
                    SETTINGS -> {}
        }
    }

    private static String shown(JsonNode value) {
        String text = value.isValueNode() ? value.asText() : value.toString();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** What would be there: the objects as they are, with what a plan writes. */
    public static Map<ObjectKey, ObjectNode> afterwards(ManifestDocuments live, Map<ObjectKey, ObjectNode> writes) {
        Map<ObjectKey, ObjectNode> objects = new LinkedHashMap<>(live.objects());
        objects.putAll(writes);
        return objects;
    }
}
