package io.calicofleet.planner.core.access;

import java.util.Locale;

/** What somebody may be allowed to do. */
public enum Act {
    SEE("see"),
    PLAN("have planned"),
    CREATE("create"),
    STEER("pause, resume, abort, retry, skip or take over in"),
    APPROVE("approve"),
    BREAK_GLASS("break the glass of"),
    RESTORE("restore"),
    DELETE("delete"),
    STOP("stop"),
    GO_ON("end the stop of"),
    AUDIT("read the audit of");

    private final String verb;

    Act(String verb) {
        this.verb = verb;
    }

    /** What is done, as in {@code ada may not approve ...}. */
    public String verb() {
        return verb;
    }

    /** The name in events and answers. */
    public String encode() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
