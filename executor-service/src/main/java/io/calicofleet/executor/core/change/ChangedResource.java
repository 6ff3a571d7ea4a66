package io.calicofleet.executor.core.change;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.event.IpPoolChange;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A resource some of whose fields a campaign changes.
 *
 * @param kind FelixConfiguration, BGPConfiguration or IPPool of Calico, Installation of the operator, or DaemonSet or Deployment of Kubernetes
 * @param namespace its namespace; empty for Calico's
 * @param name its name
 * @param fields the fields of its spec with their values, as {@link NestedField} says where they are
 */
public record ChangedResource(String kind, String namespace, String name, List<FieldSetting> fields) {

    /** The name of the FelixConfiguration and the BGPConfiguration that hold for all nodes. */
    public static final String DEFAULT = "default";

    private static final String INSTALLATION = "Installation";

    private static final ObjectMapper JSON = new ObjectMapper();

    public ChangedResource {
        requireNonNull(kind, "kind");
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        fields = List.copyOf(fields);
    }

    /** One of Calico's own, which are in no namespace. */
    static ChangedResource of(CalicoKind kind, String name, List<FieldSetting> fields) {
        return new ChangedResource(kind.kind(), "", name, fields);
    }

    /** By what {@link #object()} says. */
    public static ChangedResource named(String object, List<FieldSetting> fields) {
        String[] said = object.split("[ /]", 3);
        return new ChangedResource(said[0], said.length == 3 ? said[1] : "", said[said.length - 1], fields);
    }

    /**
     * The resources of a change, in the order to write them in: what is turned on for all nodes before the pools that need it, what is turned off after
     * the pools that needed it.
     *
     * @param objects all IPPools, DaemonSets, Deployments and Installations of the cluster
     */
    public static List<ChangedResource> of(ChangeSpec change, Collection<? extends JsonNode> objects) {
        List<ChangedResource> first = new ArrayList<>();
        List<ChangedResource> last = new ArrayList<>();
        add(CalicoKind.FELIX_CONFIGURATION, change.felixConfiguration(), first, last);
        add(CalicoKind.BGP_CONFIGURATION, change.bgpConfiguration(), first, last);
        Map<String, List<FieldSetting>> byPool = new LinkedHashMap<>();
        for (IpPoolChange entry : change.ipPools()) {
            objects.stream()
                    .filter(object -> isPool(object) && selects(entry, object))
                    .map(ChangedResource::named)
                    .sorted()
                    .forEach(name -> byPool.computeIfAbsent(name, any -> new ArrayList<>())
                            .addAll(entry.fields()));
        }
        byPool.forEach((name, fields) -> first.add(of(CalicoKind.IP_POOL, name, fields)));
        first.addAll(ChangedImages.of(change, objects));
        first.addAll(last);
        return first;
    }

    /** What of a change is about no pool of the cluster, or says two values of one field; a sentence each without its full stop. */
    public static List<String> problems(ChangeSpec change, Collection<? extends JsonNode> objects) {
        List<String> problems = new ArrayList<>(ChangedImages.problems(change, objects));
        List<? extends JsonNode> pools =
                objects.stream().filter(ChangedResource::isPool).toList();
        for (IpPoolChange entry : change.ipPools()) {
            entry.names().stream()
                    .filter(name -> pools.stream().noneMatch(pool -> named(pool).equals(name)))
                    .forEach(name -> problems.add("There is no IPPool " + name + " here. Those there are: "
                            + String.join(
                                    ", ",
                                    pools.stream()
                                            .map(ChangedResource::named)
                                            .sorted()
                                            .toList())));
            entry.cidrs().stream()
                    .filter(cidr -> pools.stream().noneMatch(pool -> isWithin(cidr, pool)))
                    .forEach(cidr -> problems.add("No IPPool here lies within " + cidr));
        }
        List<ChangedResource> resources = of(change, objects);
        if (change.typha() != null
                && resources.stream()
                        .noneMatch(resource -> resource.fields().stream()
                                .anyMatch(setting -> setting.field().equals(ChangedImages.REPLICAS)))) {
            problems.add("There is no Deployment of Typha here");
        }
        for (ChangedResource resource : resources) {
            resource.fields().stream()
                    .map(FieldSetting::field)
                    .distinct()
                    .filter(field -> resource.fields().stream()
                                    .filter(setting -> setting.field().equals(field))
                                    .distinct()
                                    .count()
                            > 1)
                    .forEach(field -> problems.add(
                            "Two entries of ipPools give " + resource.object() + " different values of " + field));
        }
        return problems;
    }

    private static void add(
            CalicoKind kind, List<FieldSetting> fields, List<ChangedResource> first, List<ChangedResource> last) {
        if (!fields.isEmpty()) {
            boolean turnsOff = fields.stream().anyMatch(field -> "false".equals(field.value()));
            (turnsOff ? last : first).add(of(kind, DEFAULT, fields));
        }
    }

    /** An Installation has what it calls ipPools, and that is none. */
    private static boolean isPool(JsonNode object) {
        return object.path("kind").asText().equals(CalicoKind.IP_POOL.kind());
    }

    private static boolean selects(IpPoolChange entry, JsonNode pool) {
        return entry.names().contains(named(pool)) || entry.cidrs().stream().anyMatch(cidr -> isWithin(cidr, pool));
    }

    private static boolean isWithin(String network, JsonNode pool) {
        Optional<Cidr> own = Cidr.read(pool.at("/spec/cidr").asText());
        return Cidr.read(network)
                .filter(cidr -> own.filter(cidr::contains).isPresent())
                .isPresent();
    }

    /** The kinds a change is about. */
    public static List<CalicoKind> kinds(ChangeSpec change) {
        List<CalicoKind> kinds = new ArrayList<>();
        if (!change.felixConfiguration().isEmpty()) {
            kinds.add(CalicoKind.FELIX_CONFIGURATION);
        }
        if (!change.bgpConfiguration().isEmpty()) {
            kinds.add(CalicoKind.BGP_CONFIGURATION);
        }
        if (!change.ipPools().isEmpty()) {
            kinds.add(CalicoKind.IP_POOL);
        }
        return kinds;
    }

    /** Whether an object is this resource. */
    public boolean is(JsonNode object) {
        return object.path("kind").asText().equals(kind)
                && object.path("apiVersion").asText().contains(group() + "/")
                && object.at("/metadata/namespace").asText().equals(namespace)
                && named(object).equals(name);
    }

    /** The object as events name it. */
    public String object() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }

    /** Which resource of Calico it is; empty where it is an object of Kubernetes. */
    public Optional<CalicoKind> calicos() {
        return CalicoKind.of(kind);
    }

    /** Its key in a backup. */
    public ObjectKey key() {
        return new ObjectKey(group(), kind, namespace, name);
    }

    /** The group of its kind. */
    public String group() {
        return calicos().isPresent() ? CalicoKind.GROUP : kind.equals(INSTALLATION) ? "operator.tigera.io" : "apps";
    }

    /** The same with those of its fields that fit. */
    ChangedResource only(Predicate<String> fits) {
        return new ChangedResource(
                kind,
                namespace,
                name,
                fields.stream().filter(setting -> fits.test(setting.field())).toList());
    }

    /** Of each field the JSON, null where it is to go. */
    public Map<String, @Nullable JsonNode> values() {
        Map<String, @Nullable JsonNode> values = new TreeMap<>();
        for (FieldSetting setting : fields) {
            values.put(setting.field(), setting.value() == null ? null : read(setting.value()));
        }
        return values;
    }

    /** A copy in which the fields have their values. */
    public ObjectNode changed(ObjectNode now) {
        ObjectNode changed = now.deepCopy();
        ObjectNode spec = Json.child(changed, "spec");
        values().forEach((field, value) -> NestedField.of(field).set(spec, value));
        return changed;
    }

    /** One with these fields and no other. */
    public ObjectNode created() {
        ObjectNode object =
                Json.object().put("apiVersion", CalicoKind.GROUP + "/v3").put("kind", kind);
        Json.child(object, "metadata").put("name", name);
        return changed(object);
    }

    static String named(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the value of a field is no JSON", e);
        }
    }
}
