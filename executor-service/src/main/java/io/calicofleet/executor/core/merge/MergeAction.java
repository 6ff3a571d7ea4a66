package io.calicofleet.executor.core.merge;

/** What is to be done with an object. */
public enum MergeAction {
    /** It is in the target only: create it. */
    CREATE,

    /** Write it in place of what is there, under the same resourceVersion. */
    UPDATE,

    /** A field that cannot change has to: delete it and create it anew. */
    RECREATE,

    /** The cluster has it as it should be. */
    NONE,

    /** A person deleted it and the target can do without: leave it out. */
    LEAVE_DELETED,

    /** The target has it no more: it is left in place and reported. */
    OBSOLETE
}
