package io.calicofleet.executor.step.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.observe.Dikastes;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cluster as it would be after the writes of a plan. Nothing is written to the real one. */
final class PreviewCluster implements ClusterApi {

    private final ClusterApi cluster;
    private final Overlay overlay;
    private final HelmEngine helm;

    PreviewCluster(ClusterApi cluster, Overlay overlay, Exports exports) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.overlay = requireNonNull(overlay, "overlay");
        this.helm = new PreviewHelm(cluster.helm(), this, exports);
    }

    @Override
    public String version() {
        return cluster.version();
    }

    @Override
    public String uid() {
        return cluster.uid();
    }

    @Override
    public boolean ready() {
        return cluster.ready();
    }

    /** With what the definitions that would be written define. */
    @Override
    public Set<String> servedKinds() {
        Set<String> served = new HashSet<>(cluster.servedKinds());
        for (ObjectNode definition : overlay.written(Objects::isCrd)) {
            String group = definition.at("/spec/group").asText();
            String kind = definition.at("/spec/names/kind").asText();
            Json.elements(definition.at("/spec/versions"))
                    .filter(version -> version.path("served").asBoolean())
                    .forEach(version -> served.add(group + "/" + Json.text(version, "name") + " " + kind));
        }
        return served;
    }

    @Override
    public Optional<ObjectNode> find(ResourceRef ref) {
        return overlay.find(ref.key(), () -> cluster.find(ref));
    }

    @Override
    public List<ObjectNode> list(String apiVersion, String kind, String namespace, String labelSelector) {
        List<ObjectNode> really = cluster.list(apiVersion, kind, namespace, labelSelector);
        List<ObjectNode> all = overlay.list(
                really,
                object -> Json.text(object, "kind").equals(kind)
                        && ObjectKey.of(object)
                                .group()
                                .equals(new ResourceRef(apiVersion, kind, "", "")
                                        .key()
                                        .group())
                        && (namespace.isEmpty()
                                || ObjectKey.of(object).namespace().equals(namespace))
                        && hasLabels(object, labelSelector));
        return kind.equals("Pod") ? all.stream().filter(this::stays).toList() : all;
    }

    /** A pod whose workload is written makes place for another, of which nothing is known yet. */
    private boolean stays(ObjectNode pod) {
        return Dikastes.owner(pod).filter(overlay::has).isEmpty();
    }

    /** Of the selectors that steps list by: equal labels only. */
    private static boolean hasLabels(JsonNode object, String selector) {
        if (selector.isEmpty()) {
            return true;
        }
        for (String term : selector.split(",", -1)) {
            int is = term.indexOf('=');
            if (is < 1 || term.contains("!") || term.contains("(")) {
                throw new IllegalStateException("a preview cannot list by " + selector + ": teach it that");
            }
            JsonNode labels = object.path("metadata").path("labels");
            if (!Json.text(labels, term.substring(0, is)).equals(term.substring(is + 1))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public ObjectNode create(ObjectNode object) {
        return overlay.create(object, () -> really(object));
    }

    @Override
    public ObjectNode replace(ObjectNode object) {
        return overlay.replace(object, () -> really(object));
    }

    @Override
    public void delete(ObjectNode object) {
        overlay.delete(object, () -> really(object));
    }

    private Optional<ObjectNode> really(ObjectNode object) {
        return cluster.find(ResourceRef.of(object));
    }

    /** What an earlier write of the plan has changed cannot be tried on what is really there. */
    @Override
    public ObjectNode rehearse(ObjectNode object) {
        return overlay.has(ObjectKey.of(object)) || isDefinedByPlan(object) ? object : cluster.rehearse(object);
    }

    private boolean isDefinedByPlan(ObjectNode object) {
        String kind =
                object.path("apiVersion").asText() + " " + object.path("kind").asText();
        return servedKinds().contains(kind) && !cluster.servedKinds().contains(kind);
    }

    @Override
    public List<Permission> denied(List<Permission> wanted) {
        return cluster.denied(wanted);
    }

    @Override
    public WatchedObjects watch(
            String apiVersion, String kind, String namespace, String labelSelector, Runnable changed) {
        return cluster.watch(apiVersion, kind, namespace, labelSelector, changed);
    }

    @Override
    public HelmEngine helm() {
        return helm;
    }
}
