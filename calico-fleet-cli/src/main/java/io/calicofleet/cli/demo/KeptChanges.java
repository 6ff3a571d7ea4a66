package io.calicofleet.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.calicofleet.event.Customisation;
import io.calicofleet.kafka.EventJson;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks whether what people had changed is still there after the upgrade: in the objects themselves, not in what the
 * services say. Of an image only the repository has to be kept, the tag is the upgrade's business.
 */
public final class KeptChanges {

    /** What the executor writes where a value may be secret. */
    private static final String HIDDEN = "(hidden)";

    private static final String HELM_RELEASE = "Helm release ";

    /** What the executor writes where people deleted an object for good. */
    private static final String WHOLE_OBJECT = "(whole object)";

    /** A word that stands for a number in the CNI configuration of a ConfigMap. */
    private static final Pattern PLACEHOLDER = Pattern.compile("(?<![\"\\w])(__[A-Z0-9_]+?__)(?![\"\\w])");

    private static final Pattern PART = Pattern.compile("([^.\\[\\]]+)|\\[([^\\]]*)]");
    private static final List<String> GROUPS = List.of(
            "/api/v1",
            "/apis/apps/v1",
            "/apis/policy/v1",
            "/apis/policy/v1beta1",
            "/apis/rbac.authorization.k8s.io/v1");

    private final Map<String, JsonNode> objects = new HashMap<>();
    private final SimulatedFleet fleet;
    private final String cluster;

    KeptChanges(SimulatedFleet fleet, String cluster) {
        this.fleet = fleet;
        this.cluster = cluster;
    }

    /** {@code 3/3}: kept, of those that could be looked up; empty where nobody had changed anything. */
    String of(List<Customisation> customisations) {
        if (customisations.isEmpty()) {
            return "-";
        }
        long kept = customisations.stream().filter(this::isKept).count();
        return kept + "/" + customisations.size();
    }

    /** Whether all of them are kept. */
    boolean all(List<Customisation> customisations) {
        return customisations.stream().allMatch(this::isKept);
    }

    private boolean isKept(Customisation customisation) {
        return isKept(objects.computeIfAbsent(customisation.object(), this::fetch), customisation);
    }

    static boolean isKept(JsonNode object, Customisation customisation) {
        JsonNode now = customisation.path().equals(WHOLE_OBJECT) ? object : at(object, customisation.path());
        if (customisation.value().isEmpty()) {
            return now.isMissingNode();
        }
        try {
            JsonNode then = EventJson.mapper().readTree(customisation.value());
            return now.equals(then)
                    || (then.toString().contains(HIDDEN) && !now.isMissingNode())
                    || isEntry(now, then)
                    || (now.isMissingNode() && isEntry(object, customisation.path(), then))
                    || (customisation.path().endsWith(".image")
                            && repository(now.asText()).equals(repository(then.asText())));
        } catch (JsonProcessingException e) {
            return !now.isMissingNode(); // not to be read, so that it is there is all that can be told
        }
    }

    /** Whether {@code entry} is in the list the path leads into: of a toleration, say, the content is all there is. */
    private static boolean isEntry(JsonNode object, String path, JsonNode entry) {
        int bracket = path.indexOf('[');
        while (bracket >= 0) {
            JsonNode list = at(object, path.substring(0, bracket));
            if (isEntry(list, entry)) {
                return true;
            }
            bracket = path.indexOf('[', bracket + 1);
        }
        return false;
    }

    private static boolean isEntry(JsonNode list, JsonNode entry) {
        if (list.isArray()) {
            for (JsonNode element : list) {
                if (covers(element, entry)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean covers(JsonNode element, JsonNode fields) {
        return element.equals(fields)
                || (fields.isObject()
                        && !fields.isEmpty()
                        && fields.properties().stream()
                                .allMatch(field -> field.getValue().equals(element.path(field.getKey()))));
    }

    /** Where a path such as {@code spec.template.spec.containers[calico-node].env[IP].value} leads. */
    static JsonNode at(JsonNode object, String path) {
        JsonNode node = object;
        Matcher parts = PART.matcher(path);
        while (parts.find() && !node.isMissingNode()) {
            String field = parts.group(1);
            node = document(node);
            node = field != null ? node.path(field) : entry(node, parts.group(2));
        }
        return node;
    }

    /** Of a document in a ConfigMap what it says; anything else as it is. */
    public static JsonNode document(JsonNode node) {
        String text = node.asText();
        if (!node.isTextual() || !text.stripLeading().startsWith("{")) {
            return node;
        }
        try {
            return EventJson.mapper().readTree(PLACEHOLDER.matcher(text).replaceAll("\"$1\""));
        } catch (JsonProcessingException e) {
            return node; // a text like any other
        }
    }

    private static JsonNode entry(JsonNode node, String key) {
        if (node.isObject()) {
            return node.path(key);
        }
        for (JsonNode element : node) {
            if (element.isValueNode() ? element.asText().equals(key) : hasKey(element, key)) {
                return element;
            }
        }
        return MissingNode.getInstance();
    }

    /** List entries are known by their merge key: a name mostly, else a mount path, a port, or all fields together. */
    private static boolean hasKey(JsonNode element, String key) {
        for (JsonNode value : element) {
            if (value.isValueNode() && value.asText().equals(key)) {
                return true;
            }
        }
        return element.toString().equals(key);
    }

    public static String repository(String image) {
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/') ? image.substring(0, colon) : image;
    }

    /** {@code DaemonSet kube-system/calico-node} through the cluster's API; of a Helm release the values it has now. */
    private JsonNode fetch(String object) {
        if (object.startsWith(HELM_RELEASE)) {
            String name = object.substring(object.lastIndexOf('/') + 1);
            String query = "?labelSelector=owner%3Dhelm%2Cname%3D" + name;
            return HelmReleaseValues.deployed(fleet.object(cluster, "/api/v1/secrets" + query));
        }
        String[] kindAndName = object.split(" ", 2);
        String[] name = kindAndName.length < 2 ? new String[] {""} : kindAndName[1].split("/", 2);
        String plural = kindAndName[0].toLowerCase(Locale.ROOT) + "s";
        for (String group : GROUPS) {
            String path = group
                    + (name.length == 2
                            ? "/namespaces/" + name[0] + "/" + plural + "/" + name[1]
                            : "/" + plural + "/" + name[0]);
            JsonNode found = fleet.object(cluster, path);
            if (found.isObject()) {
                return found;
            }
        }
        return MissingNode.getInstance();
    }
}
