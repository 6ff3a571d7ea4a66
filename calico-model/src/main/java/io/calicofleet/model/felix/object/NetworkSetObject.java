package io.calicofleet.model.felix.object;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.address.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A GlobalNetworkSet or NetworkSet, read but not yet judged.
 *
 * @param namespace its namespace; empty for a global one
 * @param name its name
 * @param labels its labels
 * @param nets its networks as they are written
 * @param problems what cannot be read, which makes Felix leave it out; none: it is all read
 */
public record NetworkSetObject(
        String namespace, String name, Map<String, String> labels, List<String> nets, List<String> problems) {

    public NetworkSetObject {
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        labels = Map.copyOf(labels);
        nets = List.copyOf(nets);
        problems = List.copyOf(problems);
    }

    /** Reads Calico's v3 resource. */
    public static NetworkSetObject of(JsonNode object) {
        List<String> problems = new ArrayList<>();
        Fields fields = Fields.of(object, problems);
        Fields metadata = fields.metadata();
        return new NetworkSetObject(
                metadata.text("namespace"),
                metadata.text("name"),
                metadata.labels("labels"),
                fields.object("spec").texts("nets"),
                problems);
    }

    /** Its networks; what is none Felix leaves out. */
    public List<Cidr> networks() {
        return nets.stream().map(Cidr::parse).filter(Objects::nonNull).toList();
    }

    /** A network of IPv4 that is written as one of IPv6, with a prefix; empty where there is none. */
    public Optional<String> mapped() {
        return nets.stream()
                .filter(text -> text.contains(":") && text.contains("/"))
                .filter(text -> Cidr.read(text).filter(net -> !net.v6()).isPresent())
                .findFirst();
    }
}
