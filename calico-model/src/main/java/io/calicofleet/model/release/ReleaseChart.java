package io.calicofleet.model.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The chart tigera-operator of a release as objects that can be compared: its values as one object of the kind
 * {@link #VALUES}, and the definitions that Helm installs with it. Its templates are what the manifests of the release are made of.
 */
public final class ReleaseChart {

    /** The kind of the object that holds the values. */
    public static final String VALUES = "Values";

    /** What the chart is called among the files of a release. */
    public static final String FILE = "tigera-operator.tgz";

    private static final String NAME = "tigera-operator";

    private ReleaseChart() {}

    /** Reads YAML. */
    @FunctionalInterface
    public interface Yaml {

        /** Its documents. */
        List<JsonNode> read(String text) throws IOException;
    }

    /** What its archive is called, for one release. */
    public static String archive(CalicoVersion version) {
        return NAME + "-" + version + ".tgz";
    }

    /** Where Calico publishes it. */
    public static String address(CalicoVersion version) {
        return "https://github.com/projectcalico/calico/releases/download/" + version + "/" + archive(version);
    }

    /**
     * The objects of a chart.
     *
     * @param files its files by their path in it
     * @throws IOException where it is another chart, of another release, or not readable
     */
    public static ManifestDocuments documents(CalicoVersion version, Map<String, byte[]> files, Yaml yaml)
            throws IOException {
        List<JsonNode> about = yaml.read(text(files, "Chart.yaml"));
        JsonNode chart = about.isEmpty() ? Json.object() : about.getFirst();
        String said = Json.text(chart, "version");
        if (!Json.text(chart, "name").equals(NAME)
                || CalicoVersion.tryParse(said).filter(version::equals).isEmpty()) {
            throw new IOException("it is the chart " + Json.text(chart, "name") + " " + said);
        }
        List<JsonNode> objects = new ArrayList<>();
        var values = Json.object().put("kind", VALUES);
        values.putObject("metadata").put("name", NAME);
        yaml.read(text(files, "values.yaml"))
                .forEach(document ->
                        document.properties().forEach(entry -> values.set(entry.getKey(), entry.getValue())));
        objects.add(values);
        for (String path : files.keySet()) {
            if (path.startsWith("crds/") && path.endsWith(".yaml")) {
                objects.addAll(yaml.read(text(files, path)));
            }
        }
        return ManifestDocuments.of(objects);
    }

    private static String text(Map<String, byte[]> files, String path) {
        byte[] content = files.get(path);
        return content == null ? "" : new String(content, UTF_8);
    }
}
