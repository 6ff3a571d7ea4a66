package io.calicofleet.planner.core.why;

import io.calicofleet.event.HoldReason;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of all by which something can wait, for tests of other packages. */
public final class RuleNames {

    private RuleNames() {}

    /** Of every rule, and of every reason for which a cluster is held or failed. */
    public static Set<String> all() {
        return Stream.concat(
                        Arrays.stream(Rule.values()).map(Rule::encode),
                        Arrays.stream(HoldReason.values()).map(HoldReason::encode))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
