package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * A GlobalNetworkSet as found.
 *
 * @param name its name
 * @param labels its labels, which are what a policy can select it by
 * @param nets its CIDRs; empty where they are too many to be sent
 * @param size how many CIDRs it has
 */
public record NetworkSetFact(String name, Map<String, String> labels, List<String> nets, int size) {

    public NetworkSetFact {
        requireNonNull(name, "name");
        labels = Copies.map(labels);
        nets = Copies.list(nets);
    }
}
