package io.calicofleet.planner.core.preflight;

import java.util.List;

/**
 * What the preflight found.
 *
 * @param objections why the cluster is not upgraded, each with what to do instead; empty: it is
 * @param notes what a person should know
 * @param withoutBase why it cannot be proven what was installed, where nobody has said yet how to go on without; empty:
 *     it can, or somebody has
 */
public record PreflightResult(List<String> objections, List<String> notes, List<String> withoutBase) {

    public PreflightResult {
        objections = List.copyOf(objections);
        notes = List.copyOf(notes);
        withoutBase = List.copyOf(withoutBase);
    }
}
