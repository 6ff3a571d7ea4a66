package io.calicofleet.cli.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.chaos.History.PeoplesValue;
import io.calicofleet.cli.demo.DemoCampaign;
import io.calicofleet.cli.demo.HelmReleaseValues;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What people had set in a cluster before anything was done to it, from the objects themselves: of workloads and ConfigMaps
 * what they applied and the release's file has otherwise; all of host endpoints, policies, the operator's Installation and the values of a
 * Helm release.
 */
final class PeoplesFields {

    private static final String APPLIED = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";
    private static final String HELM = "Helm values";
    private static final Map<String, String> COMPARED = Map.of(
            "DaemonSet", "/apis/apps/v1/namespaces/%s/daemonsets/%s",
            "Deployment", "/apis/apps/v1/namespaces/%s/deployments/%s",
            "ConfigMap", "/api/v1/namespaces/%s/configmaps/%s");
    private static final List<String> OWN = List.of(
            "/apis/crd.projectcalico.org/v1/hostendpoints",
            "/apis/crd.projectcalico.org/v1/globalnetworkpolicies",
            "/apis/operator.tigera.io/v1/installations");

    private final SimulatedFleet fleet;
    private final String cluster;
    /** By the object's path, field by field. */
    private final Map<String, Map<String, String>> set = new LinkedHashMap<>();

    private PeoplesFields(SimulatedFleet fleet, String cluster) {
        this.fleet = fleet;
        this.cluster = cluster;
    }

    /** Reads a cluster as it is now. */
    static PeoplesFields of(SimulatedFleet fleet, String cluster, Path releases) {
        PeoplesFields fields = new PeoplesFields(fleet, cluster);
        String install = fleet.cluster(cluster).at("/labels/install").asText();
        Path file = releases.resolve(DemoCampaign.INSTALLED).resolve(install + ".yaml");
        if (Files.exists(file)) {
            fields.compare(file);
        }
        for (String list : OWN) {
            for (JsonNode object : fleet.object(cluster, list).path("items")) {
                fields.made(list + "/" + object.at("/metadata/name").asText(), object);
            }
        }
        JsonNode values = fields.helmValues();
        if (values.isObject()) {
            fields.set.put(HELM, Fields.of(values));
        }
        return fields;
    }

    /** All of an object is a person's, be it that she made it meanwhile. */
    void made(String path, JsonNode object) {
        Map<String, String> fields = new LinkedHashMap<>();
        Fields.of(object).forEach((field, value) -> {
            if (field.startsWith("spec.") || field.startsWith("metadata.labels.")) {
                fields.put(field, value);
            }
        });
        set.put(path, fields);
    }

    /** What became of each. */
    List<PeoplesValue> now() {
        List<PeoplesValue> values = new ArrayList<>();
        set.forEach((path, fields) -> {
            Map<String, String> now = Fields.of(path.equals(HELM) ? helmValues() : fleet.object(cluster, path));
            fields.forEach((field, value) ->
                    values.add(new PeoplesValue(path + " " + field, value, now.getOrDefault(field, ""))));
        });
        return values;
    }

    private void compare(Path file) {
        try (var documents = new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
            while (documents.hasNext()) {
                JsonNode released = documents.next();
                String form = COMPARED.get(released.path("kind").asText());
                if (form != null) {
                    String path = form.formatted(
                            released.at("/metadata/namespace").asText("kube-system"),
                            released.at("/metadata/name").asText());
                    String applied = fleet.object(cluster, path).at(APPLIED).asText("{}");
                    Map<String, String> before = Fields.of(released);
                    Map<String, String> fields = new LinkedHashMap<>();
                    Fields.of(EventJson.mapper().readTree(applied)).forEach((field, value) -> {
                        if (!value.equals(before.get(field))) {
                            fields.put(field, value);
                        }
                    });
                    set.put(path, fields);
                }
            }
        } catch (IOException e) {
            throw CliException.unreachable("cannot read " + file + ": " + e.getMessage());
        }
    }

    private JsonNode helmValues() {
        return HelmReleaseValues.deployed(fleet.object(cluster, "/api/v1/secrets?labelSelector=owner%3Dhelm"));
    }
}
