package io.calicofleet.simulator.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * An install by Helm, as {@code helm install calico projectcalico/tigera-operator -f values.yaml} leaves it: definitions,
 * objects with Helm's marks, and the release in its Secret. The simulator has no Helm; it renders what the templates of its
 * own charts use, and a test compares that with the real one.
 */
public final class HelmInstall {

    /** The release they have; the namespace is where charts of before v3.23 were installed. */
    private static final String RELEASE = "v3.20.6";

    private static final String NAMESPACE = "default";
    private static final String NAME = "calico";
    private static final String CHART = "tigera-operator";

    private static final List<String> TEMPLATES = List.of(
            "templates/tigera-operator/00-namespace-tigera-operator.yaml",
            "templates/tigera-operator/02-podsecuritypolicy-tigera-operator.yaml",
            "templates/tigera-operator/02-serviceaccount-tigera-operator.yaml",
            "templates/tigera-operator/02-role-tigera-operator.yaml",
            "templates/tigera-operator/02-rolebinding-tigera-operator.yaml",
            "templates/tigera-operator/02-tigera-operator.yaml",
            "templates/crs/custom-resources.yaml");

    private static final Pattern VALUE = Pattern.compile("\\{\\{ \\.Values\\.([A-Za-z.]+) }}");
    private static final Pattern RESOURCES =
            Pattern.compile("\\{\\{- with \\.Values\\.resources }}\n(.*?)\\{\\{- end }}\n", Pattern.DOTALL);
    private static final Pattern CONDITION = Pattern.compile("(?m)^\\{\\{- (if .*|end) }}\n?");

    private HelmInstall() {}

    /** With values of its own: a registry, MTU and pod network, memory for the operator. */
    static DemoCluster withValues() {
        return DemoCluster.of(
                "helm", "values", (cluster, release) -> install(cluster, file -> release.file(RELEASE, file), """
                installation:
                  registry: registry.example.com/
                  calicoNetwork:
                    mtu: 1410
                    ipPools: [{cidr: 10.244.0.0/16, encapsulation: VXLAN}]
                resources: {requests: {memory: 128Mi}}
                """));
    }

    /** Where the files of a release come from, by their path in it. */
    @FunctionalInterface
    public interface Release {

        /** The text of a file. */
        String file(String path);
    }

    /** Installs v3.20.6 with these values; all Kubernetes before v1.25, which serves PodSecurityPolicies. */
    public static void install(SimulatedCluster cluster, Release release, String values) {
        cluster.apply(release.file(CHART + "/crds/crds.yaml"));
        ObjectNode config = (ObjectNode) Json.yamlDocuments(values).get(0);
        ObjectNode defaults = (ObjectNode)
                Json.yamlDocuments(release.file(CHART + "/values.yaml")).get(0);
        String manifest = manifest(release, merged(defaults, config));
        for (JsonNode object : Json.yamlDocuments(manifest)) {
            ObjectNode metadata = Json.child((ObjectNode) object, "metadata");
            Json.child(metadata, "labels").put("app.kubernetes.io/managed-by", "Helm");
            Json.child(metadata, "annotations")
                    .put("meta.helm.sh/release-name", NAME)
                    .put("meta.helm.sh/release-namespace", NAMESPACE);
            cluster.create(object);
        }
        cluster.create(secret(content(release, defaults, config, manifest)));
    }

    /** What the chart renders to. */
    public static String manifest(Release release, JsonNode values) {
        StringBuilder all = new StringBuilder();
        for (String template : TEMPLATES) {
            ObjectNode installation = values.path("installation").deepCopy();
            installation.remove("enabled");
            String text = release.file(CHART + "/" + template)
                    .replace(
                            "{{ omit .Values.installation \"enabled\" | toYaml | indent 2 }}",
                            Json.yaml(installation).stripTrailing().indent(2).stripTrailing());
            text = RESOURCES
                    .matcher(text)
                    .replaceAll(match -> Matcher.quoteReplacement(resources(match.group(1), values)));
            text = CONDITION.matcher(text).replaceAll("");
            text = VALUE.matcher(text)
                    .replaceAll(match -> Matcher.quoteReplacement(
                            Json.at(values, match.group(1).split("\\.", -1)).asText()));
            all.append("---\n# Source: ")
                    .append(CHART)
                    .append('/')
                    .append(template)
                    .append('\n')
                    .append(text);
        }
        return all.toString();
    }

    private static String resources(String block, JsonNode values) {
        JsonNode resources = values.path("resources");
        return resources.isEmpty()
                ? ""
                : block.replace(
                        "{{ toYaml . | indent 10 }}",
                        Json.yaml(resources).stripTrailing().indent(10).stripTrailing());
    }

    /** Values over defaults, object by object, as Helm does. */
    public static ObjectNode merged(ObjectNode defaults, ObjectNode values) {
        ObjectNode all = defaults.deepCopy();
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            JsonNode before = all.get(value.getKey());
            all.set(
                    value.getKey(),
                    before instanceof ObjectNode inner && value.getValue() instanceof ObjectNode given
                            ? merged(inner, given)
                            : value.getValue());
        }
        return all;
    }

    private static ObjectNode content(Release release, ObjectNode defaults, ObjectNode config, String manifest) {
        ObjectNode content = Json.object().put("name", NAME);
        content.putObject("info")
                .put("first_deployed", Times.now())
                .put("last_deployed", Times.now())
                .put("deleted", "")
                .put("description", "Install complete")
                .put("status", "deployed");
        ObjectNode chart = content.putObject("chart");
        chart.set(
                "metadata",
                Json.yamlDocuments(release.file(CHART + "/Chart.yaml")).get(0));
        chart.putNull("lock");
        ArrayNode templates = chart.putArray("templates");
        TEMPLATES.forEach(template -> file(templates, release, template));
        chart.set("values", defaults);
        chart.putNull("schema");
        file(chart.putArray("files"), release, "crds/crds.yaml");
        content.set("config", config);
        return content.put("manifest", manifest).put("version", 1).put("namespace", NAMESPACE);
    }

    private static void file(ArrayNode list, Release release, String path) {
        byte[] text = release.file(CHART + "/" + path).getBytes(StandardCharsets.UTF_8);
        list.addObject().put("name", path).put("data", Base64.getEncoder().encodeToString(text));
    }

    private static ObjectNode secret(ObjectNode content) {
        ObjectNode secret = Json.object().put("apiVersion", "v1").put("kind", "Secret");
        ObjectNode metadata = secret.putObject("metadata");
        metadata.put("name", "sh.helm.release.v1." + NAME + ".v1").put("namespace", NAMESPACE);
        metadata.putObject("labels")
                .put("owner", "helm")
                .put("name", NAME)
                .put("status", "deployed")
                .put("version", "1");
        secret.put("type", "helm.sh/release.v1");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(Json.bytes(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] once = Base64.getEncoder().encode(packed.toByteArray());
        secret.putObject("data").put("release", Base64.getEncoder().encodeToString(once));
        return secret;
    }
}
