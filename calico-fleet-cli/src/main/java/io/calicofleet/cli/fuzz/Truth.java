package io.calicofleet.cli.fuzz;

import java.util.Locale;

/** What must be true whatever is sent. */
enum Truth {
    /** A process that ended is started again by the launcher, which tells. */
    NOBODY_DIES("No process ends."),
    /** Every service is ready within a minute after the last record was read. */
    NOBODY_STAYS_ILL("Every service is healthy again at the end."),
    /** By committed offsets. */
    EVERYTHING_IS_READ("Every record is read, in the end."),
    /** Stack traces of errors in the logs. */
    NO_FAULT("No service meets a fault of its own."),
    /** By the headers of the dead letters. */
    REFUSED_IS_KEPT("What cannot be read is in the dead letters."),
    /** Status, content type and body. */
    ANSWERS_ARE_DOCUMENTED("Every answer is documented, and none is 500."),
    /** Campaigns on clusters that are there. */
    CAMPAIGNS_END("Campaigns that run meanwhile end as they should."),
    /** Live bytes after a full collection. */
    HEAPS_STAY("The heap holds what is active, not what was sent."),
    /** Keys in the changelogs. */
    STORES_STAY("The stores hold what is active, not what was sent."),
    /** Lines by cause. */
    LOGS_STAY("A cause has few lines a minute.");

    private final String sentence;

    Truth(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }

    /** Its name in the output. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
