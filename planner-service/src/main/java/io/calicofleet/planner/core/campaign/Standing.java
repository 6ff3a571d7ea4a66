package io.calicofleet.planner.core.campaign;

/** What people last said about a campaign as a whole. */
public enum Standing {
    /** Go on. */
    GO,

    /** Start nothing new. */
    PAUSED,

    /** Finish the steps under way, then end. */
    ABORTED,

    /** It was refused at its creation and has not begun. */
    REFUSED
}
