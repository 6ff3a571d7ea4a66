package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.ClusterApi;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Ends the process that is not one, before or after its first write that is not to the journal. */
final class Killer extends ForwardingCluster {

    private final boolean before;
    private final Predicate<ObjectNode> let;

    Killer(ClusterApi cluster, boolean before) {
        this(cluster, before, object -> false);
    }

    /** One that lets some writes be. */
    Killer(ClusterApi cluster, boolean before, Predicate<ObjectNode> let) {
        super(cluster);
        this.before = before;
        this.let = let;
    }

    /** What no step can catch: it stands for the end of the process. The message names the object it was writing. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed(String object) {
            super(object);
        }
    }

    /** One run of a step by a fresh executor, killed around its first write if it writes. */
    @FunctionalInterface
    interface Attempt {

        /**
         * Runs it.
         *
         * @param kills how many executors were killed before this one
         * @param before whether this one is killed before its write, or after it
         */
        StepProgress run(int kills, boolean before);
    }

    /**
     * Fresh executors, each killed alternately before or after its first write, until one has nothing left to do.
     *
     * @param most as many are never needed
     * @param whenKilled looks at what a killed one has left
     * @return how many were killed
     */
    static int untilDone(int most, Attempt attempt, Runnable whenKilled) {
        for (int kills = 0; ; kills++) {
            try {
                assertThat(attempt.run(kills, kills % 2 == 0)).isInstanceOf(StepSucceeded.class);
                return kills;
            } catch (Killed expected) {
                whenKilled.run();
                assertThat(kills)
                        .as("it gets somewhere, last with " + expected.getMessage())
                        .isLessThan(most);
            }
        }
    }

    @Override
    protected <T> T write(ObjectNode object, Supplier<T> call) {
        String name = object.at("/metadata/name").asText();
        if (name.equals("calico-fleet") || let.test(object)) {
            return call.get();
        }
        String what = object.path("kind").asText() + " " + name;
        if (!before) {
            T unused = call.get();
        }
        throw new Killed(what);
    }
}
