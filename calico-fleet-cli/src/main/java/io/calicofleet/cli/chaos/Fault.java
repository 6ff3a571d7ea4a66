package io.calicofleet.cli.chaos;

/** What can go wrong in a run, and for how long at most. Whatever it is, it heals. */
enum Fault {
    /** A process ends as by {@code kill -9}; the launcher starts it again. */
    KILLED("killed with kill -9", On.PROCESS, 0, 5),
    /** A process stands still (SIGSTOP) and goes on (SIGCONT): for itself, all clocks jump ahead. */
    STOPPED("stopped with SIGSTOP", On.PROCESS, 9, 4),
    /** A service does not reach the broker; all others do. */
    CUT_OFF("cut off from the broker", On.SERVICE, 9, 3),
    /** Somebody sets the wall clock of a service ten minutes ahead, and back. */
    CLOCK_AHEAD("its clock is ten minutes ahead", On.SERVICE, 6, 2),
    /** Somebody sets the wall clock of a service ten minutes back, and ahead again. */
    CLOCK_BACK("its clock is ten minutes back", On.SERVICE, 6, 2),
    /** A process cannot make any file longer. */
    DISK_FULL("cannot write to its disk", On.PROCESS, 3, 1),
    /** The API server of a cluster ends every connection without an answer. */
    API_DOWN("API server down", On.CLUSTER, 8, 3),
    /** Half of its requests are answered with 500. */
    API_ERRORS("half of the API's answers are 500", On.CLUSTER, 8, 3),
    /** Nobody may do anything in the cluster any more; then the rights are back. */
    RIGHTS_GONE("rights taken away: the API answers 403", On.CLUSTER, 6, 2),
    /** Its API server starts: it is not ready and finds nothing. */
    API_STARTS("API server starts: not ready, answers 404", On.CLUSTER, 3, 2),
    /** Every answer comes a second and a half later. */
    API_SLOW("API answers 1.5 s late", On.CLUSTER, 8, 2),
    /** A third of the writes is carried out, and the answer is lost. */
    ANSWERS_LOST("a third of the writes gets no answer", On.CLUSTER, 9, 4),
    /** A validating webhook whose service is not there refuses every write of workloads. */
    WEBHOOK_DEAD("a dead webhook refuses workloads", On.CLUSTER, 6, 2),
    /** A topic is deleted and made anew; what was on it is gone. */
    TOPIC_RECREATED("deleted and made anew", On.TOPIC, 0, 1);

    /** What a fault befalls. */
    enum On {
        PROCESS,
        SERVICE,
        CLUSTER,
        TOPIC
    }

    private final String sentence;
    private final On on;
    private final int longestSeconds;
    private final int weight;

    Fault(String sentence, On on, int longestSeconds, int weight) {
        this.sentence = sentence;
        this.on = on;
        this.longestSeconds = longestSeconds;
        this.weight = weight;
    }

    /** A few words for people. */
    String sentence() {
        return sentence;
    }

    On on() {
        return on;
    }

    /** Whether a process may end by it: of one whose disk is full and of one whose clock goes back, too. */
    boolean ends() {
        return this == KILLED || this == DISK_FULL || this == CLOCK_AHEAD || this == CLOCK_BACK;
    }

    /** 0: it is over at once. */
    int longestSeconds() {
        return longestSeconds;
    }

    /** How often it comes, against the others. */
    int weight() {
        return weight;
    }
}
