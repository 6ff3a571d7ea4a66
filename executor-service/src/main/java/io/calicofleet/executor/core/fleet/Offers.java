package io.calicofleet.executor.core.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterId;
import io.calicofleet.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What all sources have in common. */
final class Offers {

    private static final int LONGEST_SHOWN = 63;

    /** Reads something out of an object. */
    interface Reading<T> {

        T read() throws OfferException;
    }

    private Offers() {}

    /**
     * The offer of an object.
     *
     * @param labels the labels of the cluster
     * @param name the name it has where the object gives no id
     * @param kubeconfig the access to it
     */
    static Offer of(JsonNode object, Map<String, String> labels, Reading<String> name, Reading<ObjectNode> kubeconfig) {
        Offer.Origin origin = Offer.Origin.of(object);
        ClusterId id;
        try {
            id = id(object, name);
        } catch (OfferException e) {
            return new Offer.Unusable(origin, Optional.empty(), labels, String.valueOf(e.getMessage()));
        }
        try {
            return new Offer.Access(origin, id, labels, kubeconfig.read());
        } catch (OfferException e) {
            return new Offer.Unusable(origin, Optional.of(id), labels, String.valueOf(e.getMessage()));
        }
    }

    private static ClusterId id(JsonNode object, Reading<String> ofObject) throws OfferException {
        String given = Json.text(object.path("metadata").path("annotations"), Offer.ID);
        String name = given.isEmpty() ? ofObject.read() : given;
        try {
            return ClusterId.of(name);
        } catch (IllegalArgumentException e) {
            throw new OfferException("its " + (given.isEmpty() ? "name" : "annotation " + Offer.ID) + " '"
                    + shown(name)
                    + "' is no cluster id: lower-case letters, digits, '-' and '.', at most 253, starting and ending"
                    + " with a letter or digit; give it one by the annotation " + Offer.ID);
        }
    }

    /** The labels of an object. */
    static Map<String, String> labels(JsonNode object) {
        Map<String, String> labels = new TreeMap<>();
        object.path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    /** A key of a Secret; empty where it is not there. */
    static String secret(JsonNode secret, String key) throws OfferException {
        try {
            return new String(Base64.getDecoder().decode(Json.text(secret.path("data"), key)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new OfferException("its data." + key + " is no base64");
        }
    }

    /** What somebody else wrote, fit for a log: one line, and not long. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "...";
    }
}
