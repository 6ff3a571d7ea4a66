package io.calicofleet.planner.core.access;

import java.util.List;

/**
 * Who may do what.
 *
 * @param grants who has which role
 * @param delegates services that may ask for people
 */
public record Access(List<Grant> grants, List<Delegate> delegates) {

    public Access {
        grants = List.copyOf(grants);
        delegates = List.copyOf(delegates);
    }
}
