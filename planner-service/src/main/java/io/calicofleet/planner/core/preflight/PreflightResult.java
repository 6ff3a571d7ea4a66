package io.calicofleet.planner.core.preflight;

import java.util.List;

/**
 * What the preflight found.
 *
 * @param objections why the cluster is not upgraded, each with what to do instead; empty: it is
 * @param notes what a person should know
 */
public record PreflightResult(List<String> objections, List<String> notes) {

    public PreflightResult {
        objections = List.copyOf(objections);
        notes = List.copyOf(notes);
    }
}
