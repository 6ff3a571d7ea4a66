package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.ClusterApi;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Ends the process that is not one, before or after one of its first writes that are not to the journal. */
final class Killer extends ForwardingCluster {

    /** So many executors are killed at their first write; of those that come later each may do some before. */
    private static final int AT_FIRST = 4;

    private static final int MOST_BEFORE = 8;
    private static final boolean AT_EACH = "all".equals(System.getProperty("calico-fleet.kills"));
    private static final long SEED = Long.getLong("calico-fleet.kills.seed", 20261201);

    private final At at;
    private final Predicate<ObjectNode> let;

    Killer(ClusterApi cluster, At at) {
        this(cluster, at, object -> false);
    }

    /** One that lets some writes be, killed at the first of the others. */
    Killer(ClusterApi cluster, boolean before, Predicate<ObjectNode> let) {
        this(cluster, new At(before, 0), let);
    }

    /** One that lets some writes be. */
    Killer(ClusterApi cluster, At at, Predicate<ObjectNode> let) {
        super(cluster);
        this.at = at;
        this.let = let;
    }

    /** When an executor is killed: before or after a write, once it did so many others. */
    static final class At {

        private final boolean before;
        private final AtomicInteger left;

        At(boolean before, int others) {
            this.before = before;
            this.left = new AtomicInteger(others);
        }

        /** Does a write, and ends the process if this is the one. */
        <T> T write(String what, Supplier<T> call) {
            if (left.getAndDecrement() > 0) {
                return call.get();
            }
            if (!before) {
                T unused = call.get();
            }
            throw new Killed(what);
        }
    }

    /** What no step can catch: it stands for the end of the process. The message names the object it was writing. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed(String object) {
            super(object);
        }
    }

    /** One run of a step by a fresh executor, killed around a write if it writes. */
    @FunctionalInterface
    interface Attempt {

        /**
         * Runs it.
         *
         * @param kills how many executors were killed before this one
         * @param at when this one is killed
         */
        StepProgress run(int kills, At at);
    }

    /**
     * Fresh executors, each killed alternately before or after a write, until one has nothing left to do. The first few are killed at
     * their first write, later ones after some others, by a seed: each begins anew, so at each write of a long step it would take most
     * of the time of all tests. {@code -Dcalico-fleet.kills=all} kills at each, {@code -Dcalico-fleet.kills.seed} at others.
     *
     * @param most as many are never needed
     * @param whenKilled looks at what a killed one has left
     * @return how many were killed
     */
    static int untilDone(int most, Attempt attempt, Runnable whenKilled) {
        Random draws = new Random(SEED);
        for (int kills = 0; ; kills++) {
            int others = AT_EACH || kills < AT_FIRST ? 0 : draws.nextInt(MOST_BEFORE);
            try {
                assertThat(attempt.run(kills, new At(kills % 2 == 0, others))).isInstanceOf(StepSucceeded.class);
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
        return at.write(what, call);
    }
}
