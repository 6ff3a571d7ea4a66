package io.calicofleet.cli.chaos;

import java.time.Duration;

/** What happens in a run: something breaks, or a person acts. */
sealed interface Happening {

    /** How long after the first campaign was applied. */
    Duration at();

    /** What, in a line. */
    String text();

    /**
     * Something breaks, and heals by itself.
     *
     * @param lasts zero where it is over at once
     * @param target a process, a cluster or a topic
     */
    record Injection(Duration at, Duration lasts, Fault fault, String target) implements Happening {

        @Override
        public String text() {
            return target + ": " + fault.sentence()
                    + (lasts.isZero() ? "" : " for " + lasts.toMillis() / 1000.0 + " s");
        }
    }

    /**
     * A person acts.
     *
     * @param campaign the campaign; of a restore or a change the empty text
     * @param cluster the cluster; empty where it is about none
     */
    record Act(Duration at, Deed deed, String campaign, String cluster) implements Happening {

        @Override
        public String text() {
            return "a person: " + deed.sentence() + " " + campaign
                    + (cluster.isEmpty() ? "" : (campaign.isEmpty() ? "" : "/") + cluster);
        }
    }

    /** What a person does. */
    enum Deed {
        APPLY("applies"),
        PAUSE("pauses"),
        RESUME("resumes"),
        ABORT("aborts"),
        SKIP("skips"),
        RETRY("retries"),
        TAKE_OVER("takes over"),
        RESTORE("restores"),
        CHANGE("adds a policy of her own on"),
        /** Plans a campaign; one that keeps to its plan is applied as soon as that is made. */
        PLAN("plans"),
        STOP("stops everything, whoever's"),
        GO_ON("ends the stop of everything");

        private final String sentence;

        Deed(String sentence) {
            this.sentence = sentence;
        }

        String sentence() {
            return sentence;
        }
    }
}
