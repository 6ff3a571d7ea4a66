package io.calicofleet.simulator.kubernetes.resource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The types one cluster serves now: the built-in ones and those of its established CRDs. */
public final class TypeRegistry {

    private final KubernetesVersion version;
    private final List<ResourceType> builtIn;
    private final Map<String, List<ResourceType>> ofCrds = new ConcurrentHashMap<>();

    public TypeRegistry(KubernetesVersion version) {
        this.version = version;
        this.builtIn = BuiltInTypes.of(version);
    }

    /** The cluster's version of Kubernetes. */
    public KubernetesVersion version() {
        return version;
    }

    /** Serves what a CRD defines from now on, instead of what it defined before. */
    public void establish(String crdName, List<ResourceType> types) {
        ofCrds.put(crdName, List.copyOf(types));
    }

    /** Serves a CRD's resource no longer. */
    public void remove(String crdName) {
        ofCrds.remove(crdName);
    }

    /** Whether a group and kind come from a CRD. */
    public boolean isCustom(ResourceType type) {
        return type.crd() != null;
    }

    /** Whether a CRD defines anything in a group. */
    public boolean hasCustom(String group) {
        return ofCrds.values().stream()
                .flatMap(List::stream)
                .anyMatch(type -> type.group().equals(group));
    }

    /** Whether a group is one of the API server itself. */
    public boolean isBuiltIn(String group) {
        return builtIn.stream().anyMatch(type -> type.group().equals(group));
    }

    /** Everything that is served. */
    public List<ResourceType> all() {
        List<ResourceType> all = new ArrayList<>(builtIn);
        ofCrds.keySet().stream().sorted().forEach(name -> all.addAll(ofCrds.getOrDefault(name, List.of())));
        return all;
    }

    /** The type under a path, or null. */
    public @Nullable ResourceType byPath(String group, String apiVersion, String plural) {
        for (ResourceType type : candidates(group, plural)) {
            if (type.version().equals(apiVersion)
                    && type.plural().equals(plural)
                    && type.group().equals(group)) {
                return type;
            }
        }
        return null;
    }

    private List<ResourceType> candidates(String group, String plural) {
        List<ResourceType> custom = ofCrds.get(plural + "." + group);
        return custom != null ? custom : builtIn;
    }

    /** The type of an object, or null. */
    public @Nullable ResourceType byKind(String apiVersion, String kind) {
        for (ResourceType type : builtIn) {
            if (type.kind().equals(kind) && type.apiVersion().equals(apiVersion)) {
                return type;
            }
        }
        for (List<ResourceType> types : ofCrds.values()) {
            for (ResourceType type : types) {
                if (type.kind().equals(kind) && type.apiVersion().equals(apiVersion)) {
                    return type;
                }
            }
        }
        return null;
    }

    /** The first served version of a stored resource, or null. */
    public @Nullable ResourceType any(GroupResource resource) {
        for (ResourceType type : candidates(resource.group(), resource.plural())) {
            if (type.plural().equals(resource.plural()) && type.group().equals(resource.group())) {
                return type;
            }
        }
        return null;
    }

    /** One type per stored resource. */
    public List<ResourceType> onePerResource() {
        Map<GroupResource, ResourceType> first = new LinkedHashMap<>();
        all().forEach(type -> first.putIfAbsent(type.groupResource(), type));
        return List.copyOf(first.values());
    }
}
