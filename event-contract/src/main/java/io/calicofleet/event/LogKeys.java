package io.calicofleet.event;

/** The keys of structured log entries, the same in every service, so that a search by one finds all. */
public final class LogKeys {

    /** The campaign. */
    public static final String CAMPAIGN = "campaign";

    /** The cluster. */
    public static final String CLUSTER = "cluster";

    /** The step id. */
    public static final String STEP = "step";

    /** The gate. */
    public static final String GATE = "gate";

    /** The wave. */
    public static final String WAVE = "wave";

    /** The topic a record came from or goes to. */
    public static final String TOPIC = "topic";

    /** The partition of that record. */
    public static final String PARTITION = "partition";

    /** The offset of that record. */
    public static final String OFFSET = "offset";

    /** An object in a cluster, as kind namespace/name. */
    public static final String OBJECT = "object";

    /** What came of it. */
    public static final String OUTCOME = "outcome";

    /** Why. */
    public static final String REASON = "reason";

    /** The trace it belongs to, by its id of 32 hexadecimal digits. */
    public static final String TRACE = "traceId";

    /** The span of that trace, by its id of 16 hexadecimal digits. */
    public static final String SPAN = "spanId";

    private LogKeys() {}
}
