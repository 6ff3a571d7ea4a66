package io.calicofleet.executor.port;

import io.calicofleet.event.StepId;
import io.calicofleet.executor.core.plan.Plan;
import io.calicofleet.model.release.ReleaseFile;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plans, and the files of the releases they brought, kept in the cluster they are for: whoever goes on with a step finds
 * the same plan, and the next campaign the release that is installed, should its file be gone from everywhere else.
 */
public interface Plans {

    /** The plan of this very step; empty where it has none yet. */
    Optional<Plan> of(StepId step);

    /** Keeps the plan of a step, before its first write. It takes the place of an older one of the same kind and campaign. */
    void keep(StepId step, Plan plan);

    /** What was put back already because somebody undid it, as {@code object field}. */
    Set<String> putBack(StepId step);

    /** Remembers that this was put back. */
    void putBack(StepId step, Set<String> fields);

    /**
     * The files of releases that were brought to this cluster, and those they came from, the newest first. One that somebody
     * damaged is not among them.
     */
    List<ReleaseFile> releases();

    /** Keeps such a file, for as long as the cluster lives; once, or again where it was damaged. */
    void keep(ReleaseFile file);
}
