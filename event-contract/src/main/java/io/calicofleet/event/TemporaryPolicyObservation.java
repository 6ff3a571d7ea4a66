package io.calicofleet.event;

import java.util.List;

/**
 * The temporary policy as the datastore holds it.
 *
 * @param names the names it is found by; empty where it is not there
 * @param inForce whether it logs and then allows all traffic, both ways, of what carries the label
 */
public record TemporaryPolicyObservation(List<String> names, boolean inForce) {

    public TemporaryPolicyObservation {
        names = Copies.list(names);
    }
}
